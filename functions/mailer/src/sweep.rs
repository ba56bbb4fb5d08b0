//! The hourly sweep: the outbox is the truth, and what the stream lost is found here. A redrive goes further, when asked.

use chrono::{DateTime, TimeDelta, Utc};
use lambda::Error;
use serde::Deserialize;
use serde_json::{Value, json};
use store::keys::{OUTBOX_SHARDS, outbox_shard};
use store::records::{OutboxRecord, OutboxStatus};
use store::{Chain, Failure, Record};

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

/// What is done with an item that is looked at again.
enum Step {
    /// It has not been tried, or SES put it off.
    Deliver,
    /// It was tried; it is sent once more, with so many tries behind it.
    Again(u32),
    /// It was tried often enough, and nobody knows whether it was sent: a person sees it.
    List,
}

/// Delivers what is stale; reports how many items it looked at again.
pub(crate) async fn sweep(app: &MailerApp) -> Result<Value, Error> {
    again(app, stale).await
}

/// Delivers what has not been sent, what was given up included, as if it had not been tried.
pub(crate) async fn redrive(app: &MailerApp, asked: Redrive) -> Result<Value, Error> {
    again(app, |record, wall| redriven(record, wall, asked)).await
}

async fn again(
    app: &MailerApp,
    step_of: impl Fn(&OutboxRecord, DateTime<Utc>) -> Option<Step>,
) -> Result<Value, Error> {
    let mut again = 0;
    for shard in 0..OUTBOX_SHARDS {
        let records: Vec<OutboxRecord> = app.table.query(&outbox_shard(shard)).await?;
        for record in records {
            if let Some(step) = step_of(&record, app.clock.now().wall) {
                again += 1;
                take(app, record, step).await?;
            }
        }
    }
    Ok(json!({ "again": again }))
}

async fn take(app: &MailerApp, record: OutboxRecord, step: Step) -> Result<(), Error> {
    let key = record.key();
    let to_be_sent = match step {
        Step::Deliver => true,
        Step::Again(tries) => rewrite(app, OutboxRecord { status: OutboxStatus::Pending, tries, ..record }).await?,
        Step::List => {
            rewrite(app, OutboxRecord { status: OutboxStatus::Unknown, ..record }).await?;
            false
        }
    };
    if to_be_sent && let Err(error) = deliver(app, &key).await {
        tracing::warn!(error = error.to_string(), "a mail waits for the next sweep");
    }
    Ok(())
}

fn stale(record: &OutboxRecord, wall: DateTime<Utc>) -> Option<Step> {
    let age = wall - record.at;
    match record.status {
        OutboxStatus::Pending => (age >= STREAM_TIME).then_some(Step::Deliver),
        OutboxStatus::Claimed | OutboxStatus::Unknown if age < UNCERTAIN_TIME => None,
        OutboxStatus::Claimed | OutboxStatus::Unknown if record.tries < MOST_UNCERTAIN_TRIES => {
            Some(Step::Again(record.tries))
        }
        OutboxStatus::Claimed => Some(Step::List),
        OutboxStatus::Unknown
        | OutboxStatus::Sent
        | OutboxStatus::Refused
        | OutboxStatus::Bounced
        | OutboxStatus::Complained => None,
    }
}

/// One that a mailer may have in hand, or that was uncertain a moment ago, is left to the sweep.
fn redriven(record: &OutboxRecord, wall: DateTime<Utc>, asked: Redrive) -> Option<Step> {
    let age = wall - record.at;
    let recent = age <= TimeDelta::hours(i64::from(asked.hours));
    match record.status {
        _ if !recent => None,
        OutboxStatus::Pending => Some(Step::Deliver),
        OutboxStatus::Refused => Some(Step::Again(0)),
        OutboxStatus::Claimed | OutboxStatus::Unknown => (age >= UNCERTAIN_TIME).then_some(Step::Again(0)),
        OutboxStatus::Sent | OutboxStatus::Bounced | OutboxStatus::Complained => None,
    }
}

/// Writes an item that was tried over the version that was read; says whether nobody else was faster.
async fn rewrite(app: &MailerApp, next: OutboxRecord) -> Result<bool, Error> {
    let read = next.version;
    let next = OutboxRecord { expires: None, version: read + 1, ..next };
    match app.table.write(Chain::new().put_over(&next, read)).await {
        Ok(()) => Ok(true),
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
