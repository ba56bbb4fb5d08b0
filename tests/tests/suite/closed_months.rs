//! Days that close after their month was charged: a credit note names the invoice, once per line that charged them; a sum
//! that is carried shrinks; whoever dies on the way, it ends the same.

use domain::role::Role;
use serde_json::{Value, json};
use store::keys;
use store::records::{CreditRecord, InvoiceRecord, PeriodRecord, RunStage};
use tests::activity::activity;
use tests::town::instant;
use tests::village::{AUTOMATIC, REVIEWED, Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Fault, Person, Town};
use uuid::Uuid;

use crate::invoices::until_month;

/// 2 February 2015, 8 h in Paris: January is invoiced.
const FEBRUARY: &str = "2015-02-02T07:00:00Z";
const JANUARY: &str = "2015-01";
/// Six days at 5 €: January comes to 30 €; four of them lie between the 6th and the 20th.
const DAYS: [&str; 6] = ["2015-01-05", "2015-01-06", "2015-01-08", "2015-01-12", "2015-01-15", "2015-01-22"];

/// Who has not paid, who has, whose sum is carried, who has booked February too.
const UNPAID: usize = 0;
const PAID: usize = 1;
const CARRIED: usize = 2;
const BOOKED: usize = 3;
const FAMILIES: usize = 4;

async fn village(town: &Town, billing: &str) -> Village {
    let of = |family: usize| {
        let (child, days) = (child_id(family, 0), if family == CARRIED { &DAYS[..2] } else { &DAYS[..] });
        let later = if family == BOOKED { &["2015-02-05", "2015-02-06"][..] } else { &[] };
        days.iter().chain(later).map(|day| format!("{child};cantine;{day};\n")).collect::<String>()
    };
    let bookings: String = (0..FAMILIES).map(of).collect();
    let activities = activity("cantine", "Cantine").price("5,00").to_string();
    let shape = Shape { families: FAMILIES, activities: &activities, billing, bookings: &bookings, ..Shape::default() };
    Village::build(town, town.table(), instant(FEBRUARY), &shape).await
}

/// January is invoiced; one family has paid.
async fn invoiced(town: &Town) -> (Village, Person) {
    let village = village(town, AUTOMATIC).await;
    crate::planning_mails::tick(town, "hour").await;
    until_month(town, JANUARY, RunStage::Done).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let paid = json!({
        "request": Uuid::new_v4().to_string(), "day": "2015-02-02", "means": "cheque", "amount": "30,00", "reverses": null,
    });
    treasurer.post(&path(PAID, "payments"), paid).await.ok();
    (village, treasurer)
}

fn closure(from: &str, to: &str) -> Value {
    json!({ "opens": false, "activities": [], "from": from, "to": to, "name": "Grève" })
}

fn address(id: Uuid) -> String {
    format!("/api/organisations/{VILLAGE}/closings/{id}")
}

async fn notes(town: &Town, family: usize) -> Vec<InvoiceRecord> {
    let span = keys::account_of_family(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap());
    let all: Vec<InvoiceRecord> = town.table().query_mixed(&span).await.unwrap().of().unwrap();
    all.into_iter().filter(|one| one.corrects.is_some()).collect()
}

async fn account(treasurer: &Person, family: usize) -> Value {
    treasurer.get(&path(family, "invoices")).await.ok()
}

/// What is owed, what is in the family's favour, what is carried.
async fn sums(treasurer: &Person, family: usize) -> (i64, i64, Option<String>) {
    let account = account(treasurer, family).await;
    let carried = account["carried"].as_str().map(|carried| carried.replace('\u{a0}', " "));
    (account["owed"].as_i64().unwrap(), account["credit"].as_i64().unwrap(), carried)
}

