//! A redrive: what waits, or was given up, is done once what was in its way is put right.

use serde_json::json;
use store::records::{OutboxRecord, OutboxStatus, RunStage};
use tests::Chain;
use tests::town::TUESDAY;
use tests::village::AUTOMATIC;
use tests::{Fault, Town};

use crate::invoices::{JUNE, check, invoices, until, village};
use crate::people;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_whose_paper_could_not_be_stored_is_printed_by_a_redrive() {
    const FAMILIES: usize = 4;
    let town = Town::at(JUNE).await;
    village(&town, FAMILIES, AUTOMATIC, "").await;
    town.wire.poison(Some("/f0002/"));
    crate::planning_mails::tick(&town, "hour").await;
    let others = async || {
        let filed = invoices(&town, FAMILIES).await.iter().filter(|one| one.filed).count();
        (filed == FAMILIES - 2).then_some(())
    };
    town.until("0 is carried, 2 waits, the others are filed", others).await;
    let asked = async |event: serde_json::Value| town.portal.invoke("billing", event).await.unwrap();
    assert_eq!(asked(json!({ "sweep": "work" })).await, json!({ "again": 0 }), "the stream still has its time");
    assert_eq!(asked(json!({ "redrive": "work" })).await, json!({ "again": 1 }), "in vain");
    town.wire.poison(None);
    asked(json!({ "redrive": "work" })).await;
    until(&town, RunStage::Done).await;
    check(&town, FAMILIES).await;
}

async fn mail_to_chantal(town: &Town) -> Option<OutboxRecord> {
    town.outbox().await.into_iter().find(|record| record.to == "pasdemail@qis.fr")
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_by_a_redrive_of_its_hours_once() {
    let town = Town::at(TUESDAY).await;
    town.wire.break_operation("SendRawEmail", Fault::LostRequest);
    town.stranger().post("/api/password/forgotten", json!({ "name": people::CHANTAL.0 })).await.ok();
    let uncertain = |record: &OutboxRecord| record.status == OutboxStatus::Unknown;
    let record = town.until("it is uncertain", async || mail_to_chantal(&town).await.filter(uncertain)).await;
    // The second mailer died with it in hand, two hours ago.
    let hours = chrono::TimeDelta::hours(2);
    let died = OutboxRecord { status: OutboxStatus::Claimed, tries: 2, at: record.at - hours, ..record };
    town.table().write(Chain::new().put(&died)).await.unwrap();
    town.wire.break_calls(1, &[]);
    let asked = async |event: serde_json::Value| town.portal.invoke("mailer", event).await;
    assert_eq!(asked(json!({ "sweep": "outbox" })).await.unwrap(), json!({ "again": 1 }));
    assert_eq!(mail_to_chantal(&town).await.unwrap().status, OutboxStatus::Unknown, "it is listed");
    assert_eq!(asked(json!({ "sweep": "outbox" })).await.unwrap(), json!({ "again": 0 }));
    assert_eq!(asked(json!({ "redrive": { "hours": 1 } })).await.unwrap(), json!({ "again": 0 }), "it is older");
    for wrong in [json!({}), json!("outbox"), json!({ "hours": -1 }), json!({ "hours": 1, "all": true })] {
        assert!(asked(json!({ "redrive": wrong })).await.is_err(), "{wrong}");
    }
    assert_eq!(asked(json!({ "redrive": { "hours": 24 } })).await.unwrap(), json!({ "again": 1 }));
    assert_eq!(mail_to_chantal(&town).await.unwrap().status, OutboxStatus::Sent);
    assert_eq!(asked(json!({ "redrive": { "hours": 24 } })).await.unwrap(), json!({ "again": 0 }), "it was sent");
    let sent = town.portal.mails().unwrap().into_iter().filter(|mail| mail.to.contains("pasdemail@qis.fr"));
    assert_eq!(sent.count(), 1);
}
