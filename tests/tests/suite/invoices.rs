//! A month becomes invoices: from the schedule to the last mail, cut anywhere, paid, corrected, and frozen.

use std::collections::BTreeSet;

use domain::invoice::Period;
use domain::role::Role;
use serde_json::{Value, json};
use store::records::{InvoiceRecord, PeriodRecord, RunRecord, RunStage};
use store::{Record, keys};
use tests::Chain;
use tests::Town;
use tests::activity::{canteen, study};
use tests::town::instant;
use tests::village::{AUTOMATIC, REVIEWED, Shape, VILLAGE, Village, child_id, family_id, path};
use uuid::Uuid;

/// 2 June 2015, 8 h in Paris: the day on which May is invoiced.
pub(crate) const JUNE: &str = "2015-06-02T06:00:00Z";
const FAMILIES: usize = 30;

/// Family 0 has 3 days (12 €, below the threshold), all others 5 days (20 €).
fn bookings(families: usize) -> String {
    let days = ["2015-05-18", "2015-05-19", "2015-05-21", "2015-05-22", "2015-05-26"];
    let of = |family: usize| {
        let count = if family == 0 { 3 } else { days.len() };
        days[..count].iter().map(move |day| format!("{};cantine;{day};\n", child_id(family, 0))).collect::<String>()
    };
    (0..families).map(of).collect()
}

pub(crate) async fn village(town: &Town, families: usize, billing: &str, more: &str) -> Village {
    let bookings = format!("{}{more}", bookings(families));
    let activities = format!("{}{}", canteen(), study());
    let shape = Shape { families, activities: &activities, billing, bookings: &bookings, ..Shape::default() };
    Village::build(town, town.table(), instant(JUNE), &shape).await
}

pub(crate) async fn run(town: &Town, month: &str) -> Option<RunRecord> {
    let key = keys::run(&VILLAGE.parse().unwrap(), Period::parse(month).unwrap());
    town.table().get(&key).await.unwrap()
}

pub(crate) async fn until(town: &Town, stage: RunStage) {
    until_month(town, "2015-05", stage).await;
}

/// Waits until the run stands there and no work is left.
pub(crate) async fn until_month(town: &Town, month: &str, stage: RunStage) {
    let stands = async || {
        let rests = town.works().await.is_empty();
        (rests && run(town, month).await.is_some_and(|run| run.stage == stage)).then_some(())
    };
    town.until("the run stands there and no work is left", stands).await;
}

/// All invoices of the village, by number.
pub(crate) async fn invoices(town: &Town, families: usize) -> Vec<InvoiceRecord> {
    let mut all = Vec::new();
    for family in 0..families {
        let span = keys::account_of_family(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap());
        let items = town.table().query_mixed(&span).await.unwrap();
        all.extend(items.of::<InvoiceRecord>().unwrap());
    }
    all.sort_by(|one, other| one.number.cmp(&other.number));
    all
}

