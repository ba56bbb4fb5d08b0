//! One mail: claimed, sent once, marked. An uncertain send is marked as such, and never blindly repeated.

use chrono::TimeDelta;
use lambda::Error;
use mail::SendFailure;
use store::keys::Key;
use store::records::{OutboxRecord, OutboxStatus};
use store::{Transaction, was_first};

use crate::MailerApp;
use crate::compose::{Composed, compose};
use crate::fan_out::fan_out;
use crate::mark::mark;

/// A mail SES keeps putting off is given up after so long: a paused account is looked at by a person, and so are we told.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// Delivers the outbox item at a key, when it is still to be sent.
pub(crate) async fn deliver(app: &MailerApp, key: &Key) -> Result<(), Error> {
    let record: Option<OutboxRecord> = app.table.get(key).await?;
    let Some(record) = record.filter(|record| record.status == OutboxStatus::Pending) else { return Ok(()) };
    let record = match record.to.is_empty() {
        true => fan_out(app, record).await?,
        false => Some(record),
    };
    let Some(record) = record else { return Ok(()) };
    let Some(composed) = compose(app, &record).await? else {
        return mark(app, record, OutboxStatus::Refused).await;
    };
    app.pace.turn().await;
    let Some(claimed) = claim(app, record, &composed).await? else { return Ok(()) };
    match app.mailer.send(&claimed.id, composed.message).await {
        Ok(()) => mark(app, claimed, OutboxStatus::Sent).await,
        Err(SendFailure::Refused(cause)) => {
            tracing::error!(outbox = claimed.id, cause, "mail refused");
            mark(app, claimed, OutboxStatus::Refused).await
        }
        Err(SendFailure::Unknown(cause)) => {
            tracing::error!(outbox = claimed.id, cause, "mail uncertain");
            mark(app, claimed, OutboxStatus::Unknown).await
        }
        Err(SendFailure::Shut(cause)) => {
            tracing::error!(outbox = claimed.id, cause, "SES takes none of our mails");
            put_off(app, claimed, cause).await
        }
        Err(SendFailure::Later(cause)) => put_off(app, claimed, cause).await,
    }
}

/// Nothing was sent: the stream, then the hourly sweep, try again, for days.
async fn put_off(app: &MailerApp, claimed: OutboxRecord, cause: String) -> Result<(), Error> {
    if app.clock.now().wall - claimed.since() >= PATIENCE {
        tracing::error!(outbox = claimed.id, cause, "mail given up");
        return mark(app, claimed, OutboxStatus::Refused).await;
    }
    mark(app, claimed, OutboxStatus::Pending).await?;
    Err(cause.into())
}

/// Claims the item, together with the token its link needs. `None` when another mailer was faster.
async fn claim(app: &MailerApp, record: OutboxRecord, composed: &Composed) -> Result<Option<OutboxRecord>, Error> {
    let read = record.version;
    let claimed = OutboxRecord {
        status: OutboxStatus::Claimed,
        at: app.clock.now().wall,
        tries: record.tries + 1,
        version: read + 1,
        token: composed.token.as_ref().map(|token| token.sha256.clone()),
        ..record
    };
    let mut transaction = Transaction::of_system();
    transaction.put_over(&claimed, read);
    if let Some(token) = &composed.token {
        transaction.put_new(token);
    }
    Ok(was_first(app.table.write(transaction).await)?.then_some(claimed))
}
