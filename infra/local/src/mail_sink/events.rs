//! SES's own events: what became of a mail, published to the topics the template names, as its mailbox simulator does.

use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};

use super::request::RawMail;
use crate::functions::Invoker;
use crate::template::MailDestination;

/// How many events may wait for who reads them.
const WAITING: usize = 4096;
/// An event never comes before the answer to the send.
const LATER: Duration = Duration::from_millis(300);
/// SNS tries an asynchronous call again twice.
const TRIES: u32 = 3;

/// An event on its way to a topic.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    topic: String,
    message: String,
}

/// Where the sink says what became of mails.
#[derive(Debug, Clone)]
pub(crate) struct News {
    destinations: Vec<MailDestination>,
    sender: Sender<Published>,
}

impl News {
    /// Publishes to these destinations.
    pub(crate) fn new(destinations: Vec<MailDestination>) -> Self {
        Self { destinations, sender: Sender::new(WAITING) }
    }

    /// What is published from now on.
    pub(crate) fn subscribe(&self) -> Receiver<Published> {
        self.sender.subscribe()
    }

    /// Tells what became of a mail that was taken.
    pub(super) fn tell(&self, id: &str, mail: &RawMail) {
        for (kind, event) in events(id, mail) {
            let wants = |one: &&MailDestination| {
                mail.configuration_set.as_ref() == Some(&one.configuration_set)
                    && one.types.iter().any(|one| one == kind)
            };
            for destination in self.destinations.iter().filter(wants) {
                let published = Published { topic: destination.topic.clone(), message: event.to_string() };
                let sender = self.sender.clone();
                tokio::runtime::Handle::current().spawn(async move {
                    tokio::time::sleep(LATER).await;
                    sender.send(published).ok();
                });
            }
        }
    }
}

/// The events of a mail, by its type in the template: every mail is delivered but to `bounce@simulator.amazonses.com`;
/// `complaint@` complains after it.
fn events(id: &str, mail: &RawMail) -> Vec<(&'static str, Value)> {
    let to = mail.recipients();
    let simulated = |name: &str| {
        to.iter().any(|address| {
            let plain = address.strip_suffix("@simulator.amazonses.com").map(|local| local.split('+').next());
            plain == Some(Some(name))
        })
    };
    let now = Utc::now().to_rfc3339();
    let about = json!({ "timestamp": now, "messageId": id, "destination": to, "tags": mail.tags });
    let of = |kind: &str, name: &str, what: Value| json!({ "eventType": kind, "mail": about, name: what });
    let whom: Vec<Value> = to.iter().map(|address| json!({ "emailAddress": address })).collect();
    if simulated("bounce") {
        let what = json!({ "bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": whom, "timestamp": now });
        return vec![("bounce", of("Bounce", "bounce", what))];
    }
    let mut events = vec![("delivery", of("Delivery", "delivery", json!({ "timestamp": now, "recipients": to })))];
    if simulated("complaint") {
        let what = json!({ "complaintFeedbackType": "abuse", "complainedRecipients": whom, "timestamp": now });
        events.push(("complaint", of("Complaint", "complaint", what)));
    }
    events
}

/// Calls a function with what is published to a topic, as SNS calls Lambda.
pub(crate) async fn deliver(mut news: Receiver<Published>, topic: String, invoker: Invoker) {
    loop {
        let published = match news.recv().await {
            Ok(published) => published,
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "des nouvelles de méls sont perdues");
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        if published.topic != topic {
            continue;
        }
        let sns = json!({ "Type": "Notification", "TopicArn": topic, "Message": published.message });
        let event = json!({ "Records": [{ "EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns }] });
        for _ in 0..TRIES {
            match invoker.invoke(event.clone()).await {
                Ok(_) => break,
                Err(error) => tracing::warn!(%error, "une nouvelle d’un mél n’est pas prise"),
            }
        }
    }
}
