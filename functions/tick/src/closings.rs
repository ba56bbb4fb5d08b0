//! Closures that were interrupted are carried out to their end.

use domain::organisation::Organisation;
use lambda::Error;
use lambda::budget::Spending;
use store::changes::close;
use store::records::ClosingRecord;
use store::{Walk, keys};

use crate::TickApp;
use crate::report::Report;

/// Finishes what is not done; how many bookings were cancelled. A closure that fails leaves the others alone.
pub(crate) async fn finish(
    app: &TickApp,
    organisation: &Organisation,
    spending: &Spending,
    report: &mut Report,
) -> Result<usize, Error> {
    let mut walk: Walk<ClosingRecord> = Walk::after(&app.table, keys::closings(&organisation.id), None);
    let mut cancelled = 0;
    while let Some((id, closing)) = walk.next().await? {
        if spending.spent() {
            break;
        }
        let carried_out = match closing {
            Ok(closing) if closing.done.is_some() || closing.decision.opens => continue,
            Ok(closing) => {
                let until = spending.until().into();
                close(&app.table, organisation, &closing, app.clock.now(), until).await
            }
            Err(error) => Err(error),
        };
        match carried_out {
            Ok(closed) => cancelled += usize::try_from(closed.cancelled).unwrap_or_default(),
            Err(error) => report.failed("closed", &format!("{} {id}", organisation.id), &error.to_string()),
        }
    }
    Ok(cancelled)
}
