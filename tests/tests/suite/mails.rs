//! Mails when SES is uncertain: none lost, none blindly sent twice, each ends as sent or listed.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use store::records::{Message, OutboxRecord, OutboxStatus};
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, family_id};
use tests::{Fault, Town};

use crate::people;

/// The outbox item of the mail to Chantal, once it has this status.
async fn outbox(town: &Town, status: OutboxStatus) -> OutboxRecord {
    let is_it = |record: &OutboxRecord| record.to == "pasdemail@qis.fr" && record.status == status;
    town.until("a mail to Chantal", async || town.outbox().await.into_iter().find(is_it)).await
}

async fn ask(town: &Town) {
    town.stranger().post("/api/password/forgotten", json!({ "name": people::CHANTAL.0 })).await.ok();
}

fn to_chantal(town: &Town) -> usize {
    town.portal.mails().unwrap().iter().filter(|mail| mail.to.contains("pasdemail@qis.fr")).count()
}

/// Tells a family of the village that days are closed.
fn closed(family: usize) -> Message {
    Message::DaysClosed {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(family).parse().unwrap(),
        name: "Grève".to_owned(),
        cancelled: Vec::new(),
        given_back: 0,
    }
}

#[tokio::test]
async fn a_lost_reply_of_ses_is_settled_by_its_own_event_and_not_sent_again() {
    let town = Town::at(TUESDAY).await;
    town.wire.break_operation("SendRawEmail", Fault::LostReply);
    ask(&town).await;
    let record = outbox(&town, OutboxStatus::Sent).await;
    assert_eq!(record.tries, 1);
    town.wire.break_calls(1, &[]);
    town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
    assert_eq!(to_chantal(&town), 1, "the mail did leave, once");
}

#[tokio::test]
async fn an_uncertain_mail_is_sent_once_more_after_fifteen_minutes_and_then_listed() {
    let town = Town::at(TUESDAY).await;
    town.wire.break_operation("SendRawEmail", Fault::LostRequest);
    ask(&town).await;
    for tries in 1..=2 {
        let mut record = outbox(&town, OutboxStatus::Unknown).await;
        assert_eq!(record.tries, tries);
        record.at -= chrono::TimeDelta::minutes(16);
        town.table().write(tests::Chain::new().put(&record)).await.unwrap();
        town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
    }
    assert_eq!(outbox(&town, OutboxStatus::Unknown).await.tries, 2, "listed, not tried for ever");
    assert_eq!(to_chantal(&town), 0);
}

#[tokio::test]
async fn every_message_delivered_twice_sends_one_mail() {
    let town = Town::at(TUESDAY).await;
    ask(&town).await;
    let record = outbox(&town, OutboxStatus::Sent).await;
    let key = store::keys::outbox(&record.id);
    let again = json!({ "Records": [{ "eventName": "INSERT", "dynamodb": {
        "SequenceNumber": "1", "Keys": { "pk": { "S": key.pk }, "sk": { "S": key.sk } },
    } }] });
    let answer = town.portal.invoke("mailer", again).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    assert_eq!(to_chantal(&town), 1);
}

#[tokio::test]
async fn an_item_nobody_can_read_holds_back_none_of_its_batch() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { families: 2, ..Shape::default() };
    Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    // Written beside the stream, so that one batch has them all; the one in the middle is no record.
    let poison = store::keys::outbox("poison");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = [("pk", &poison.pk), ("sk", &poison.sk), ("poison", &poison.sk)];
    let item = item.map(|(name, value)| (name.to_owned(), text(value))).into();
    town.client().put_item().table_name(town.portal.table_name()).set_item(Some(item)).send().await.unwrap();
    let wall = chrono::Utc::now();
    let [first, last] = [0, 1].map(|family| OutboxRecord::for_family(format!("closed-{family}"), closed(family), wall));
    for record in [&first, &last] {
        town.table().write(tests::Chain::new().put(record)).await.unwrap();
    }
    let keys = [store::keys::outbox(&first.id), poison, store::keys::outbox(&last.id)];
    let records = keys.iter().enumerate().map(|(number, key)| {
        json!({ "eventName": "INSERT", "dynamodb": {
            "SequenceNumber": number.to_string(), "Keys": { "pk": { "S": key.pk }, "sk": { "S": key.sk } },
        } })
    });
    let batch = json!({ "Records": records.collect::<Vec<_>>() });
    let answer = town.portal.invoke("mailer", batch).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "1" }] }));
    for family in 0..2 {
        town.mail_to(&format!("{}@village.example", family_id(family)), "Grève").await;
    }
}

