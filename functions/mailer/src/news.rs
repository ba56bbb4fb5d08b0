//! What SES tells of a mail after it was sent: delivered, bounced, complained of. It comes through SNS, perhaps twice.

use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use serde::Deserialize;
use serde_json::{Value, json};
use store::keys;
use store::records::{MailTrouble, MailTroubleRecord, Message, OutboxRecord, OutboxStatus, WishesRecord};
use store::{Chain, Failure, Record};

use crate::MailerApp;
use crate::deliver::KEPT;
use crate::fan_out::family_of;

const TRIES: u32 = 8;

/// The part of an SES event that is read here.
#[derive(Debug, Deserialize)]
struct Told {
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

impl Told {
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
        let told = record["Sns"]["Message"].as_str().and_then(|text| serde_json::from_str::<Told>(text).ok());
        let Some(told) = told else {
            tracing::error!("an event of SES cannot be read");
            continue;
        };
        let outbox = told.mail.tags.get("outbox").and_then(|ids| ids.first());
        if let Some((news, outbox)) = told.news().zip(outbox) {
            learn(app, outbox, news).await?;
            taken += 1;
        }
    }
    Ok(json!({ "taken": taken }))
}

async fn learn(app: &MailerApp, outbox: &str, news: News) -> Result<(), Error> {
    for _ in 0..TRIES {
        let Some(record) = app.table.get::<OutboxRecord>(&keys::outbox(outbox)).await? else { return Ok(()) };
        let Some(status) = next(record.status, news) else { return Ok(()) };
        let mut transaction = Chain::new();
        if let Some((organisation, family)) = whose(&record.message) {
            transaction = note(app, &record, (organisation, family), news, transaction).await?;
        }
        let (read, wall) = (record.version, app.clock.now().wall);
        let expires = Some((wall + KEPT).timestamp());
        let settled = OutboxRecord { status, version: read + 1, expires, ..record };
        match app.table.write(transaction.put_over(&settled, read)).await {
            Ok(()) => return Ok(()),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err("an outbox item changes all the time".into())
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
    transaction: Chain,
) -> Result<Chain, Error> {
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
        News::Refused => Ok(transaction),
        News::Trouble(MailTrouble::Bounce) => Ok(transaction.put(&trouble)),
        News::Trouble(MailTrouble::Complaint) => {
            opt_out(app, record, organisation, family, transaction.put(&trouble)).await
        }
        // An uncertain mail that arrived proves the address.
        News::Delivered => Ok(transaction.delete(&trouble.key())),
    }
}

async fn opt_out(
    app: &MailerApp,
    record: &OutboxRecord,
    organisation: &OrganisationId,
    family: &FamilyId,
    transaction: Chain,
) -> Result<Chain, Error> {
    let known: Option<WishesRecord> = app.table.get(&keys::wishes(organisation, family)).await?;
    let Some((account, known)) = record.account.as_ref().zip(known) else { return Ok(transaction) };
    let read = known.version;
    let stopped = known.without(account);
    let transaction = match stopped.reminder() {
        true => transaction,
        false => transaction.delete(&keys::reminder(organisation, family)),
    };
    Ok(transaction.put_over(&stopped, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(event: Value) -> Option<News> {
        serde_json::from_value::<Told>(event).unwrap().news()
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
