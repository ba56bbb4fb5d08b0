//! A run of a month, step by step: each step is one transaction, and whoever repeats it goes on from there.

use std::time::Duration;

use shared::aws::records::{DirectoryRecord, OrganisationRecord, RunRecord, RunStage};
use shared::aws::{Failure, Transaction, keys};
use shared::domain::day::paris_day;
use shared::domain::id::{FamilyId, OrganisationId};
use shared::domain::invoice::Period;
use shared::domain::organisation::Organisation;
use shared::lambda::Error;
use tokio::task::JoinSet;

use crate::draft::of_family;
use crate::{BillingApp, issue};

/// How long one call works; the function's time limit is far beyond.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many families one step drafts.
const FAMILIES: usize = 40;

/// Goes on with a run; whether nothing is left to do for now.
pub(crate) async fn go_on(app: &BillingApp, organisation: &OrganisationId, period: Period) -> Result<bool, Error> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let Some(known) = app.table.get::<OrganisationRecord>(&keys::organisation(organisation)).await? else {
        return Ok(true);
    };
    let organisation = known.effective();
    let mut failed = 0;
    while tokio::time::Instant::now() < until {
        let Some(run) = app.table.get::<RunRecord>(&keys::run(&organisation.id, period)).await? else {
            return Ok(true);
        };
        let step = match run.stage {
            RunStage::Drafting => draft_some(app, &organisation, run).await,
            RunStage::Issuing => issue::issue_some(app, &organisation, run, Care::after(failed)).await,
            RunStage::Review | RunStage::Done => return Ok(true),
        };
        match step {
            Ok(()) => failed = 0,
            // Another call works on the same run and is at least as far, or one family's items are not as they should be.
            Err(Failure::Conditions(_)) => failed += 1,
            Err(Failure::Conflict) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Ok(false)
}

/// How a batch is issued when the last ones failed: one family that cannot be must not stop the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// As many families as fit.
    Batch,
    /// One family alone.
    Alone,
    /// The next family is left out: it is named, and an agent drafts it again.
    Skip,
}

impl Care {
    fn after(failed: u32) -> Self {
        match failed {
            0..=2 => Self::Batch,
            3..=5 => Self::Alone,
            _ => Self::Skip,
        }
    }
}

/// Drafts the next families; after the last one the run is reviewed, or issued by itself.
async fn draft_some(app: &BillingApp, organisation: &Organisation, run: RunRecord) -> Result<(), Failure> {
    let read = run.version;
    let families: Vec<DirectoryRecord> = app.table.query(&keys::directory(&organisation.id)).await?;
    let after = |entry: &DirectoryRecord| run.reach.as_ref().is_none_or(|reach| *reach < entry.family);
    let some: Vec<FamilyId> = families.into_iter().filter(after).map(|entry| entry.family).take(FAMILIES).collect();
    let mut next = RunRecord { version: read + 1, ..run };
    if some.is_empty() {
        let billing = organisation.billing.as_ref();
        let alone = billing.is_some_and(|billing| billing.automatic) && next.counts.faults == 0;
        next.stage = if alone { RunStage::Issuing } else { RunStage::Review };
        next.issued = alone.then(|| paris_day(app.clock.now().business));
        next.reach = None;
        return app.table.write(Transaction::new().put_over(&next, read)).await;
    }
    let mut transaction = Transaction::new();
    let drafts = drafts(app, organisation, next.period, &some).await?;
    // What an earlier drafting said of a family that has nothing to pay any more.
    for family in some.iter().filter(|family| drafts.iter().all(|draft| draft.family != **family)) {
        transaction = transaction.delete(&keys::draft(&organisation.id, next.period, family));
    }
    for draft in drafts {
        next.counts.drafts += 1;
        next.counts.faults += u32::from(!draft.faults.is_empty());
        next.counts.total += draft.total;
        transaction = transaction.put(&draft);
    }
    next.reach = some.last().cloned();
    app.table.write(transaction.put_over(&next, read)).await
}

async fn drafts(
    app: &BillingApp,
    organisation: &Organisation,
    period: Period,
    families: &[FamilyId],
) -> Result<Vec<shared::aws::records::DraftRecord>, Failure> {
    let mut drafts = Vec::new();
    for some in families.chunks(10) {
        let mut drafting = JoinSet::new();
        for family in some {
            let (app, organisation, family) = (app.clone(), organisation.clone(), family.clone());
            drafting.spawn(async move { of_family(&app, &organisation, period, &family).await });
        }
        for drafted in drafting.join_all().await {
            drafts.extend(drafted?);
        }
    }
    drafts.sort_by(|one, other| one.family.cmp(&other.family));
    Ok(drafts)
}
