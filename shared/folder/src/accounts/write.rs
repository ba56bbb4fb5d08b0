//! One account with its names, credentials, families and role, in one transaction.

use domain::account::normalised_name;
use domain::id::AccountId;
use secret::password;
use store::keys::{self, Key};
use store::records::{AccountRecord, AdultRecord, CredentialsRecord, MembershipRecord, NameRecord, StaffRecord};
use store::{Chain, Failure, Items, Table, Version};

use super::{AccountsError, DemoAccount, DemoFamily};

/// How often an account is tried again when others change the same adults.
const TRIES: u32 = 5;

/// Makes an account unless its identifiant is taken.
pub(super) async fn make(table: &Table, demo: &DemoAccount) -> Result<(), AccountsError> {
    let name = keys::name(&normalised_name(&demo.identifiant));
    if table.get::<NameRecord>(&name).await?.is_some() {
        return Ok(());
    }
    let account = secret::account_id();
    let credentials = credentials(&account, demo).await?;
    let adults: Vec<Key> = demo.families.iter().map(adult_key).collect();
    for _ in 0..TRIES {
        let items = match adults.as_slice() {
            [] => Items::default(),
            keys => table.batch_get(keys).await?,
        };
        let mut transaction = profile(&account, demo).put_new(&credentials);
        for family in &demo.families {
            transaction = member(transaction, &account, demo, family, &items)?;
        }
        match table.write(with_role(transaction, &account, demo)).await {
            Ok(()) => return Ok(()),
            Err(Failure::Store(error)) => return Err(error.into()),
            Err(Failure::Conditions(_) | Failure::Conflict) => {}
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

fn profile(account: &AccountId, demo: &DemoAccount) -> Chain {
    let record = AccountRecord {
        account: account.clone(),
        identifiant: demo.identifiant.clone(),
        mel: demo.mel.clone(),
        first_name: demo.first_name.clone(),
        last_name: demo.last_name.clone(),
        wanted_mel: None,
        version: Version::FIRST,
    };
    let name = |text: &str| NameRecord { name: normalised_name(text), account: account.clone() };
    Chain::new().put_new(&record).put_new(&name(&demo.identifiant)).put_new(&name(&demo.mel))
}

fn member(
    transaction: Chain,
    account: &AccountId,
    demo: &DemoAccount,
    family: &DemoFamily,
    items: &Items,
) -> Result<Chain, AccountsError> {
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
    Ok(transaction.put_over(&adult, version).put_new(&membership))
}

fn with_role(transaction: Chain, account: &AccountId, demo: &DemoAccount) -> Chain {
    match &demo.role {
        None => transaction,
        Some(role) => {
            let (organisation, account) = (role.organisation.clone(), account.clone());
            let staff = StaffRecord { organisation, account, role: role.role, said: said(demo), version: 1 };
            transaction.put_new(&staff.role_record()).put_new(&staff)
        }
    }
}
