//! The hourly sweep: the outbox is the truth, and what the stream lost is found here. A redrive goes further, when asked.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::aws::keys::{OUTBOX_SHARDS, outbox_shard};
use shared::aws::records::{OutboxRecord, OutboxStatus};
use shared::aws::{Failure, Record, Transaction};
use shared::lambda::Error;

use crate::MailerApp;
use crate::deliver::deliver;

/// How long the stream has for a new item.
const STREAM_TIME: TimeDelta = TimeDelta::minutes(2);
/// How long an uncertain mail waits for news before it is sent once more.
const UNCERTAIN_TIME: TimeDelta = TimeDelta::minutes(15);
/// An uncertain mail is sent this often in all, then it is left for a person.
const MOST_UNCERTAIN_TRIES: u32 = 2;

/// What a person asks for after a trouble that outlasted the stream and the sweep.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redrive {
    /// Mails of the last so many hours; older ones would tell what is no longer true.
    hours: u32,
}

/// Delivers what is stale; reports how many items it looked at again.
pub(crate) async fn sweep(app: &MailerApp) -> Result<Value, Error> {
    again(app, |record, wall| is_stale(record, wall), |tries| tries).await
}

/// Delivers what has not been sent, what was given up included, as if it had not been tried.
pub(crate) async fn redrive(app: &MailerApp, asked: Redrive) -> Result<Value, Error> {
    again(app, |record, wall| is_redriven(record, wall, asked), |_| 0).await
}

async fn again(
    app: &MailerApp,
    wanted: impl Fn(&OutboxRecord, DateTime<Utc>) -> bool,
    tries: impl Fn(u32) -> u32,
) -> Result<Value, Error> {
    let mut again = 0;
    for shard in 0..OUTBOX_SHARDS {
        let records: Vec<OutboxRecord> = app.table.query(&outbox_shard(shard)).await?;
        for record in records.into_iter().filter(|record| wanted(record, app.clock.now().wall)) {
            again += 1;
            let (key, tries) = (record.key(), tries(record.tries));
            if record.status != OutboxStatus::Pending && !reopen(app, record, tries).await? {
                continue;
            }
            if let Err(error) = deliver(app, &key).await {
                tracing::warn!(error = error.to_string(), "a mail waits for the next sweep");
            }
        }
    }
    Ok(json!({ "again": again }))
}

fn is_stale(record: &OutboxRecord, wall: DateTime<Utc>) -> bool {
    let age = wall - record.at;
    match record.status {
        OutboxStatus::Pending => age >= STREAM_TIME,
        OutboxStatus::Claimed | OutboxStatus::Unknown => age >= UNCERTAIN_TIME && record.tries < MOST_UNCERTAIN_TRIES,
        OutboxStatus::Sent | OutboxStatus::Refused => false,
    }
}

/// One that a mailer may have in hand, or that was uncertain a moment ago, is left to the sweep.
fn is_redriven(record: &OutboxRecord, wall: DateTime<Utc>, asked: Redrive) -> bool {
    let age = wall - record.at;
    let recent = age <= TimeDelta::hours(i64::from(asked.hours));
    recent
        && match record.status {
            OutboxStatus::Pending | OutboxStatus::Refused => true,
            OutboxStatus::Claimed | OutboxStatus::Unknown => age >= UNCERTAIN_TIME,
            OutboxStatus::Sent => false,
        }
}

/// Puts a mail that was tried back to be sent; says whether nobody else was faster.
async fn reopen(app: &MailerApp, record: OutboxRecord, tries: u32) -> Result<bool, Error> {
    let read = record.version;
    let next = OutboxRecord { status: OutboxStatus::Pending, tries, expires: None, version: read + 1, ..record };
    match app.table.write(Transaction::new().put_over(&next, read)).await {
        Ok(()) => Ok(true),
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
