//! Runs of invoices: on the day an organisation has set, the month before is opened, once.

use domain::day::in_paris;
use domain::invoice::Run;
use domain::organisation::Organisation;
use lambda::Error;
use store::records::RunRecord;
use store::{Transaction, was_first};

use crate::TickApp;

/// Opens the run that is due; how many were opened.
pub(crate) async fn open(app: &TickApp, organisation: &Organisation) -> Result<usize, Error> {
    let Some(billing) = &organisation.billing else { return Ok(0) };
    let moment = app.clock.now();
    let here = in_paris(moment.business).naive_local();
    let Some(period) = billing.due(here) else { return Ok(0) };
    let run = Run::open(period, here.date(), "l’horaire")?;
    let run = RunRecord::opened(organisation.id.clone(), run);
    let mut transaction = Transaction::of_system();
    transaction.put_new(&run);
    transaction.put_new(&run.work(moment.wall));
    // It may be open already: by an agent, or by an earlier tick.
    Ok(usize::from(was_first(app.table.write(transaction).await)?))
}
