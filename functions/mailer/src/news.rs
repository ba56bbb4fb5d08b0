//! What SES tells of a mail after it was sent: delivered, bounced, complained of. It comes through SNS, perhaps twice.

use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use serde::Deserialize;
use serde_json::{Value, json};
use store::keys::{self, Key};
use store::records::{MailTrouble, MailTroubleRecord, Message, OutboxRecord, OutboxStatus, WishesRecord};
use store::{Attempts, Patience, Record, Transaction};

use crate::MailerApp;
use crate::fan_out::family_of;
use crate::mark::{KEPT, marked};

/// What SES publishes once, when it is told of the topic.
const GREETING: &str = "Successfully validated SNS topic";

/// The part of an SES event that is read here.
#[derive(Debug, Deserialize)]
struct SesEvent {
    #[serde(rename = "eventType")]
    event: String,
    mail: Mail,
    bounce: Option<Bounce>,
}

#[derive(Debug, Deserialize)]
struct Mail {
    #[serde(default)]
    tags: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
}

/// What becomes of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Delivered,
    Refused,
    Trouble(MailTrouble),
}

impl SesEvent {
    /// What it means; none when a later event will say more.
    fn news(&self) -> Option<News> {
        match (self.event.as_str(), &self.bounce) {
            ("Delivery", _) => Some(News::Delivered),
            ("Bounce", Some(bounce)) if bounce.kind == "Permanent" => Some(News::Trouble(MailTrouble::Bounce)),
            ("Complaint", _) => Some(News::Trouble(MailTrouble::Complaint)),
            ("Reject" | "Rendering Failure", _) => Some(News::Refused),
            _ => None,
        }
    }
}

/// Takes the events of one call; an event that cannot be read is told in the log and never comes again.
pub(crate) async fn take(app: &MailerApp, event: &Value) -> Result<Value, Error> {
    let mut taken = 0;
    for record in event["Records"].as_array().into_iter().flatten() {
        let text = record["Sns"]["Message"].as_str().unwrap_or_default();
        if text.starts_with(GREETING) {
            continue;
        }
        let told = serde_json::from_str::<SesEvent>(text).ok();
        let Some(told) = told else {
            tracing::error!("an event of SES cannot be read");
            continue;
        };
        let outbox = told.mail.tags.get("outbox").and_then(|ids| ids.first());
        if let Some((news, outbox)) = told.news().zip(outbox) {
            if news == News::Refused {
                tracing::error!(outbox, "SES took a mail and does not send it");
            }
            learn(app, outbox, news).await?;
            taken += 1;
        }
    }
    Ok(json!({ "taken": taken }))
}

async fn learn(app: &MailerApp, outbox: &str, news: News) -> Result<(), Error> {
    let mut attempts = Attempts::of(Patience::WORK);
    loop {
        attempts.next().await?;
        let Some((key, record)) = mail(app, outbox).await? else { return Ok(()) };
        let Some(status) = next(record.status, news) else { return Ok(()) };
        let mut transaction = Transaction::of_system();
        if let Some((organisation, family)) = whose(&record.message) {
            note(app, &record, (organisation, family), news, &mut transaction).await?;
        }
        let read = record.version;
        marked(record, status, app.clock.now().wall).step(&mut transaction, &key, read);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok(());
        }
    }
}

/// A mail, where it waits or where it lies once it has ended.
async fn mail(app: &MailerApp, outbox: &str) -> Result<Option<(Key, OutboxRecord)>, Error> {
    let places = [keys::ended_mail(outbox), keys::outbox(outbox)];
    let items = app.table.batch_get(&places).await?;
    for key in places {
        if let Some(record) = items.get(&key)? {
            return Ok(Some((key, record)));
        }
    }
    Ok(None)
}

/// The family a mail was written to; an invitation's address may be wrong too.
fn whose(message: &Message) -> Option<(&OrganisationId, &FamilyId)> {
    match message {
        Message::FamilyInvitation { organisation, family, .. } => Some((organisation, family)),
        other => family_of(other),
    }
}

/// The status after an event; none when it says nothing new. A complaint follows a delivery, never the reverse.
fn next(status: OutboxStatus, news: News) -> Option<OutboxStatus> {
    let next = match news {
        News::Delivered => OutboxStatus::Sent,
        News::Refused => OutboxStatus::Refused,
        News::Trouble(MailTrouble::Bounce) => OutboxStatus::Bounced,
        News::Trouble(MailTrouble::Complaint) => OutboxStatus::Complained,
    };
    let settled = matches!(status, OutboxStatus::Bounced | OutboxStatus::Complained);
    (next != status && !(settled && next != OutboxStatus::Complained)).then_some(next)
}

/// Marks the address for the agents; whoever complains is written to no more, but for what must be told.
async fn note(
    app: &MailerApp,
    record: &OutboxRecord,
    (organisation, family): (&OrganisationId, &FamilyId),
    news: News,
    transaction: &mut Transaction,
) -> Result<(), Error> {
    let trouble = MailTroubleRecord {
        organisation: organisation.clone(),
        family: family.clone(),
        mel: record.to.clone(),
        trouble: if news == News::Trouble(MailTrouble::Complaint) {
            MailTrouble::Complaint
        } else {
            MailTrouble::Bounce
        },
        at: app.clock.now().wall,
        expires: (app.clock.now().wall + KEPT).timestamp(),
    };
    match news {
        News::Refused => {}
        News::Trouble(MailTrouble::Bounce) => {
            transaction.put(&trouble);
        }
        News::Trouble(MailTrouble::Complaint) => {
            transaction.put(&trouble);
            opt_out(app, record, (organisation, family), transaction).await?;
        }
        // An uncertain mail that arrived proves the address.
        News::Delivered => {
            transaction.delete(&trouble.key());
        }
    }
    Ok(())
}

async fn opt_out(
    app: &MailerApp,
    record: &OutboxRecord,
    (organisation, family): (&OrganisationId, &FamilyId),
    transaction: &mut Transaction,
) -> Result<(), Error> {
    let known: Option<WishesRecord> = app.table.get(&keys::wishes(organisation, family)).await?;
    let Some((account, known)) = record.account.as_ref().zip(known) else { return Ok(()) };
    let read = known.version;
    let stopped = known.without(account);
    if !stopped.reminder() {
        transaction.delete(&keys::reminder(organisation, family));
    }
    transaction.put_over(&stopped, read);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(event: Value) -> Option<News> {
        serde_json::from_value::<SesEvent>(event).unwrap().news()
    }

    #[test]
    fn only_a_permanent_bounce_marks_an_address() {
        let bounce = |kind: &str| json!({ "eventType": "Bounce", "mail": {}, "bounce": { "bounceType": kind } });
        assert_eq!(told(bounce("Permanent")), Some(News::Trouble(MailTrouble::Bounce)));
        assert_eq!(told(bounce("Transient")), None);
        assert_eq!(told(json!({ "eventType": "Open", "mail": { "tags": {} } })), None);
    }

    #[test]
    fn an_event_that_comes_again_or_late_changes_nothing() {
        let bounced = News::Trouble(MailTrouble::Bounce);
        assert_eq!(next(OutboxStatus::Unknown, News::Delivered), Some(OutboxStatus::Sent));
        assert_eq!(next(OutboxStatus::Sent, News::Delivered), None);
        assert_eq!(next(OutboxStatus::Sent, bounced), Some(OutboxStatus::Bounced));
        assert_eq!(next(OutboxStatus::Bounced, bounced), None);
        assert_eq!(next(OutboxStatus::Bounced, News::Delivered), None);
    }
}
