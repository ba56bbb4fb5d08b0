//! The accounts of the families of an organisation, a page at a time: what the treasurer's lists are made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use store::records::{DirectoryRecord, FamilyRecord};
use store::regie::Account;
use store::{StoreError, keys};
use tokio::task::JoinSet;
use web::{ApiError, Call};

use crate::InvoicesApp;

/// How many families are read at once.
const AT_ONCE: usize = 16;

/// A family with its account.
pub(crate) struct Household {
    pub(crate) family: Family,
    pub(crate) account: Account,
}

/// How many families one answer is made of. A list of more is read answer by answer, each from where the one before ended.
pub(crate) const PAGE: usize = 200;

/// Some families with their accounts.
pub(crate) struct Page {
    /// Those of them that have an account, by name.
    pub(crate) households: Vec<Household>,
    /// After whom the list goes on; none at its end.
    pub(crate) next: Option<FamilyId>,
}

/// The family after which a call wants the list to go on; none for its beginning.
pub(crate) fn after(call: &Call) -> Result<Option<FamilyId>, ApiError> {
    let asked = call.query("after").filter(|after| !after.is_empty());
    asked.map(|after| after.parse().map_err(|_| ApiError::not_found())).transpose()
}

/// The next families of an organisation. One call for each, one for their list and one for a hundred of their names.
pub(crate) async fn page(
    app: &Arc<InvoicesApp>,
    organisation: &OrganisationId,
    after: Option<&FamilyId>,
) -> Result<Page, StoreError> {
    let listed = app.app.table.list_after(&keys::directory(organisation), after.map(FamilyId::as_str), PAGE).await?;
    let more = listed.more();
    let families: Vec<FamilyId> = listed.records::<DirectoryRecord>()?.into_iter().map(|entry| entry.family).collect();
    let next = families.last().filter(|_| more).cloned();
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
    Ok(Page { households: households(app, organisation, accounts).await?, next })
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
