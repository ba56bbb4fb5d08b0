//! What became of a mail, written down.

use chrono::{DateTime, TimeDelta, Utc};
use lambda::Error;
use store::records::{OutboxRecord, OutboxStatus};
use store::{Record, Transaction, was_first};

use crate::MailerApp;

/// How long an ended item is kept for an agent to see.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);
/// Writes down what became of a mail. Where it fails, SES's own event was faster, and knows more.
pub(crate) async fn mark(app: &MailerApp, record: OutboxRecord, status: OutboxStatus) -> Result<(), Error> {
    let (key, read) = (record.key(), record.version);
    let next = marked(record, status, app.clock.now().wall);
    let mut transaction = Transaction::of_system();
    next.step(&mut transaction, &key, read);
    was_first(app.table.write(transaction).await)?;
    Ok(())
}

/// A mail with its next status; one that has ended is kept for a while.
pub(crate) fn marked(record: OutboxRecord, status: OutboxStatus, wall: DateTime<Utc>) -> OutboxRecord {
    let next = OutboxRecord { status, at: wall, version: record.version + 1, ..record };
    OutboxRecord { expires: next.ended().then(|| (wall + KEPT).timestamp()), ..next }
}
