//! Debts: reminded of by age, each step once; listed for the treasurer; every cent is in the journal.

use std::collections::BTreeSet;

use domain::day::parse_day;
use domain::invoice::Line;
use domain::role::Role;
use serde_json::json;
use store::keys;
use store::records::{InvoiceRecord, RoundRecord};
use tests::Chain;
use tests::Town;
use tests::person::Person;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, family_id, path};
use uuid::Uuid;

use crate::planning_mails::tick;

/// 2 June 2015, 8 h in Paris.
const NOW: &str = "2015-06-02T06:00:00Z";
const BILLING: &str = "[billing]\nseller = [\"Village\"]\nreminders = [15, 30]\nday = 28\n";

async fn owe(town: &Town, family: usize, number: &str, due: &str, cents: i64) {
    let day = |text: &str| parse_day(text).unwrap();
    let invoice = InvoiceRecord {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(family).parse().unwrap(),
        number: number.to_owned(),
        period: None,
        corrects: None,
        completes: None,
        issued: day("2015-04-02"),
        due: day(due),
        payer: Vec::new(),
        lines: vec![Line::plain("Sortie".to_owned(), cents)],
        total: cents,
        request: None,
        imported: true,
        written_off: None,
        filed: false,
        version: 1,
    };
    town.table().write(Chain::new().put_new(&invoice)).await.unwrap();
}

async fn village(town: &Town) -> Village {
    let shape = Shape { families: 4, billing: BILLING, ..Shape::default() };
    Village::build(town, town.table(), instant(NOW), &shape).await
}

async fn pay(treasurer: &Person, family: usize, amount: &str) {
    let request = Uuid::new_v4().to_string();
    let body = json!({ "request": request, "day": "2015-06-01", "means": "cheque", "amount": amount });
    treasurer.post(&path(family, "payments"), body).await.ok();
}

async fn another_day(town: &Town) {
    let key = keys::round("debts", VILLAGE);
    let round: RoundRecord = town.table().get(&key).await.unwrap().unwrap();
    let yesterday = RoundRecord { turn: "2015-06-01".to_owned(), ..round };
    town.table().write(Chain::new().put(&yesterday)).await.unwrap();
}

#[tokio::test]
async fn each_step_is_reminded_of_once_and_what_is_paid_or_not_due_never() {
    let town = Town::at(NOW).await;
    let village = village(&town).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    owe(&town, 0, "2015-00001", "2015-05-18", 1000).await; // 15 days late today
    owe(&town, 1, "2015-00002", "2015-05-19", 1000).await; // 14 days
    owe(&town, 2, "2015-00003", "2015-05-01", 1000).await; // 32 days, paid
    owe(&town, 3, "2015-00004", "2015-05-01", 1000).await; // 32 days, half paid
    pay(&treasurer, 2, "10,00").await;
    pay(&treasurer, 3, "4,00").await;
    assert_eq!(tick(&town, "hour").await["debts"], 2);
    assert_eq!(tick(&town, "hour").await["debts"], 0, "the round of the day is done");
    another_day(&town).await;
    assert_eq!(tick(&town, "hour").await["debts"], 0, "each step once");
    let mail = town.mail_to("f0003@village.example", "Rappel").await;
    assert!(
        mail.text.contains("Facture 2015-00004 du 2 avril 2015") && mail.text.contains("6,00\u{a0}€"),
        "{}",
        mail.text
    );
    assert_eq!(mail.subject, "Rappel : 6,00\u{a0}€ à régler");
    town.mail_to("f0000@village.example", "2015-00001").await;
    town.outbox_is_quiet().await;
    let told = town.portal.mails().unwrap().into_iter().filter(|mail| mail.subject.starts_with("Rappel"));
    assert_eq!(told.count(), 2);
    let debts = treasurer.get(&format!("/api/organisations/{VILLAGE}/debts")).await.ok();
    let families: Vec<_> = debts["families"].as_array().unwrap().iter().map(|debt| debt["family"].clone()).collect();
    assert_eq!(families, [family_id(3), family_id(0), family_id(1)].map(|family| json!(family)), "the oldest first");
    assert_eq!(
        (&debts["families"][0]["days_late"], &debts["families"][0]["reminded"]),
        (&json!(32), &json!(["2015-06-02"]))
    );
    assert_eq!(debts["families"][2]["reminded"], json!([]));
    assert_eq!(debts["total"], "26,00\u{a0}€");
}