/// Numbers 1..n without a gap, one invoice a family, each filed, each mailed once.
pub(crate) async fn check(town: &Town, families: usize) {
    let all = invoices(town, families).await;
    let numbers: Vec<String> = all.iter().map(|one| one.number.clone()).collect();
    let expected: Vec<String> = (1..families).map(|number| format!("2015-{number:05}")).collect();
    assert_eq!(numbers, expected, "family 0 is below the threshold");
    let payers: BTreeSet<&str> = all.iter().map(|one| one.family.as_str()).collect();
    assert_eq!(payers.len(), families - 1);
    assert!(all.iter().all(|one| one.filed && one.total == 2000), "{all:#?}");
    assert!(all.is_sorted_by_key(|one| one.issued));
    town.outbox_is_quiet().await;
    let mails = town.portal.mails().unwrap();
    for one in &all {
        let to = format!("{}@village.example", one.family);
        let told: Vec<_> = mails.iter().filter(|mail| mail.to.contains(&to)).collect();
        assert_eq!(told.len(), 1, "{to}");
        assert!(told[0].text.contains(&one.number) && told[0].text.contains("20,00"), "{}", told[0].text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_makes_a_month_into_invoices_once() {
    let town = Town::at(JUNE).await;
    let village = village(&town, FAMILIES, AUTOMATIC, "").await;
    assert_eq!(crate::planning_mails::tick(&town, "hour").await["runs"], 2, "the village's, and the demo's own");
    assert_eq!(crate::planning_mails::tick(&town, "hour").await["runs"], 0, "once");
    until(&town, RunStage::Done).await;
    check(&town, FAMILIES).await;
    // The family sees it, and its PDF; what is carried is told apart.
    let parent = village.adult(1).await;
    let account = parent.get(&path(1, "invoices")).await.ok();
    assert_eq!((account["owed"].as_i64(), account["invoices"][0]["owed"].as_i64()), (Some(2000), Some(2000)));
    assert_eq!(account["invoices"][0]["lines"][0]["sentence"], "5 x [Enfant 0] : Ticket(s) pour le service Cantine");
    let pdf = parent.bytes(&path(1, "invoices/2015-00001/file")).await;
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(pdf, parent.bytes(&path(1, "invoices/2015-00001/file")).await, "the same bytes every time");
    let carried = village.adult(0).await.get(&path(0, "invoices")).await.ok();
    assert_eq!((carried["owed"].as_i64(), carried["carried"].as_str()), (Some(0), Some("12,00\u{a0}€")));
    // The month is frozen, for the parent and for the desk.
    let request = Uuid::new_v4().to_string();
    let click = json!({
        "request": request, "child": child_id(1, 0), "activity": "cantine", "day": "2015-05-26", "want": "free",
    });
    let refused = parent.put(&path(1, "bookings"), click).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "month-invoiced"));
    let note = json!({
        "day": "2015-05-26", "activity": "cantine", "child": child_id(1, 0), "family": family_id(1),
        "presence": "present", "arrived": null, "left": null, "version": 1,
    });
    let refused = village.agent().await.put(&format!("/api/organisations/{VILLAGE}/attendance"), note).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "month-invoiced"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_priced_is_settled_first_and_the_others_go_on() {
    let town = Town::at(JUNE).await;
    // Family 2 was at the étude: nobody wrote down the hours.
    let village = village(&town, 4, REVIEWED, &format!("{};etude;2015-05-21;\n", child_id(2, 0))).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let address = format!("/api/organisations/{VILLAGE}/runs/2015-05");
    treasurer.put(&address, json!({ "action": "draft" })).await.ok();
    until(&town, RunStage::Review).await;
    let drafts = treasurer.get(&address).await.ok();
    assert_eq!((&drafts["run"]["counts"]["drafts"], &drafts["run"]["counts"]["faults"]), (&json!(4), &json!(1)));
    let fault = drafts["drafts"][0]["faults"][0].as_str().unwrap();
    assert_eq!(fault, "Enfant 0, Étude, jeudi 21 mai 2015 : les heures d’arrivée ou de départ manquent");
    treasurer.put(&address, json!({ "action": "issue" })).await.ok();
    until(&town, RunStage::Done).await;
    assert_eq!(invoices(&town, 4).await.len(), 2, "families 1 and 3; 0 is carried, 2 is left");
    // The desk writes the hours down; the month is drafted again for whom it is still open.
    let note = json!({
        "day": "2015-05-21", "activity": "etude", "child": child_id(2, 0), "family": family_id(2),
        "presence": "present", "arrived": "16:30", "left": "18:00", "version": 1,
    });
    village.agent().await.put(&format!("/api/organisations/{VILLAGE}/attendance"), note).await.ok();
    treasurer.put(&address, json!({ "action": "draft" })).await.ok();
    until(&town, RunStage::Review).await;
    treasurer.put(&address, json!({ "action": "issue" })).await.ok();
    until(&town, RunStage::Done).await;
    let all = invoices(&town, 4).await;
    assert_eq!(
        all.iter().map(|one| (one.number.as_str(), one.total)).collect::<Vec<_>>(),
        [("2015-00001", 2000), ("2015-00002", 2000), ("2015-00003", 2400),]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_and_credit_notes_move_the_solde_and_nothing_twice() {
    let town = Town::at(JUNE).await;
    let village = village(&town, 3, AUTOMATIC, "").await;
    crate::planning_mails::tick(&town, "hour").await;
    until(&town, RunStage::Done).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let owed = async || {
        let account = treasurer.get(&path(1, "invoices")).await.ok();
        account["owed"].as_i64().unwrap() - account["credit"].as_i64().unwrap()
    };
    let pay = |amount: &str, reverses: Value| {
        json!({
            "request": Uuid::new_v4().to_string(), "day": "2015-06-01", "means": "cheque", "amount": amount,
            "reverses": reverses,
        })
    };
    let first = pay("15,50", Value::Null);
    let paid = treasurer.post(&path(1, "payments"), first.clone()).await.ok();
    assert_eq!(treasurer.post(&path(1, "payments"), first).await.ok()["receipt"], paid["receipt"], "once");
    assert_eq!(owed().await, 450);
    assert_eq!(treasurer.post(&path(1, "payments"), pay("10,00", paid["receipt"].clone())).await.status.as_u16(), 422);
    treasurer.post(&path(1, "payments"), pay("15,50", paid["receipt"].clone())).await.ok();
    assert_eq!(owed().await, 2000);
    let again = treasurer.post(&path(1, "payments"), pay("15,50", paid["receipt"].clone())).await;
    assert_eq!(again.status.as_u16(), 422, "a receipt is taken back once");
    treasurer.post(&path(1, "payments"), pay("30,00", Value::Null)).await.ok();
    assert_eq!(owed().await, -1000, "too much is a credit");
    let account = treasurer.get(&path(1, "invoices")).await.ok();
    assert_eq!((&account["owed"], &account["credits"][0]["amount"]), (&json!(0), &json!("10,00\u{a0}€")));
    assert_eq!(account["invoices"][0]["settled_by"][0]["amount"], "20,00\u{a0}€");
    let note = path(1, "invoices/2015-00001/credit-note");
    let some =
        |lines: Value| json!({ "request": Uuid::new_v4().to_string(), "reason": "grève du 19 mai", "lines": lines });
    let one = some(json!([{ "line": 0, "quantity": 1 }]));
    let noted = treasurer.post(&note, one.clone()).await.ok();
    assert_eq!(noted["number"], "2015-00003");
    assert_eq!(treasurer.post(&note, one).await.ok()["number"], "2015-00003", "once");
    assert_eq!(owed().await, -1400, "one of five meals");
    let five = treasurer.post(&note, some(json!([{ "line": 0, "quantity": 5 }]))).await;
    assert_eq!((five.status.as_u16(), five.body["detail"].as_str().unwrap().contains("que 4")), (422, true));
    assert_eq!(treasurer.post(&note, some(Value::Null)).await.ok()["number"], "2015-00004", "what is left");
    assert_eq!(owed().await, -3000);
    let none = treasurer.post(&note, some(Value::Null)).await;
    assert_eq!((none.status.as_u16(), none.code()), (409, "nothing-to-credit"));
    // The village's canteen is no garderie: CESU settles nothing of it and waits.
    let cesu = json!({
        "request": Uuid::new_v4().to_string(), "day": "2015-06-01", "means": "cesu", "amount": "8,00", "reverses": null,
    });
    treasurer.post(&path(2, "payments"), cesu).await.ok();
    let account = treasurer.get(&path(2, "invoices")).await.ok();
    assert_eq!((&account["owed"], &account["credits"][0]["anything"]), (&json!(2000), &json!(false)));
    for (amount, status) in [("0", 422), ("-5,00", 422), ("12.500", 422), ("12 50", 422), ("", 422)] {
        assert_eq!(treasurer.post(&path(1, "payments"), pay(amount, Value::Null)).await.status.as_u16(), status);
    }
    for (amount, cents) in [("65.10", 6510), ("12,5", 1250), ("1\u{a0}234,56", 123_456), ("1\u{202f}234,56 €", 123_456)]
    {
        let typed = json!({
            "request": Uuid::new_v4().to_string(), "day": "1er juin 2015", "means": "cheque", "amount": amount,
            "reverses": null,
        });
        let receipt = treasurer.post(&path(2, "payments"), typed).await.ok()["receipt"].clone();
        let account = treasurer.get(&path(2, "invoices")).await.ok();
        let mut payments = account["payments"].as_array().unwrap().iter();
        let known = payments.find(|payment| payment["receipt"] == receipt).unwrap();
        assert_eq!((&known["cents"], &known["day"]), (&json!(cents), &json!("2015-06-01")), "{amount}");
    }
    until(&town, RunStage::Done).await;
    assert!(treasurer.bytes(&path(1, "invoices/2015-00004/file")).await.starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_that_cannot_be_invoiced_does_not_stop_the_others() {
    let town = Town::at(JUNE).await;
    let village = village(&town, 5, REVIEWED, "").await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let address = format!("/api/organisations/{VILLAGE}/runs/2015-05");
    treasurer.put(&address, json!({ "action": "draft" })).await.ok();
    until(&town, RunStage::Review).await;
    // Its month is closed behind the run's back.
    let closed = PeriodRecord {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(2).parse().unwrap(),
        period: Period::parse("2015-05").unwrap(),
        invoice: None,
        charged: 2000,
        given_back: 0,
        carried: 0,
        flats: BTreeSet::new(),
        priced_by: None,
        corrected_by: None,
        lines: Vec::new(),
        returned: Vec::new(),
        version: 1,
    };
    town.table().write(Chain::new().put(&closed)).await.unwrap();
    treasurer.put(&address, json!({ "action": "issue" })).await.ok();
    until(&town, RunStage::Done).await;
    let run = treasurer.get(&address).await.ok();
    assert_eq!((&run["run"]["counts"]["invoices"], &run["run"]["counts"]["left"]), (&json!(3), &json!(1)));
    assert_eq!(run["drafts"][0]["family"], family_id(2), "it is named");
    let numbers: Vec<String> = invoices(&town, 5).await.into_iter().map(|one| one.number).collect();
    assert_eq!(numbers, ["2015-00001", "2015-00002", "2015-00003"], "no gap");
    // Healed, it follows.
    town.table().write(Chain::new().delete(&closed.key())).await.unwrap();
    treasurer.put(&address, json!({ "action": "draft" })).await.ok();
    until(&town, RunStage::Review).await;
    treasurer.put(&address, json!({ "action": "issue" })).await.ok();
    until(&town, RunStage::Done).await;
    assert_eq!(invoices(&town, 5).await.len(), 4);
}

#[tokio::test]
async fn an_invoice_outside_the_months_is_numbered_at_once_and_once() {
    let town = Town::at(JUNE).await;
    let village = village(&town, 2, REVIEWED, "").await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let line =
        |label: &str, quantity: u32, price: &str| json!({ "label": label, "quantity": quantity, "price": price });
    let body = |lines: Value| json!({ "request": Uuid::new_v4().to_string(), "lines": lines });
    let badge = body(json!([line("Badge perdu", 2, "5,00"), line("Remise", 1, "-1,50")]));
    let made = treasurer.post(&path(1, "invoices"), badge.clone()).await.ok();
    assert_eq!(treasurer.post(&path(1, "invoices"), badge).await.ok()["number"], made["number"], "once");
    assert_eq!(made["number"], "2015-00001");
    for (lines, field) in [
        (json!([]), "lines"),
        (json!([line("Badge", 1, "0")]), "price"),
        (json!([line("Badge", 1, "-5,00")]), "price"),
        (json!([line("Badge", 0, "5,00")]), "quantity"),
        (json!([line("x", 1, "5,00")]), "label"),
    ] {
        let refused = treasurer.post(&path(1, "invoices"), body(lines)).await;
        assert_eq!((refused.status.as_u16(), refused.body["errors"][0]["field"].as_str()), (422, Some(field)));
    }
    let mut stranger = line("Badge", 1, "5,00");
    stranger["child"] = json!(child_id(0, 0));
    assert_eq!(treasurer.post(&path(1, "invoices"), body(json!([stranger]))).await.status.as_u16(), 404);
    let account = treasurer.get(&path(1, "invoices")).await.ok();
    assert_eq!((&account["owed"], account["invoices"].as_array().unwrap().len()), (&json!(850), 1));
    let mail = town.mail_to("f0001@village.example", "2015-00001").await;
    assert!(mail.text.contains("8,50"), "{}", mail.text);
}
