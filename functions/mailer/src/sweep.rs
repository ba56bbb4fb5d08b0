//! The hourly sweep: the outbox is the truth, and what the stream lost is found here. A redrive goes further, when asked.

use chrono::{DateTime, TimeDelta, Utc};
use lambda::Error;
use serde::Deserialize;
use serde_json::{Value, json};
use store::keys::{Key, OUTBOX_SHARDS, Span, ended_mails, outbox_shard};
use store::records::{MOST_UNCERTAIN_TRIES, OutboxRecord, OutboxStatus};
use store::{Record, RoundOver, Transaction, was_first};

use crate::MailerApp;
use crate::deliver::deliver;
use crate::mark::marked;

/// How long the stream has for a new item.
const STREAM_TIME: TimeDelta = TimeDelta::minutes(2);
/// How long an uncertain mail waits for news before it is sent once more.
const UNCERTAIN_TIME: TimeDelta = TimeDelta::minutes(15);

/// What a person asks for after a trouble that outlasted the stream and the sweep.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redrive {
    /// Mails of the last so many hours; older ones would tell what is no longer true.
    hours: u32,
}

/// What is done with an item that is looked at again.
enum Remedy {
    /// It has not been tried, or SES put it off.
    Deliver,
    /// It was tried; it is sent once more, with so many tries behind it.
    Again(u32),
    /// It was tried often enough, and nobody knows whether it was sent: a person sees it.
    List,
}

/// Delivers what is stale; reports how many items it looked at again, and to the alarm how long the oldest one waits.
pub(crate) async fn sweep(app: &MailerApp) -> Result<Value, Error> {
    let spans = (0..OUTBOX_SHARDS).map(|shard| (format!("sweep-{shard}"), outbox_shard(shard)));
    again(app, spans, stale).await
}

/// Delivers what has not been sent, what was given up included, as if it had not been tried.
pub(crate) async fn redrive(app: &MailerApp, asked: Redrive) -> Result<Value, Error> {
    let waiting = (0..OUTBOX_SHARDS).map(|shard| (format!("redrive-{shard}"), outbox_shard(shard)));
    let ended = (0..OUTBOX_SHARDS).map(|shard| (format!("redrive-ended-{shard}"), ended_mails(shard)));
    again(app, waiting.chain(ended), |record, wall| redriven(record, wall, asked)).await
}

/// Each mail by itself, within the budget of the call; an item that cannot be read is told, and holds back none.
async fn again(
    app: &MailerApp,
    spans: impl Iterator<Item = (String, Span)>,
    step_of: impl Fn(&OutboxRecord, DateTime<Utc>) -> Option<Remedy>,
) -> Result<Value, Error> {
    let (spending, wall) = (app.budget.begin(), app.clock.now().wall);
    let (mut again, mut oldest, mut unreadable) = (0, TimeDelta::zero(), Vec::new());
    for (of, span) in spans {
        let round = RoundOver::<OutboxRecord>::open(&app.table, ("mails", &of, &wall.to_rfc3339()), span).await?;
        let Some(mut round) = round else { continue };
        while let Some((item, record)) = round.next(&spending).await? {
            match record {
                Ok(record) => {
                    if let Some(step) = step_of(&record, wall) {
                        let waited = wall - record.since();
                        again += 1;
                        if take(app, record, step).await? {
                            oldest = oldest.max(waited);
                        }
                    }
                }
                Err(error) => unreadable.push(format!("{item}: {error}")),
            }
        }
    }
    // The alarm MailsWait reads this figure, by its name.
    tracing::info!(oldest_mail_seconds = oldest.num_seconds(), "the outbox was gone through");
    match unreadable.first() {
        None => Ok(json!({ "again": again })),
        Some(first) => Err(format!("{} mails cannot be read: {first}", unreadable.len()).into()),
    }
}

/// Says whether it still waits.
async fn take(app: &MailerApp, record: OutboxRecord, step: Remedy) -> Result<bool, Error> {
    let to_be_sent = match step {
        Remedy::Deliver => Some(record.key()),
        Remedy::Again(tries) => {
            let again = OutboxRecord { tries, ..record.clone() };
            rewrite(app, &record, marked(again, OutboxStatus::Pending, record.at)).await?
        }
        Remedy::List => {
            rewrite(app, &record, marked(record.clone(), OutboxStatus::Unknown, record.at)).await?;
            None
        }
    };
    if let Some(key) = to_be_sent
        && let Err(error) = deliver(app, &key).await
    {
        tracing::warn!(error = error.to_string(), "a mail waits for the next sweep");
        return Ok(true);
    }
    Ok(false)
}

fn stale(record: &OutboxRecord, wall: DateTime<Utc>) -> Option<Remedy> {
    let age = wall - record.at;
    match record.status {
        OutboxStatus::Pending => (age >= STREAM_TIME).then_some(Remedy::Deliver),
        OutboxStatus::Claimed | OutboxStatus::Unknown if age < UNCERTAIN_TIME => None,
        OutboxStatus::Claimed | OutboxStatus::Unknown if record.tries < MOST_UNCERTAIN_TRIES => {
            Some(Remedy::Again(record.tries))
        }
        OutboxStatus::Claimed => Some(Remedy::List),
        OutboxStatus::Unknown
        | OutboxStatus::Sent
        | OutboxStatus::Refused
        | OutboxStatus::Bounced
        | OutboxStatus::Complained => None,
    }
}

/// One that a mailer may have in hand, or that was uncertain a moment ago, is left to the sweep.
fn redriven(record: &OutboxRecord, wall: DateTime<Utc>, asked: Redrive) -> Option<Remedy> {
    let age = wall - record.at;
    let recent = age <= TimeDelta::hours(i64::from(asked.hours));
    match record.status {
        _ if !recent => None,
        OutboxStatus::Pending => Some(Remedy::Deliver),
        OutboxStatus::Refused => Some(Remedy::Again(0)),
        OutboxStatus::Claimed | OutboxStatus::Unknown => (age >= UNCERTAIN_TIME).then_some(Remedy::Again(0)),
        OutboxStatus::Sent | OutboxStatus::Bounced | OutboxStatus::Complained => None,
    }
}

/// Writes an item that was tried over the version that was read; where it lies now, unless somebody else was faster.
async fn rewrite(app: &MailerApp, read: &OutboxRecord, next: OutboxRecord) -> Result<Option<Key>, Error> {
    let mut transaction = Transaction::of_system();
    next.step(&mut transaction, &read.key(), read.version);
    Ok(was_first(app.table.write(transaction).await)?.then(|| next.key()))
}
