//! The agents' table of families, made once everything else of a folder is there.

use domain::day::paris_day;
use domain::id::{FamilyId, OrganisationId};
use domain::moment::Moment;
use store::records::{DirectoryRecord, OrganisationRecord};
use store::{StoreError, Table, keys, listed};
use tokio::task::JoinSet;

use crate::folder::OrganisationFolder;

/// How many families are made at once.
const AT_ONCE: usize = 16;

/// Makes the rows of the folder's families. What an import leaves undone, the tick does within the hour.
pub(super) async fn make(table: &Table, folder: &OrganisationFolder, moment: Moment) -> Result<(), StoreError> {
    let today = paris_day(moment.business);
    for some in folder.families.chunks(AT_ONCE) {
        let mut making = JoinSet::new();
        for row in some {
            let (table, organisation, family) = (table.clone(), folder.organisation.clone(), row.family.clone());
            making
                .spawn(async move { listed::refresh(&table, &organisation, (&family.id, &family.name), today).await });
        }
        while let Some(made) = making.join_next().await {
            made.map_err(|error| StoreError(error.to_string()))??;
        }
    }
    Ok(())
}

/// Makes the row of one family of an organisation that is loaded.
pub(crate) async fn follow(
    table: &Table,
    (organisation, family): (&OrganisationId, &FamilyId),
    moment: Moment,
) -> Result<(), StoreError> {
    let (settings, entry) = (keys::organisation(organisation), keys::directory_entry(organisation, family));
    let items = table.batch_get(&[settings.clone(), entry.clone()]).await?;
    let known = items.get::<OrganisationRecord>(&settings)?.zip(items.get::<DirectoryRecord>(&entry)?);
    let Some((settings, entry)) = known else { return Ok(()) };
    let today = paris_day(moment.business);
    listed::refresh(table, &settings.effective(), (family, &entry.name), today).await.map(drop)
}
