//! Closures that were interrupted are carried out to their end.

use std::time::Duration;

use domain::organisation::Organisation;
use lambda::Error;
use store::changes::close;
use store::records::ClosingRecord;
use store::{Chain, Failure, keys};

use crate::TickApp;

/// How long one closure is worked on by one tick.
const PATIENCE: Duration = Duration::from_secs(20);

/// Finishes what is not done; how many bookings were cancelled.
pub(crate) async fn finish(app: &TickApp, organisation: &Organisation) -> Result<u32, Error> {
    let closings: Vec<ClosingRecord> = app.table.query(&keys::closings(&organisation.id)).await?;
    let mut cancelled = 0;
    for closing in closings.into_iter().filter(|closing| closing.done.is_none() && !closing.decision.opens) {
        let until = tokio::time::Instant::now() + PATIENCE;
        let closed = close(&app.table, organisation, &closing, app.clock.now(), until).await?;
        cancelled += closed.cancelled;
        if closed.finished {
            let version = closing.version;
            let done = ClosingRecord { done: Some(closed.cancelled), version: version + 1, ..closing };
            match app.table.write(Chain::new().put_over(&done, version)).await {
                Ok(()) | Err(Failure::Conditions(_) | Failure::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(cancelled)
}
