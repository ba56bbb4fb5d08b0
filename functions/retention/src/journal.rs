//! The journal of erasures lies in storage, beside the table: a backup of the table that is restored knows nothing of
//! what was erased since, so each is carried out again.

use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use serde::{Deserialize, Serialize};

use crate::RetentionApp;

const FOLDER: &str = "journal/erasures/";

/// One erasure. It holds no name.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) organisation: OrganisationId,
    pub(crate) family: FamilyId,
}

/// Notes an erasure, before anything is removed; once.
pub(crate) async fn note(app: &RetentionApp, organisation: &OrganisationId, family: &FamilyId) -> Result<(), Error> {
    let entry = Entry { organisation: organisation.clone(), family: family.clone() };
    let file = format!("{FOLDER}{organisation}/{family}.json");
    Ok(app.files.store_once(&file, "application/json", serde_json::to_vec(&entry)?).await?)
}

/// Every erasure that was noted.
pub(crate) async fn entries(app: &RetentionApp) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    for file in app.files.list(FOLDER).await? {
        if let Some(bytes) = app.files.read(&file).await? {
            entries.push(serde_json::from_slice(&bytes)?);
        }
    }
    Ok(entries)
}
