//! A run of a month, step by step: each step is one transaction on the version of the run that was read, and whoever
//! repeats it goes on from there.

use domain::id::OrganisationId;
use domain::invoice::{Period, RunStage};
use lambda::Error;
use store::records::{OrganisationRecord, RunRecord};
use store::{Attempts, Patience, keys};
use tokio::time::Instant;

use crate::{BillingApp, drafting, issuing};

/// Goes on with a run; whether nothing is left to do for now.
pub(crate) async fn go_on(app: &BillingApp, organisation: &OrganisationId, period: Period) -> Result<bool, Error> {
    let until = Instant::now() + app.pace.patience;
    let Some(known) = app.table.get::<OrganisationRecord>(&keys::organisation(organisation)).await? else {
        return Ok(true);
    };
    let organisation = known.effective();
    let mut attempts = Attempts::of(Patience { tries: u32::MAX, time: app.pace.patience });
    while attempts.next().await.is_ok() {
        let Some(run) = app.table.get::<RunRecord>(&keys::run(&organisation.id, period)).await? else {
            return Ok(true);
        };
        let gone = match run.stage {
            RunStage::Drafting => drafting::go_on(app, &organisation, run, until).await,
            RunStage::Issuing => issuing::go_on(app, &organisation, run, until).await,
            RunStage::Review | RunStage::Done => return Ok(true),
        };
        // Another call that works on the same run, or a credit note that takes the next number, may be faster.
        attempts.wrote(gone)?;
    }
    Ok(false)
}
