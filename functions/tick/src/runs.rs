//! Runs of invoices: on the day an organisation has set, the month before is opened, once.

use chrono::{Datelike, Timelike};
use domain::day::in_paris;
use domain::invoice::Period;
use domain::organisation::Organisation;
use lambda::Error;
use store::records::{RunCounts, RunRecord, RunStage, Work, WorkRecord};
use store::{Transaction, was_first};

use crate::TickApp;

/// Opens the run that is due; how many were opened.
pub(crate) async fn open(app: &TickApp, organisation: &Organisation) -> Result<usize, Error> {
    let Some(billing) = &organisation.billing else { return Ok(0) };
    let moment = app.clock.now();
    let here = in_paris(moment.business);
    let (day, hour) = (u32::from(billing.day), u32::from(billing.hour));
    if (here.day(), here.hour()) < (day, hour) {
        return Ok(0);
    }
    let period = Period::before(here.date_naive());
    let run = RunRecord {
        organisation: organisation.id.clone(),
        period,
        stage: RunStage::Drafting,
        reach: None,
        issued: None,
        said: "l’horaire".to_owned(),
        counts: RunCounts::default(),
        version: 1,
    };
    let work = Work::Run { organisation: organisation.id.clone(), period };
    let work = WorkRecord { id: secret::id(), work, at: moment.wall };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&run);
    transaction.put_new(&work);
    // It may be open already: by an agent, or by an earlier tick.
    Ok(usize::from(was_first(app.table.write(transaction).await)?))
}
