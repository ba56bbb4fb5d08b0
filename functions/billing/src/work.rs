//! A piece of work: carried out, then removed. What the stream lost is found by the sweep.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::aws::keys::{Key, WORK_SHARDS, work_shard};
use shared::aws::records::{Work, WorkRecord};
use shared::aws::{Failure, Record, Transaction};
use shared::lambda::Error;
use shared::secret;

use crate::{BillingApp, print, run};

/// How long the stream has for new work.
const STREAM_TIME: TimeDelta = TimeDelta::minutes(5);

/// Carries out the work at a key, when it is still there.
pub(crate) async fn carry_out(app: &BillingApp, key: &Key) -> Result<(), Error> {
    let Some(record) = app.table.get::<WorkRecord>(key).await? else { return Ok(()) };
    match &record.work {
        Work::Run { organisation, period } => {
            let finished = run::go_on(app, organisation, *period).await?;
            let mut transaction = Transaction::new().delete_existing(key);
            if !finished {
                // The function's time is short: the next piece goes on where this one stopped.
                let wall = app.clock.now().wall;
                let next = WorkRecord { id: secret::id(), work: record.work.clone(), at: wall };
                transaction = transaction.put_new(&next);
            }
            ended(app.table.write(transaction).await)
        }
        Work::Print { organisation, family, number } => print::print(app, organisation, family, number, key).await,
    }
}

/// Somebody else did the same: that is as good.
pub(crate) fn ended(written: Result<(), Failure>) -> Result<(), Error> {
    match written {
        Ok(()) | Err(Failure::Conditions(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Carries out what is stale; reports how many pieces.
pub(crate) async fn sweep(app: &BillingApp) -> Result<Value, Error> {
    let mut again = 0;
    for shard in 0..WORK_SHARDS {
        let records: Vec<WorkRecord> = app.table.query(&work_shard(shard)).await?;
        let wall = app.clock.now().wall;
        for record in records.into_iter().filter(|record| wall - record.at >= STREAM_TIME) {
            again += 1;
            if let Err(error) = carry_out(app, &record.key()).await {
                tracing::warn!(error = error.to_string(), "work waits for the next sweep");
            }
        }
    }
    Ok(json!({ "again": again }))
}
