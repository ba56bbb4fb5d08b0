//! The accounts of all families of an organisation, read side by side: what the treasurer's lists are made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use store::records::{DirectoryRecord, FamilyRecord};
use store::regie::Account;
use store::{StoreError, keys};
use tokio::task::JoinSet;

use crate::InvoicesApp;

/// How many families are read at once.
const AT_ONCE: usize = 16;

/// A family with its account.
pub(crate) struct Household {
    pub(crate) family: Family,
    pub(crate) account: Account,
}

/// All families that have an account, by name. One call for each, and one for a hundred of them.
pub(crate) async fn all(app: &Arc<InvoicesApp>, organisation: &OrganisationId) -> Result<Vec<Household>, StoreError> {
    let directory: Vec<DirectoryRecord> = app.app.table.query(&keys::directory(organisation)).await?;
    let families: Vec<FamilyId> = directory.into_iter().map(|entry| entry.family).collect();
    let mut accounts = BTreeMap::new();
    for some in families.chunks(AT_ONCE) {
        let mut reading = JoinSet::new();
        for family in some {
            let (app, span, family) = (app.clone(), keys::account_of_family(organisation, family), family.clone());
            reading.spawn(async move { (family, app.app.table.query_mixed(&span).await) });
        }
        while let Some(read) = reading.join_next().await {
            let (family, items) = read.map_err(|error| StoreError(error.to_string()))?;
            let account = Account::of(&items?)?;
            if !(account.invoices.is_empty() && account.payments.is_empty()) {
                accounts.insert(family, account);
            }
        }
    }
    households(app, organisation, accounts).await
}

async fn households(
    app: &InvoicesApp,
    organisation: &OrganisationId,
    mut accounts: BTreeMap<FamilyId, Account>,
) -> Result<Vec<Household>, StoreError> {
    let keys: Vec<keys::Key> = accounts.keys().map(|family| keys::family(organisation, family)).collect();
    let items = app.app.table.batch_get(&keys).await?;
    let mut all = Vec::new();
    for key in &keys {
        let Some(FamilyRecord { family, .. }) = items.get(key)? else { continue };
        let Some(account) = accounts.remove(&family.id) else { continue };
        all.push(Household { family, account });
    }
    all.sort_by(|one, other| (&one.family.name, &one.family.id).cmp(&(&other.family.name, &other.family.id)));
    Ok(all)
}
