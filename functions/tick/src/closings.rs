//! Closures that were interrupted are carried out to their end.

use domain::organisation::Organisation;
use lambda::Error;
use lambda::budget::Spending;
use store::changes::close;
use store::records::ClosingRecord;
use store::{Transaction, Walk, keys, was_first};

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
            Ok(closing) => carry_out(app, organisation, closing, spending).await,
            Err(error) => Err(error.into()),
        };
        match carried_out {
            Ok(bookings) => cancelled += usize::try_from(bookings).unwrap_or_default(),
            Err(error) => report.failed("closed", &format!("{} {id}", organisation.id), &error.to_string()),
        }
    }
    Ok(cancelled)
}

async fn carry_out(
    app: &TickApp,
    organisation: &Organisation,
    closing: ClosingRecord,
    spending: &Spending,
) -> Result<u32, Error> {
    let closed = close(&app.table, organisation, &closing, app.clock.now(), spending.until().into()).await?;
    if closed.finished {
        let version = closing.version;
        let done = ClosingRecord { done: Some(closed.cancelled), version: version + 1, ..closing };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&done, version);
        was_first(app.table.write(transaction).await)?;
    }
    Ok(closed.cancelled)
}
