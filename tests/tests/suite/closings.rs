//! Closing days late: bookings go, each family is told once, what was paid comes back; interrupted anywhere it ends.

use serde_json::{Value, json};
use tests::activity::{activity, canteen};
use tests::town::{WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Fault, Town};
use uuid::Uuid;

const FAMILIES: usize = 12;
fn activities() -> String {
    let workshop = activity("atelier", "Atelier").price("6,00").places(8, 0);
    format!("{}{workshop}", canteen().cancelled("{ never = true }"))
}

const DAY: &str = "2015-06-01";
const OTHER_DAY: &str = "2015-06-02";

fn bookings() -> String {
    let line = |family: usize| {
        let child = child_id(family, 0);
        // Every second family has paid its canteen.
        let paid = if family.is_multiple_of(2) { "4,00" } else { "" };
        let atelier = if family < 8 { format!("{child};atelier;{DAY};\n") } else { String::new() };
        format!("{child};cantine;{DAY};{paid}\n{child};cantine;{OTHER_DAY};\n{atelier}")
    };
    (0..FAMILIES).map(line).collect()
}

async fn village(town: &Town) -> Village {
    let bookings = bookings();
    let activities = activities();
    let shape = Shape { families: FAMILIES, activities: &activities, bookings: &bookings, ..Shape::default() };
    Village::build(town, town.table(), instant(WEEK_BEFORE), &shape).await
}

fn address(id: Uuid) -> String {
    format!("/api/organisations/{VILLAGE}/closings/{id}")
}

fn closure() -> Value {
    json!({ "opens": false, "activities": [], "from": DAY, "to": DAY, "name": "Grève" })
}

/// Nothing is booked that day, the other day is untouched, who paid has the credit, everybody has one mail.
async fn check(town: &Town) {
    let all = crate::world::everything(town).await;
    let count = |prefix: &str| {
        all.keys().filter(|(pk, sk)| pk.starts_with("FAMILY#village#") && sk.starts_with(prefix)).count()
    };
    assert_eq!(count(&format!("BOOKING#{DAY}")), 0);
    assert_eq!(count(&format!("BOOKING#{OTHER_DAY}")), FAMILIES);
    assert_eq!(count("CREDIT#"), FAMILIES / 2);
    assert!(!all.keys().any(|(pk, _)| pk.starts_with(&format!("DAY#village#{DAY}"))));
    let room = &all[&("ROOM#village#2015-06-01".to_owned(), format!("{DAY}#atelier"))];
    assert!(room.replace('\\', "").contains(r#""taken": "N("0")""#), "{room}");
    town.outbox_is_quiet().await;
    let mails = town.portal.mails().unwrap();
    for family in 0..FAMILIES {
        let to = format!("{}@village.example", family_id(family));
        let told: Vec<_> =
            mails.iter().filter(|mail| mail.to.contains(&to) && mail.subject.contains("Grève")).collect();
        assert_eq!(told.len(), 1, "{to}");
        assert!(told[0].text.contains("Cantine : lundi 1er juin"), "{}", told[0].text);
        let credited = told[0].text.replace('\u{a0}', " ").contains("4,00 €");
        assert_eq!(credited, family.is_multiple_of(2), "{}", told[0].text);
        assert_eq!(told[0].text.contains("Atelier"), family < 8, "{}", told[0].text);
    }
}

#[tokio::test]
async fn a_late_closure_cancels_tells_once_and_credits() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town).await;
    let (agent, parent) = (village.agent().await, village.adult(9).await);
    // Family 9 waits for a place that will not come.
    let wait = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(9, 0), "activity": "atelier", "day": DAY, "want": "waiting",
    });
    let joined = parent.put(&path(9, "bookings"), wait).await.ok();
    assert!(joined["cells"].to_string().contains("waiting"), "{joined}");
    let leave = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(9, 0), "activity": "atelier", "day": DAY, "want": "free",
    });
    parent.put(&path(9, "bookings"), leave).await.ok();
    let id = Uuid::new_v4();
    let answer = agent.put(&address(id), closure()).await.ok();
    assert_eq!(
        (&answer["finished"], &answer["cancelled"], &answer["families"]),
        (&json!(true), &json!(20), &json!(12))
    );
    let again = agent.put(&address(id), closure()).await.ok();
    assert_eq!(again["cancelled"], 0, "repeating changes nothing");
    check(&town).await;
    let week = parent.get(&path(9, &format!("week?day={DAY}"))).await.ok();
    let cell = &week["children"][0]["activities"][0]["cells"][0];
    assert_eq!((&cell["state"], &cell["note"]), (&json!("closed"), &json!("Grève")));
    let history = parent.get(&path(9, &format!("history?day={DAY}"))).await.ok();
    assert!(history.to_string().contains("Motif : Grève"), "{history}");
    // Taken back: the day is open again, what was cancelled stays cancelled.
    agent.call(reqwest::Method::DELETE, &address(id), None).await.ok();
    let week = parent.get(&path(9, &format!("week?day={DAY}"))).await.ok();
    assert_eq!(week["children"][0]["activities"][0]["cells"][0]["state"], "open_free");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_cut_anywhere_is_finished_by_the_clock() {
    for (cut, fault) in [
        (1, Fault::LostRequest),
        (2, Fault::LostReply),
        (5, Fault::LostRequest),
        (9, Fault::LostReply),
        (13, Fault::LostReply),
    ] {
        let town = Town::at(WEEK_BEFORE).await;
        let village = village(&town).await;
        let agent = village.agent().await;
        town.wire.cut_after("desk", cut, fault);
        let killed = agent.put(&address(Uuid::new_v4()), closure()).await;
        town.wire.mend();
        assert!(killed.status.as_u16() >= 500 || killed.status.is_success(), "{}", killed.body);
        town.portal.invoke("tick", json!({ "tick": "hour" })).await.unwrap();
        check(&town).await;
    }
}

#[tokio::test]
async fn a_day_opens_against_the_folder_and_wrong_closures_are_refused() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town).await;
    let (agent, parent) = (village.agent().await, village.adult(0).await);
    let wednesday = json!({ "opens": true, "activities": ["cantine"], "from": "2015-06-03", "to": "2015-06-03", "name": "Rattrapage" });
    agent.put(&address(Uuid::new_v4()), wednesday).await.ok();
    let week = parent.get(&path(0, &format!("week?day={DAY}"))).await.ok();
    assert_eq!(week["children"][0]["activities"][0]["cells"][2]["state"], "open_free");
    let with = |field: &str, value: Value| {
        let mut body = closure();
        body[field] = value;
        body
    };
    for (body, status) in [
        (with("activities", json!(["nothing"])), 404),
        (with("to", json!("2015-05-31")), 422),
        (with("to", json!("2015-12-31")), 422),
        (with("name", json!("")), 422),
        (with("price", json!(1)), 400),
    ] {
        assert_eq!(agent.put(&address(Uuid::new_v4()), body.clone()).await.status.as_u16(), status, "{body}");
    }
    assert_eq!(parent.put(&address(Uuid::new_v4()), closure()).await.status.as_u16(), 404);
}
