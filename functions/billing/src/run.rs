//! A run of a month, step by step: each step is one transaction on the version of the run that was read, and whoever
//! repeats it goes on from there.

use std::time::Duration;

use domain::id::OrganisationId;
use domain::invoice::Period;
use lambda::Error;
use store::records::{OrganisationRecord, RunRecord, RunStage};
use store::{Failure, keys};
use tokio::time::Instant;

use crate::{BillingApp, drafting, issuing};

/// How long a call that was not the first waits before it reads the run again.
const PAUSE: Duration = Duration::from_millis(40);

/// Goes on with a run; whether nothing is left to do for now.
pub(crate) async fn go_on(app: &BillingApp, organisation: &OrganisationId, period: Period) -> Result<bool, Error> {
    let until = Instant::now() + app.pace.patience;
    let Some(known) = app.table.get::<OrganisationRecord>(&keys::organisation(organisation)).await? else {
        return Ok(true);
    };
    let organisation = known.effective();
    loop {
        let Some(run) = app.table.get::<RunRecord>(&keys::run(&organisation.id, period)).await? else {
            return Ok(true);
        };
        let gone = match run.stage {
            RunStage::Drafting => drafting::go_on(app, &organisation, run, until).await,
            RunStage::Issuing => issuing::go_on(app, &organisation, run, until).await,
            RunStage::Review | RunStage::Done => return Ok(true),
        };
        match gone {
            Ok(()) => {}
            // Another call works on the same run and was faster, or a credit note took the next number.
            Err(Failure::Conditions(_) | Failure::Conflict) => tokio::time::sleep(PAUSE).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
        if Instant::now() >= until {
            return Ok(false);
        }
    }
}