/// From the 6th to the 20th everything is closed: 20 € are back, each once, and the books hold.
async fn check(town: &Town, treasurer: &Person) {
    for family in [UNPAID, PAID, BOOKED] {
        let notes = notes(town, family).await;
        let told: Vec<_> = notes.iter().map(|note| (note.corrects.as_deref(), note.total, note.lines.len())).collect();
        let invoices = account(treasurer, family).await["invoices"].clone();
        let original = invoices.as_array().unwrap().iter().find(|one| one["corrects"].is_null()).unwrap();
        assert_eq!(told, [(original["number"].as_str(), -2000, 2)], "family {family}: one note, a line and its reason");
        assert_eq!((notes[0].lines[0].quantity, notes[0].lines[0].unit), (4, -500));
        let days: Vec<String> = notes[0].lines[0].days.iter().map(ToString::to_string).collect();
        assert_eq!(days, DAYS[1..5]);
        assert_eq!(notes[0].lines[1].label, "Motif : Grève, du 6 janvier 2015 au 20 janvier 2015");
    }
    assert_eq!(sums(treasurer, UNPAID).await, (1000, 0, None), "the debt shrinks, nothing is carried");
    assert_eq!(sums(treasurer, PAID).await, (0, 2000, None), "a credit, no refund");
    assert_eq!(sums(treasurer, BOOKED).await, (1000, 0, None));
    assert_eq!(sums(treasurer, CARRIED).await, (0, 0, Some("5,00 €".to_owned())), "what is carried shrinks");
    assert!(notes(town, CARRIED).await.is_empty());
    for family in 0..FAMILIES {
        let credits = keys::credits(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap());
        let credits: Vec<CreditRecord> = town.table().query(&credits).await.unwrap();
        assert!(credits.is_empty(), "family {family}: {credits:?}");
    }
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_that_was_invoiced_and_closes_is_given_back_by_a_credit_note_on_its_invoice() {
    let town = Town::at(FEBRUARY).await;
    let (village, treasurer) = invoiced(&town).await;
    let (agent, id) = (village.agent().await, Uuid::new_v4());
    let answer = agent.put(&address(id), closure("2015-01-06", "2015-01-20")).await.ok();
    assert_eq!((&answer["finished"], &answer["by_hand"]), (&json!(true), &json!([])), "{answer}");
    check(&town, &treasurer).await;
    agent.put(&address(id), closure("2015-01-06", "2015-01-20")).await.ok();
    check(&town, &treasurer).await;
    let mail = town.mail_to(&format!("{}@village.example", family_id(UNPAID)), "Fermeture").await;
    assert!(mail.text.replace('\u{a0}', " ").contains("20,00 € sont retirés"), "{}", mail.text);
    // Another closure gives back its own days, a single one here, and those of the first not again.
    agent.put(&address(Uuid::new_v4()), closure("2015-01-20", "2015-01-22")).await.ok();
    let totals: Vec<i64> = notes(&town, UNPAID).await.iter().map(|note| note.total).collect();
    assert_eq!(totals, [-2000, -500]);
    assert_eq!(sums(&treasurer, UNPAID).await, (500, 0, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_closed_day_that_was_invoiced_only_who_was_not_there_is_given_it_back() {
    let town = Town::at(FEBRUARY).await;
    let village = village(&town, AUTOMATIC).await;
    let (agent, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    let roll = format!("/api/organisations/{VILLAGE}/attendance");
    for (day, presence) in [("2015-01-06", "present"), ("2015-01-08", "absent_unexcused")] {
        let note = json!({
            "day": day, "activity": "cantine", "child": child_id(UNPAID, 0), "family": family_id(UNPAID),
            "presence": presence, "arrived": null, "left": null, "version": 1,
        });
        agent.put(&roll, note).await.ok();
    }
    crate::planning_mails::tick(&town, "hour").await;
    until_month(&town, JANUARY, RunStage::Done).await;
    assert_eq!(sums(&treasurer, UNPAID).await, (3000, 0, None));
    agent.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await.ok();
    // Four of its days close; it ate on one of them: 3 × 5,00 €.
    let totals: Vec<i64> = notes(&town, UNPAID).await.iter().map(|note| note.total).collect();
    assert_eq!((totals, sums(&treasurer, UNPAID).await), (vec![-1500], (1500, 0, None)));
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_makes_a_credit_note_by_hand_for_days_that_closed_is_told_that_there_is_one() {
    let town = Town::at(FEBRUARY).await;
    let (village, treasurer) = invoiced(&town).await;
    let agent = village.agent().await;
    agent.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await.ok();
    let note = &notes(&town, UNPAID).await[0];
    let original = note.corrects.clone().unwrap();
    let by_hand = |other_days: bool| {
        json!({
            "request": Uuid::new_v4().to_string(), "reason": "grève de janvier", "other_days": other_days,
            "lines": [{ "line": 0, "quantity": 1 }],
        })
    };
    let place = path(UNPAID, &format!("invoices/{original}/credit-note"));
    let told = treasurer.post(&place, by_hand(false)).await;
    assert_eq!((told.status.as_u16(), told.code()), (409, "days-credited"));
    let sentence = told.body["detail"].as_str().unwrap();
    assert!(sentence.contains(&note.number) && sentence.contains("4 jours"), "{sentence}");
    assert_eq!(notes(&town, UNPAID).await.len(), 1);
    treasurer.post(&place, by_hand(true)).await.ok();
    assert_eq!(sums(&treasurer, UNPAID).await, (500, 0, None));
    // Which day was taken back by hand, nobody knows: a person is told, and nothing is given back twice.
    let answer = agent.put(&address(Uuid::new_v4()), closure("2015-01-22", "2015-01-22")).await.ok();
    assert_eq!(answer["by_hand"], json!([format!("FAMILLE {UNPAID}")]), "{answer}");
    assert_eq!(sums(&treasurer, UNPAID).await, (500, 0, None));
    assert_eq!(sums(&treasurer, PAID).await, (0, 2500, None), "the others have it back");
    let kept = agent.get(&format!("/api/organisations/{VILLAGE}/closings")).await.ok();
    assert!(kept["closings"].to_string().contains(&format!("[\"FAMILLE {UNPAID}\"]")), "{kept}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_of_a_charged_month_cut_anywhere_ends_the_same() {
    for (cut, fault) in [(1, Fault::LostReply), (2, Fault::LostRequest), (3, Fault::LostReply), (6, Fault::LostReply)] {
        let town = Town::at(FEBRUARY).await;
        let (village, treasurer) = invoiced(&town).await;
        let agent = village.agent().await;
        town.wire.cut_after("desk", cut, fault);
        agent.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await;
        town.wire.mend();
        crate::planning_mails::tick(&town, "hour").await;
        check(&town, &treasurer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_closures_of_the_same_days_at_once_give_back_once() {
    let town = Town::at(FEBRUARY).await;
    let (village, treasurer) = invoiced(&town).await;
    let agents = [village.agent().await, village.agent().await];
    let close = |agent: Person| async move {
        agent.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await;
    };
    let [one, other] = agents;
    tokio::join!(close(one), close(other));
    crate::planning_mails::tick(&town, "hour").await;
    check(&town, &treasurer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_carried_into_an_invoice_is_given_back_on_that_invoice() {
    let town = Town::at(FEBRUARY).await;
    let (village, treasurer) = invoiced(&town).await;
    let (place, family) = (VILLAGE.parse().unwrap(), family_id(CARRIED).parse().unwrap());
    // As the run of February leaves it: the 10 € of January are on its invoice.
    let january = keys::family_period(&place, &family, domain::invoice::Period::parse(JANUARY).unwrap());
    let carried: PeriodRecord = town.table().get(&january).await.unwrap().unwrap();
    assert_eq!((carried.carried, carried.lines.len()), (1000, 1), "its lines are kept");
    let february = domain::invoice::Period::parse("2015-02").unwrap();
    let lines = vec![domain::invoice::Line::carried_from(carried.period, 1000)];
    let draft = store::records::DraftRecord {
        organisation: place.clone(),
        period: february,
        family: family.clone(),
        name: String::new(),
        payer: Vec::new(),
        lines,
        faults: Vec::new(),
        total: 1000,
        flats: Default::default(),
        takes_up: Some(carried.period),
        carried: 1000,
        credits: Vec::new(),
        priced_by: None,
    };
    let numbered = store::records::Numbered { number: "2015-00099".to_owned(), issued: "2015-02-02".parse().unwrap() };
    let billing = village_billing(&town).await;
    let invoice = InvoiceRecord::of_month(&draft, numbered, &billing);
    let taken = PeriodRecord { carried: 0, version: carried.version + 1, ..carried.clone() };
    let closed = PeriodRecord {
        period: february,
        invoice: Some(invoice.number.clone()),
        charged: 0,
        carried: 0,
        lines: Vec::new(),
        version: 1,
        ..carried
    };
    town.table().write(tests::Chain::new().put_new(&invoice).put_new(&closed).put(&taken)).await.unwrap();
    village.agent().await.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await.ok();
    let notes = notes(&town, CARRIED).await;
    let told: Vec<_> = notes.iter().map(|note| (note.corrects.as_deref(), note.total)).collect();
    assert_eq!(told, [(Some("2015-00099"), -500)]);
    assert_eq!(sums(&treasurer, CARRIED).await, (500, 0, None));
    let returned: PeriodRecord = town.table().get(&january).await.unwrap().unwrap();
    assert_eq!(returned.returned[0].note.as_ref(), Some(&notes[0].number));
}

async fn village_billing(town: &Town) -> domain::invoice::Billing {
    let key = keys::organisation(&VILLAGE.parse().unwrap());
    let record: store::records::OrganisationRecord = town.table().get(&key).await.unwrap().unwrap();
    record.organisation.billing.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_charges_days_which_close_is_not_issued_as_it_is() {
    let town = Town::at(FEBRUARY).await;
    let village = village(&town, REVIEWED).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let run = format!("/api/organisations/{VILLAGE}/runs/{JANUARY}");
    treasurer.put(&run, json!({ "action": "draft" })).await.ok();
    until_month(&town, JANUARY, RunStage::Review).await;
    village.agent().await.put(&address(Uuid::new_v4()), closure("2015-01-06", "2015-01-20")).await.ok();
    let drafts = treasurer.get(&run).await.ok();
    assert!(drafts["drafts"][0]["faults"].to_string().contains("Grève"), "{drafts}");
    treasurer.put(&run, json!({ "action": "issue" })).await.ok();
    until_month(&town, JANUARY, RunStage::Done).await;
    assert_eq!(sums(&treasurer, UNPAID).await, (0, 0, None), "nothing wrong is issued");
    treasurer.put(&run, json!({ "action": "draft" })).await.ok();
    until_month(&town, JANUARY, RunStage::Review).await;
    treasurer.put(&run, json!({ "action": "issue" })).await.ok();
    until_month(&town, JANUARY, RunStage::Done).await;
    assert_eq!(sums(&treasurer, UNPAID).await, (0, 0, Some("10,00 €".to_owned())), "two days at 5 €");
}
