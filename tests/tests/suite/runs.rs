//! A run under way: in small steps, by many at once, and among families whose items are not as they should be.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::role::Role;
use serde_json::json;
use store::Record;
use store::keys::{self, Key};
use store::records::{FamilyRecord, InvoiceRecord, RunStage};
use tests::Chain;
use tests::village::{AUTOMATIC, VILLAGE, family_id};
use tests::{Fault, Town};

use crate::invoices::{JUNE, check, invoices, run, until, village};

/// A town whose runs take so many families a step and so many seconds a call.
async fn in_steps_of(families: &str, seconds: &str) -> Town {
    let (families, seconds) = (families.to_owned(), seconds.to_owned());
    Town::with(|options| {
        options.now = Some(tests::town::instant(JUNE));
        options.settings.insert("FAMILIES_A_STEP".to_owned(), families);
        options.settings.insert("SECONDS_A_CALL".to_owned(), seconds);
    })
    .await
}

/// The work of these keys as the stream hands it over.
fn delivery<'a>(keys: impl Iterator<Item = &'a Key>) -> serde_json::Value {
    let record = |key: &Key| json!({ "dynamodb": { "SequenceNumber": "1", "Keys": { "pk": { "S": key.pk }, "sk": { "S": key.sk } } } });
    json!({ "Records": keys.map(record).collect::<Vec<_>>() })
}

fn family_key(family: usize) -> Key {
    keys::family(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap())
}

/// Leaves of an item its key and nothing that can be read.
async fn spoil(town: &Town, key: &Key) {
    let item = [("pk", key.pk.clone()), ("sk", key.sk.clone()), ("spoilt", "yes".to_owned())];
    let item = item.into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::S(value))).collect();
    let put = town.client().put_item().table_name(town.portal.table_name()).set_item(Some(item));
    put.send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_longer_than_a_call_goes_on_by_itself() {
    const FAMILIES: usize = 9;
    // No call has any time: each makes one step and leaves the rest to new work.
    let town = in_steps_of("2", "0").await;
    village(&town, FAMILIES, AUTOMATIC, "").await;
    crate::planning_mails::tick(&town, "hour").await;
    until(&town, RunStage::Done).await;
    check(&town, FAMILIES).await;
    let run = run(&town, "2015-05").await.unwrap();
    assert_eq!((run.counts.drafts, run.counts.invoices, run.counts.carried, run.counts.left), (9, 8, 1, 0));
    assert_eq!(run.counts.total, 8 * 2000 + 1200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_the_same_run_leave_nobody_out() {
    const FAMILIES: usize = 40;
    let town = in_steps_of("2", "20").await;
    village(&town, FAMILIES, AUTOMATIC, "").await;
    // The stream is one; three more are given the same work, whatever becomes of it meanwhile.
    crate::planning_mails::tick(&town, "hour").await;
    let keys: Vec<Key> = town.works().await.iter().map(Record::key).collect();
    let again = || town.portal.invoke("billing", delivery(keys.iter()));
    let (first, second, third) = tokio::join!(again(), again(), again());
    for answer in [first, second, third] {
        assert_eq!(answer.unwrap()["batchItemFailures"], json!([]));
    }
    until(&town, RunStage::Done).await;
    check(&town, FAMILIES).await;
    let run = run(&town, "2015-05").await.unwrap();
    assert_eq!((run.counts.drafts, run.counts.invoices, run.counts.left), (40, 39, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_that_cannot_be_read_is_named_and_heals() {
    let town = Town::at(JUNE).await;
    let village = village(&town, 5, AUTOMATIC, "").await;
    let whole: FamilyRecord = town.table().get(&family_key(2)).await.unwrap().unwrap();
    spoil(&town, &family_key(2)).await;
    // The table of families cannot say what it is like either, and names it.
    let told = town.portal.invoke("tick", json!({ "tick": "hour" })).await.unwrap_err();
    assert!(
        told.ends_with("1 failed: listed village f0002: store: unreadable item: missing field `organisation`"),
        "{told}"
    );
    until(&town, RunStage::Done).await;
    assert_eq!(invoices(&town, 5).await.len(), 3, "families 1, 3 and 4; 0 is carried");
    let treasurer = village.agent_as(Role::Treasurer).await;
    let address = format!("/api/organisations/{VILLAGE}/runs/2015-05");
    let seen = treasurer.get(&address).await.ok();
    assert_eq!((&seen["run"]["counts"]["left"], &seen["drafts"][0]["family"]), (&json!(1), &json!(family_id(2))));
    let fault = seen["drafts"][0]["faults"][0].as_str().unwrap();
    assert_eq!(fault, "Les données de cette famille ne se lisent pas : elles sont à réparer");
    town.table().write(Chain::new().put(&whole)).await.unwrap();
    treasurer.put(&address, json!({ "action": "draft" })).await.ok();
    until(&town, RunStage::Done).await;
    check(&town, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_cannot_be_printed_keeps_no_other_from_its_family() {
    const FAMILIES: usize = 6;
    let town = Town::at(JUNE).await;
    village(&town, FAMILIES, AUTOMATIC, "").await;
    town.wire.break_operation("PutObject", Fault::LostRequest);
    crate::planning_mails::tick(&town, "hour").await;
    let numbered = async || Some(invoices(&town, FAMILIES).await).filter(|all| all.len() == FAMILIES - 1);
    let all = town.until("all are numbered", numbered).await;
    assert!(all.iter().all(|one| !one.filed), "nothing is filed that is not stored");
    let ill = all[1].clone();
    spoil(&town, &ill.key()).await;
    town.wire.break_calls(1, &[]);
    let others = async || {
        let keys: Vec<Key> = all.iter().filter(|one| one.number != ill.number).map(Record::key).collect();
        let items = town.table().batch_get(&keys).await.unwrap();
        keys.iter().all(|key| items.get::<InvoiceRecord>(key).unwrap().is_some_and(|one| one.filed)).then_some(())
    };
    town.until("the others are filed", others).await;
    assert_eq!(town.works().await.len(), 1, "the work waits for the one");
    town.table().write(Chain::new().put(&ill)).await.unwrap();
    let keys: Vec<Key> = town.works().await.iter().map(Record::key).collect();
    let answer = town.portal.invoke("billing", delivery(keys.iter())).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
    until(&town, RunStage::Done).await;
    check(&town, FAMILIES).await;
}