#[tokio::test]
async fn lists_of_a_whole_town_are_read_part_by_part_and_hold_every_family_once() {
    const FAMILIES: usize = 203;
    let town = Town::at(NOW).await;
    let shape = Shape { families: FAMILIES, billing: BILLING, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(NOW), &shape).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    for family in 0..FAMILIES {
        owe(&town, family, &format!("2015-{:05}", family + 1), "2015-05-18", 1000).await;
    }
    let desk = format!("/api/organisations/{VILLAGE}");
    town.wire.take();
    let first = treasurer.get(&format!("{desk}/debts")).await.ok();
    // The right, the list, its families' accounts and their names: what the answer is made of and nothing more.
    assert!(town.wire.take().len() <= 200 + 8);
    let next = first["next"].as_str().unwrap().to_owned();
    let rest = treasurer.get(&format!("{desk}/debts?after={next}")).await.ok();
    assert_eq!(
        (first["total"].as_str(), rest["total"].as_str()),
        (Some("2\u{202f}000,00\u{a0}€"), Some("30,00\u{a0}€"))
    );
    assert_eq!(rest["next"], json!(null));
    let lists = [&first, &rest].map(|part| part["families"].as_array().unwrap().clone()).concat();
    let told: BTreeSet<&str> = lists.iter().map(|debt| debt["family"].as_str().unwrap()).collect();
    assert_eq!((lists.len(), told.len()), (FAMILIES, FAMILIES));
    for (sheet, rows) in [("debts/file", FAMILIES), ("journal/2015-04", FAMILIES)] {
        let begun = treasurer.bytes(&format!("{desk}/{sheet}")).await;
        let ended = treasurer.bytes(&format!("{desk}/{sheet}?after={next}")).await;
        let whole = String::from_utf8([begun, ended].concat()).unwrap();
        assert_eq!(whole.matches('\u{feff}').count(), 1, "{sheet}: one mark, one head");
        assert_eq!(whole.lines().count(), rows + 1, "{sheet}");
        assert_eq!(whole.lines().collect::<BTreeSet<_>>().len(), rows + 1, "{sheet}: each once");
    }
    assert_eq!(treasurer.get(&format!("{desk}/debts?after=%2e%2e")).await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_treasurer_finds_every_cent_in_the_journals() {
    let town = Town::at(NOW).await;
    let village = village(&town).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    owe(&town, 0, "2015-00001", "2015-05-18", 1234).await;
    owe(&town, 1, "2015-00002", "2015-05-19", 4000).await;
    pay(&treasurer, 0, "12,34").await;
    pay(&treasurer, 1, "50,00").await;
    let mut sums = [0_i64, 0];
    for month in ["2015-04", "2015-05", "2015-06"] {
        let sheet = treasurer.bytes(&format!("/api/organisations/{VILLAGE}/journal/{month}")).await;
        let text = String::from_utf8(sheet).unwrap();
        for row in text.trim_start_matches('\u{feff}').lines().skip(1) {
            let cells: Vec<&str> = row.split(';').collect();
            let cents = |cell: &str| cell.replace(',', "").parse::<i64>().unwrap();
            sums[0] += cents(cells[11]);
            sums[1] += cents(cells[12]);
        }
    }
    assert_eq!(sums, [5234, 6234]);
    let account = treasurer.get(&path(1, "invoices")).await.ok();
    let balance = account["owed"].as_i64().unwrap() - account["credit"].as_i64().unwrap();
    assert_eq!(balance, sums[0] - sums[1], "family 0 owes nothing");
    let sheet = treasurer.bytes(&format!("/api/organisations/{VILLAGE}/debts/file")).await;
    assert_eq!(String::from_utf8(sheet).unwrap().lines().count(), 1, "nobody is late: the head alone");
    let wrong = treasurer.get(&format!("/api/organisations/{VILLAGE}/journal/2015-13")).await;
    assert_eq!(wrong.status.as_u16(), 404);
}

#[tokio::test]
async fn a_payment_received_before_a_debt_was_given_up_leaves_the_journals_with_what_the_account_says() {
    let town = Town::at(NOW).await;
    let village = village(&town).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    owe(&town, 0, "2015-00001", "2015-05-18", 1234).await;
    let act = json!({ "reason": "uncollectable", "note": "délibération du 1er juin 2015" });
    treasurer.post(&path(0, "invoices/2015-00001/write-off"), act).await.ok();
    // A cheque of the day before is found afterwards.
    pay(&treasurer, 0, "5,00").await;
    let entries = async |month: &str| -> Vec<(String, String, String)> {
        let sheet = treasurer.bytes(&format!("/api/organisations/{VILLAGE}/journal/{month}")).await;
        let text = String::from_utf8(sheet).unwrap();
        let cells = |row: &str| row.split(';').map(str::to_owned).collect::<Vec<_>>();
        let row = |row: &str| (cells(row)[1].clone(), cells(row)[11].clone(), cells(row)[12].clone());
        text.trim_start_matches('\u{feff}').lines().skip(1).map(row).collect()
    };
    let said = |kind: &str, debit: &str, credit: &str| (kind.to_owned(), debit.to_owned(), credit.to_owned());
    assert_eq!(entries("2015-04").await, [said("facture", "12,34", "0,00")]);
    let mut june = entries("2015-06").await;
    june.sort();
    let expected =
        [said("abandon", "0,00", "12,34"), said("abandon", "5,00", "0,00"), said("paiement", "0,00", "5,00")];
    assert_eq!(june, expected);
    let account = treasurer.get(&path(0, "invoices")).await.ok();
    assert_eq!((&account["owed"], &account["credit"]), (&json!(0), &json!(0)), "12,34 + 5,00 − 12,34 − 5,00");
}
