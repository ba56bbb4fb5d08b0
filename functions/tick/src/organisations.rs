//! All organisations, as their agents decided.

use domain::organisation::Organisation;
use lambda::Error;
use store::keys;
use store::records::{OrganisationEntry, OrganisationRecord};

use crate::TickApp;

/// Reads all organisations, a hundred to a call.
pub(crate) async fn all(app: &TickApp) -> Result<Vec<Organisation>, Error> {
    let entries: Vec<OrganisationEntry> = app.table.query(&keys::organisations()).await?;
    let keys: Vec<keys::Key> = entries.iter().map(|entry| keys::organisation(&entry.organisation)).collect();
    let mut organisations = Vec::new();
    for chunk in keys.chunks(100) {
        let items = app.table.batch_get(chunk).await?;
        for key in chunk {
            organisations.extend(items.get::<OrganisationRecord>(key)?.map(OrganisationRecord::effective));
        }
    }
    Ok(organisations)
}
