//! What families asked for, one task after the other; one that fails leaves the others alone.

use lambda::Error;
use store::keys;
use store::records::{PrivacyTask, PrivacyTaskRecord};

use crate::{RetentionApp, archive, erase};

/// Carries out what can be done now; how many.
pub(crate) async fn carry_out(app: &RetentionApp) -> Result<usize, Error> {
    let tasks: Vec<PrivacyTaskRecord> = app.table.query(&keys::privacy_tasks()).await?;
    let (mut done, mut failed) = (0, Vec::new());
    for record in &tasks {
        let carried = match &record.task {
            PrivacyTask::Archive { organisation, family, id } => {
                archive::make(app, record, organisation, family, id).await
            }
            PrivacyTask::Erasure { organisation, family } => erase::carry_out(app, record, organisation, family).await,
        };
        match carried {
            Ok(()) => done += 1,
            Err(error) => failed.push(error.to_string()),
        }
    }
    match failed.first() {
        None => Ok(done),
        // The alarm sees it; the next call tries again.
        Some(cause) => Err(format!("{} of {} tasks failed: {cause}", failed.len(), tasks.len()).into()),
    }
}
