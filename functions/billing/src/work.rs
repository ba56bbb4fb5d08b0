//! A piece of work: carried out, then removed. What the stream lost is found by the sweep.

use chrono::TimeDelta;
use domain::id::OrganisationId;
use domain::invoice::Period;
use futures_util::{StreamExt, stream};
use lambda::Error;
use serde_json::{Value, json};
use store::keys::{Key, WORK_SHARDS, work_shard};
use store::records::{Work, WorkRecord};
use store::{Attempts, Patience, Record, Transaction, Written};

use crate::{BillingApp, print, run};

/// How long the stream has for new work.
const STREAM_TIME: TimeDelta = TimeDelta::minutes(5);
/// How many stale pieces the sweep has in hand at once: together they take hardly longer than one of them.
const AT_ONCE: usize = 16;

/// Carries out the work at a key, when it is still there.
pub(crate) async fn carry_out(app: &BillingApp, key: &Key) -> Result<(), Error> {
    let Some(record) = app.table.get::<WorkRecord>(key).await? else { return Ok(()) };
    match &record.work {
        Work::Run { organisation, period } => go_on(app, organisation, *period, &record).await,
        Work::Print { .. } => print::print(app, record).await,
    }
}

/// Goes on with a run. The function's time is short: the next piece of work goes on where this one stops.
async fn go_on(
    app: &BillingApp,
    organisation: &OrganisationId,
    period: Period,
    record: &WorkRecord,
) -> Result<(), Error> {
    let finished = run::go_on(app, organisation, period).await?;
    let mut attempts = Attempts::of(Patience::WORK);
    loop {
        attempts.next().await?;
        let mut transaction = Transaction::of_system();
        transaction.delete_existing(&record.key());
        if !finished {
            let next = WorkRecord { id: secret::id(), work: record.work.clone(), at: app.clock.now().wall };
            transaction.put_new(&next);
        }
        match attempts.wrote(app.table.write(transaction).await)? {
            Written::Faster(failed) if failed.is_empty() => {}
            // Written, or somebody else did the same: that is as good.
            Written::Yes | Written::Faster(_) => return Ok(()),
        }
    }
}

/// Carries out what is stale; reports how many pieces.
pub(crate) async fn sweep(app: &BillingApp) -> Result<Value, Error> {
    carry_out_of_age(app, STREAM_TIME).await
}

/// Carries out everything that waits, for a person who has put right what was in its way.
pub(crate) async fn redrive(app: &BillingApp) -> Result<Value, Error> {
    carry_out_of_age(app, TimeDelta::zero()).await
}

async fn carry_out_of_age(app: &BillingApp, age: TimeDelta) -> Result<Value, Error> {
    let mut again = 0;
    for shard in 0..WORK_SHARDS {
        let records: Vec<WorkRecord> = app.table.query(&work_shard(shard)).await?;
        let wall = app.clock.now().wall;
        let stale = records.into_iter().filter(|record| wall - record.at >= age).map(|record| record.key());
        let carrying = stale.map(|key| async move { carry_out(app, &key).await });
        let mut carried = stream::iter(carrying).buffer_unordered(AT_ONCE);
        while let Some(outcome) = carried.next().await {
            again += 1;
            if let Err(error) = outcome {
                tracing::warn!(error = error.to_string(), "work waits for the next sweep");
            }
        }
    }
    Ok(json!({ "again": again }))
}
