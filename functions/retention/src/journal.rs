//! The journal of erasures lies in storage, beside the table: a backup of the table that is restored knows nothing of
//! what was erased since, so each is carried out again.

use domain::id::{FamilyId, OrganisationId};
use domain::privacy::ErasureStage;
use lambda::Error;
use serde::{Deserialize, Serialize};
use store::records::ErasureRecord;
use store::{Chain, keys};

use crate::RetentionApp;
use crate::belongings::Belongings;
use crate::erase::{done, erase};

const FOLDER: &str = "journal/erasures/";

/// One erasure. It holds no name.
#[derive(Serialize, Deserialize)]
struct Entry {
    organisation: OrganisationId,
    family: FamilyId,
}

/// Notes an erasure, before anything is removed; once.
pub(crate) async fn note(app: &RetentionApp, organisation: &OrganisationId, family: &FamilyId) -> Result<(), Error> {
    let entry = Entry { organisation: organisation.clone(), family: family.clone() };
    let file = format!("{FOLDER}{organisation}/{family}.json");
    Ok(app.files.store_once(&file, "application/json", serde_json::to_vec(&entry)?).await?)
}

/// Carries every erasure out again; how many found something.
pub(crate) async fn replay(app: &RetentionApp) -> Result<usize, Error> {
    let mut found = 0;
    for file in app.files.list(FOLDER).await? {
        let Some(bytes) = app.files.read(&file).await? else { continue };
        let entry: Entry = serde_json::from_slice(&bytes)?;
        let belongings = Belongings::read(app, &entry.organisation, &entry.family).await?;
        found += usize::from(!belongings.erasable().is_empty());
        erase(app, &entry.organisation, &entry.family, &belongings).await?;
        let known: Option<ErasureRecord> = app.table.get(&keys::erasure(&entry.organisation, &entry.family)).await?;
        let open = known.filter(|known| known.stage != ErasureStage::Done);
        if let Some(record) = open {
            let read = record.version;
            app.table.write(Chain::new().put_over(&done(app, record, &belongings)?, read)).await?;
        }
    }
    Ok(found)
}
