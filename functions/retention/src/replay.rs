//! After a backup was restored: what was erased since is erased again, as the journal says.

use domain::privacy::ErasureStage;
use lambda::Error;
use store::records::ErasureRecord;
use store::{Transaction, keys, was_first};

use crate::belongings::Belongings;
use crate::erase::{done, erase};
use crate::{RetentionApp, journal};

/// Carries every erasure out again; how many found something.
pub(crate) async fn replay(app: &RetentionApp) -> Result<usize, Error> {
    let mut found = 0;
    for entry in journal::entries(app).await? {
        let belongings = Belongings::read(app, &entry.organisation, &entry.family).await?;
        found += usize::from(!belongings.erasable().is_empty());
        erase(app, &entry.organisation, &entry.family, &belongings).await?;
        let known: Option<ErasureRecord> = app.table.get(&keys::erasure(&entry.organisation, &entry.family)).await?;
        if let Some(record) = known.filter(|known| known.stage != ErasureStage::Done) {
            let read = record.version;
            let mut transaction = Transaction::of_system();
            transaction.put_over(&done(app, record, &belongings)?, read);
            was_first(app.table.write(transaction).await)?;
        }
    }
    Ok(found)
}
