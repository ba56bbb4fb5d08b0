//! One account with its names, credentials, families and role, in one transaction.

use domain::account::normalised_name;
use domain::id::AccountId;
use secret::password;
use store::keys::{self, Key};
use store::records::{AccountRecord, AdultRecord, CredentialsRecord, MembershipRecord, NameRecord, StaffRecord};
use store::{Attempts, Items, Patience, Table, Transaction, Version};

use super::{AccountsError, DemoAccount, DemoFamily};

/// Makes an account unless its identifiant is taken; whether it was made.
pub(super) async fn make(table: &Table, demo: &DemoAccount) -> Result<bool, AccountsError> {
    let name = keys::name(&normalised_name(&demo.identifiant));
    if table.get::<NameRecord>(&name).await?.is_some() {
        return Ok(false);
    }
    let account = secret::account_id();
    let credentials = credentials(&account, demo).await?;
    let adults: Vec<Key> = demo.families.iter().map(adult_key).collect();
    let mut attempts = Attempts::of(Patience::WORK);
    while attempts.next().await.is_ok() {
        let items = match adults.as_slice() {
            [] => Items::default(),
            keys => table.batch_get(keys).await?,
        };
        let mut transaction = profile(&account, demo);
        transaction.put_new(&credentials);
        for family in &demo.families {
            member(&mut transaction, &account, demo, family, &items)?;
        }
        role(&mut transaction, &account, demo);
        if attempts.wrote(table.write(transaction).await)?.yes() {
            return Ok(true);
        }
    }
    Err(AccountsError::Busy(demo.identifiant.clone()))
}

fn adult_key(family: &DemoFamily) -> Key {
    keys::adult(&family.organisation, &family.family, &family.adult)
}

fn said(demo: &DemoAccount) -> String {
    format!("{} {}", demo.first_name, demo.last_name)
}

async fn credentials(account: &AccountId, demo: &DemoAccount) -> Result<CredentialsRecord, AccountsError> {
    let password = password::hash_aside(demo.password.clone()).await?;
    let totp = demo.role.as_ref().map(|role| role.totp.clone());
    Ok(CredentialsRecord {
        account: account.clone(),
        password,
        totp,
        totp_offered: None,
        totp_used: 0,
        recovery: Vec::new(),
        version: 1,
    })
}

fn profile(account: &AccountId, demo: &DemoAccount) -> Transaction {
    let record = AccountRecord {
        account: account.clone(),
        identifiant: demo.identifiant.clone(),
        mel: demo.mel.clone(),
        first_name: demo.first_name.clone(),
        last_name: demo.last_name.clone(),
        wanted_mel: None,
        resets: 0,
        wishes: 0,
        version: Version::FIRST,
    };
    let name = |text: &str| NameRecord { name: normalised_name(text), account: account.clone() };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&record);
    transaction.put_new(&name(&demo.identifiant));
    transaction.put_new(&name(&demo.mel));
    transaction
}

fn member(
    transaction: &mut Transaction,
    account: &AccountId,
    demo: &DemoAccount,
    family: &DemoFamily,
    items: &Items,
) -> Result<(), AccountsError> {
    let unknown = || AccountsError::UnknownAdult {
        identifiant: demo.identifiant.clone(),
        family: format!("{}/{}", family.organisation, family.family),
        adult: family.adult.clone(),
    };
    let before: AdultRecord = items.get(&adult_key(family))?.ok_or_else(unknown)?;
    let version = before.version;
    let mut adult = AdultRecord { version: version + 1, ..before };
    adult.adult.account = Some(account.clone());
    let membership = MembershipRecord {
        account: account.clone(),
        organisation: family.organisation.clone(),
        family: family.family.clone(),
        adult: family.adult.clone(),
        said: said(demo),
        version: Version::FIRST,
    };
    transaction.put_over(&adult, version);
    transaction.put_new(&membership);
    Ok(())
}

fn role(transaction: &mut Transaction, account: &AccountId, demo: &DemoAccount) {
    if let Some(role) = &demo.role {
        let (organisation, account) = (role.organisation.clone(), account.clone());
        let staff = StaffRecord { organisation, account, role: role.role, said: said(demo), version: 1 };
        transaction.put_new(&staff.role_record());
        transaction.put_new(&staff);
    }
}
