//! The mails about a planning: a digest once the clicks rest, a reminder before the limit, each once.

use serde_json::json;
use store::keys::{DIGEST_SHARDS, digest_shard};
use store::records::DigestRecord;
use tests::Chain;
use tests::Town;
use tests::town::{TUESDAY, WEEK_BEFORE};

use crate::people;

const WISHES: &str = "/api/organisations/jumex/families/devret/wishes";

/// Makes the digests to come look some minutes old.
pub(crate) async fn let_it_rest(town: &Town) {
    let table = town.table();
    for shard in 0..DIGEST_SHARDS {
        let records: Vec<DigestRecord> = table.query(&digest_shard(shard)).await.unwrap();
        for record in records {
            let older = DigestRecord { at: record.at - chrono::TimeDelta::minutes(5), ..record };
            table.write(Chain::new().put(&older)).await.unwrap();
        }
    }
}

/// What the clock says to the tick: `digests` or `hour`.
pub(crate) async fn tick(town: &Town, what: &str) -> serde_json::Value {
    town.portal.invoke("tick", json!({ "tick": what })).await.unwrap()
}

#[tokio::test]
async fn a_digest_comes_once_after_the_last_click_to_who_wants_it() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    assert_eq!(tick(&town, "digests").await["digests"], 0, "nobody wants one");
    chantal.put(WISHES, json!({ "digest": true, "reminder": false })).await.ok();
    marc.click("devret", "chloe", "garderie-soir", "2015-05-29", "booked").await.ok();
    marc.click("devret", "lou", "garderie-soir", "2015-05-29", "free").await.ok();
    marc.click("devret", "chloe", "garderie-matin", "2015-05-29", "booked").await.ok();
    marc.click("devret", "chloe", "garderie-matin", "2015-05-29", "free").await.ok();
    assert_eq!(tick(&town, "digests").await["digests"], 0, "the clicks have not rested");
    let_it_rest(&town).await;
    assert_eq!(tick(&town, "digests").await["digests"], 1);
    assert_eq!(tick(&town, "digests").await["digests"], 0, "once");
    let mail = town.mail_to("pasdemail@qis.fr", "Vos changements").await;
    assert!(mail.text.contains("Chloé, Garderie soir : inscrit vendredi 29 mai"), "{}", mail.text);
    assert!(mail.text.contains("Lou, Garderie soir : annulé vendredi 29 mai"), "{}", mail.text);
    assert!(!mail.text.contains("Garderie matin"), "there and back says nothing: {}", mail.text);
    town.outbox_is_quiet().await;
    let digests = town.portal.mails().unwrap().into_iter().filter(|mail| mail.subject.contains("Vos changements"));
    assert_eq!(digests.count(), 1, "Marc did not ask for one");
}

#[tokio::test]
async fn a_reminder_comes_once_in_the_day_before_the_limit() {
    // Tuesday 26 May, 20:00: the limit of the Théâtre of 3 June is the next day at 18:00.
    let town = Town::at("2015-05-26T18:00:00Z").await;
    let chantal = people::chantal(&town).await;
    assert_eq!(tick(&town, "hour").await["reminders"], 0, "nobody wants one");
    chantal.put(WISHES, json!({ "digest": false, "reminder": true })).await.ok();
    assert_eq!(tick(&town, "hour").await["reminders"], 0, "Gaetan is booked");
    chantal.click("devret", "gaetan", "theatre", "2015-06-03", "free").await.ok();
    assert_eq!(tick(&town, "hour").await["reminders"], 1);
    assert_eq!(tick(&town, "hour").await["reminders"], 0, "once for a week");
    let mail = town.mail_to("pasdemail@qis.fr", "À décider avant la limite").await;
    assert!(mail.subject.contains("semaine du 1er juin 2015"), "{}", mail.subject);
    assert!(mail.text.contains("Gaetan, Théâtre : mercredi 3 juin (à décider demain avant 18"), "{}", mail.text);
    // Two days earlier the limit is not near.
    let town = Town::at(WEEK_BEFORE).await;
    let chantal = people::chantal(&town).await;
    chantal.put(WISHES, json!({ "digest": false, "reminder": true })).await.ok();
    assert_eq!(tick(&town, "hour").await["reminders"], 0);
}