#[tokio::test]
async fn one_address_gets_one_mail_however_many_adults_have_it() {
    let town = Town::at(TUESDAY).await;
    let adults = "f0000;pere;PÈRE;Bob;F0;F0000@Village.example\n";
    Village::build(&town, town.table(), instant(TUESDAY), &Shape { adults, ..Shape::default() }).await;
    let record = OutboxRecord::for_family("closed".to_owned(), closed(0), chrono::Utc::now());
    town.table().write(tests::Chain::new().put(&record)).await.unwrap();
    town.mail_to("f0000@village.example", "Grève").await;
    town.outbox_is_quiet().await;
    let mails = town.portal.mails().unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.subject.contains("Grève")).count(), 1);
}

#[tokio::test]
async fn a_mail_to_the_only_adult_of_a_family_is_sent_from_its_one_item() {
    let town = Town::at(TUESDAY).await;
    Village::build(&town, town.table(), instant(TUESDAY), &Shape::default()).await;
    town.outbox_is_quiet().await;
    town.wire.break_operation("SendRawEmail", Fault::Shut);
    town.wire.take();
    let record = OutboxRecord::for_family("closed".to_owned(), closed(0), chrono::Utc::now());
    town.table().write(tests::Chain::new().put(&record)).await.unwrap();
    let items = async || -> Vec<OutboxRecord> {
        town.outbox().await.into_iter().filter(|one| matches!(one.message, Message::DaysClosed { .. })).collect()
    };
    let tried = async || items().await.into_iter().find(|one| one.tries > 0 && one.status == OutboxStatus::Pending);
    let waiting = town.until("a first try", tried).await;
    assert_eq!((&*waiting.to, items().await.len()), ("f0000@village.example", 1), "it waits as the adult's own");
    town.wire.break_calls(1, &[]);
    town.portal.invoke("mailer", json!({ "redrive": { "hours": 1 } })).await.unwrap();
    town.mail_to("f0000@village.example", "Grève").await;
    town.outbox_is_quiet().await;
    let ended = items().await;
    assert_eq!(ended.iter().map(|one| one.status).collect::<Vec<_>>(), [OutboxStatus::Sent]);
}

#[tokio::test]
async fn a_mail_to_the_only_adult_of_a_family_takes_six_calls_until_it_is_sent() {
    let town = Town::at(TUESDAY).await;
    Village::build(&town, town.table(), instant(TUESDAY), &Shape::default()).await;
    town.outbox_is_quiet().await;
    town.wire.take();
    let record = OutboxRecord::for_family("closed".to_owned(), closed(0), chrono::Utc::now());
    town.table().write(tests::Chain::new().put(&record)).await.unwrap();
    town.mail_to("f0000@village.example", "Grève").await;
    let calls = town.wire.take().into_iter().filter(|sent| sent.function == "mailer").map(|sent| sent.operation);
    // The item, the adults, their accounts, the words, the claim, the mail itself. SES tells of it while its end is noted.
    let expected = ["GetItem", "Query", "BatchGetItem", "BatchGetItem", "TransactWriteItems", "SendRawEmail"];
    assert_eq!(calls.take(expected.len()).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_mail_that_a_paused_account_refuses_waits_and_leaves_once_it_is_mended() {
    let town = Town::at(TUESDAY).await;
    town.wire.break_operation("SendRawEmail", Fault::Shut);
    ask(&town).await;
    let mut record;
    for _ in 0..20 {
        record = outbox(&town, OutboxStatus::Pending).await;
        record.at -= chrono::TimeDelta::hours(1);
        record.version += 1;
        town.table().write(tests::Chain::new().put(&record)).await.unwrap();
        town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
    }
    assert!(outbox(&town, OutboxStatus::Pending).await.tries > 10, "it is tried, hour after hour");
    assert_eq!(to_chantal(&town), 0);
    town.wire.break_calls(1, &[]);
    record = outbox(&town, OutboxStatus::Pending).await;
    record.at -= chrono::TimeDelta::hours(1);
    record.version += 1;
    town.table().write(tests::Chain::new().put(&record)).await.unwrap();
    town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
    outbox(&town, OutboxStatus::Sent).await;
    assert_eq!(to_chantal(&town), 1);
}

#[tokio::test]
async fn after_three_days_a_mail_nobody_takes_is_given_up() {
    let town = Town::at(TUESDAY).await;
    town.wire.break_operation("SendRawEmail", Fault::Shut);
    ask(&town).await;
    for (hours, status) in [(71, OutboxStatus::Pending), (73, OutboxStatus::Refused)] {
        let mut record = outbox(&town, OutboxStatus::Pending).await;
        let wall = chrono::Utc::now();
        record.asked = Some(wall - chrono::TimeDelta::hours(hours));
        record.at = wall - chrono::TimeDelta::hours(1);
        record.version += 1;
        town.table().write(tests::Chain::new().put(&record)).await.unwrap();
        town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
        outbox(&town, status).await;
    }
}
