//! Closing days late: bookings go, each family is told once, what was paid comes back; interrupted anywhere it ends.

use serde_json::{Value, json};
use store::keys;
use store::records::AdultRecord;
use tests::Chain;
use tests::activity::{activity, canteen};
use tests::town::{WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Fault, Person, Town};
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
    assert_eq!((&again["cancelled"], &again["families"]), (&json!(20), &json!(12)), "repeating changes nothing");
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

async fn counts(agent: &Person, id: Uuid) -> (Value, Value) {
    let list = agent.get(&format!("/api/organisations/{VILLAGE}/closings")).await.ok();
    let one = list["closings"].as_array().unwrap().iter().find(|one| one["id"] == id.to_string()).unwrap().clone();
    assert_eq!(one["finished"], true);
    (one["cancelled"].clone(), one["families"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_counts_over_all_its_turns_whoever_carries_it_out() {
    for cut in [2, 5, 9] {
        let town = Town::at(WEEK_BEFORE).await;
        let village = village(&town).await;
        let (agent, id) = (village.agent().await, Uuid::new_v4());
        town.wire.cut_after("desk", cut, Fault::LostReply);
        agent.put(&address(id), closure()).await;
        town.wire.mend();
        // The clock and the agent go on at once.
        let place = address(id);
        let (ended, ticked) =
            tokio::join!(agent.put(&place, closure()), town.portal.invoke("tick", json!({ "tick": "hour" })));
        ticked.unwrap();
        ended.ok();
        let ended = agent.put(&address(id), closure()).await.ok();
        assert_eq!((&ended["finished"], &ended["cancelled"]), (&json!(true), &json!(20)), "{cut}: {ended}");
        assert_eq!(ended["families"], 12);
        assert!(
            ended["message"]
                .as_str()
                .unwrap()
                .replace('\u{a0}', " ")
                .contains("20 inscriptions annulées, 12 familles prévenues")
        );
        assert_eq!(counts(&agent, id).await, (json!(20), json!(12)));
        check(&town).await;
    }
}

#[tokio::test]
async fn who_is_concerned_is_said_before_and_who_has_to_be_called_afterwards() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town).await;
    let (agent, id) = (village.agent().await, Uuid::new_v4());
    let (place, family) = (VILLAGE.parse().unwrap(), family_id(3).parse().unwrap());
    for mut adult in town.table().query::<AdultRecord>(&keys::adults(&place, &family)).await.unwrap() {
        adult.adult.mel = None;
        adult.version += 1;
        town.table().write(Chain::new().put(&adult)).await.unwrap();
    }
    let before = crate::world::everything(&town).await;
    let preview = async |query: &str| {
        let path = format!("/api/organisations/{VILLAGE}/closings/preview?from={DAY}&to={DAY}{query}");
        agent.get(&path).await.ok()
    };
    assert_eq!(preview("").await, json!({ "bookings": 20, "children": 12, "families": 12 }));
    assert_eq!(preview("&activities=atelier").await, json!({ "bookings": 8, "children": 8, "families": 8 }));
    assert_eq!(preview("&activities=atelier,cantine").await["bookings"], 20);
    let refused = async |query: &str| {
        let path = format!("/api/organisations/{VILLAGE}/closings/preview?{query}");
        agent.get(&path).await.status.as_u16()
    };
    assert_eq!(refused("from=2015-06-01").await, 422);
    assert_eq!(refused("from=2015-06-01&to=2015-05-31").await, 422);
    assert_eq!(refused("from=2015-06-01&to=2015-06-01&activities=nothing").await, 404);
    crate::world::assert_unchanged(&before, &crate::world::everything(&town).await);
    let closed = agent.put(&address(id), closure()).await.ok();
    assert_eq!((&closed["families"], &closed["unreached"][0]["id"]), (&json!(12), &json!(family_id(3))));
    assert_eq!(closed["unreached"].as_array().unwrap().len(), 1);
    let (message, name) = (closed["message"].as_str().unwrap(), closed["unreached"][0]["name"].as_str().unwrap());
    let told = message.replace('\u{a0}', " ");
    assert!(told.contains("20 inscriptions annulées, 11 familles prévenues"), "{told}");
    assert!(told.contains(&format!("La famille {name} n’a pas d’adresse mél : appelez-la.")), "{told}");
    let list = agent.get(&format!("/api/organisations/{VILLAGE}/closings")).await.ok();
    assert_eq!(list["closings"][0]["unreached"], closed["unreached"]);
}

/// Notes of a child what an agent saw at the canteen of the day.
async fn seen(agent: &Person, family: usize, presence: &str) {
    let roll = format!("/api/organisations/{VILLAGE}/attendance");
    let read = agent.get(&format!("{roll}?day={DAY}&activity=cantine")).await.ok();
    let child = child_id(family, 0);
    let row = read["children"].as_array().unwrap().iter().find(|row| row["child"] == child).unwrap().clone();
    let note = json!({
        "day": DAY, "activity": "cantine", "child": child, "family": family_id(family), "presence": presence,
        "arrived": null, "left": null, "version": row["version"],
    });
    agent.put(&roll, note).await.ok();
}

#[tokio::test]
async fn who_was_there_keeps_the_day_and_as_many_are_said_before_as_are_cancelled() {
    let town = Town::at("2015-06-01T15:00:00Z").await;
    let village = village(&town).await;
    let agent = village.agent().await;
    // Of three families at the canteen that day, two were there, one of them paid before; one that paid did not come.
    seen(&agent, 0, "present").await;
    seen(&agent, 1, "present").await;
    seen(&agent, 2, "absent_unexcused").await;
    let preview = async |query: &str| {
        let path = format!("/api/organisations/{VILLAGE}/closings/preview?from={DAY}&to={OTHER_DAY}{query}");
        agent.get(&path).await.ok()
    };
    // Twelve at the canteen on each day and eight at the workshop, less two.
    assert_eq!(preview("").await, json!({ "bookings": 30, "children": 12, "families": 12 }));
    let closure = json!({ "opens": false, "activities": ["cantine"], "from": DAY, "to": DAY, "name": "Grève" });
    let canteen = format!("/api/organisations/{VILLAGE}/closings/preview?from={DAY}&to={DAY}&activities=cantine");
    let told = agent.get(&canteen).await.ok();
    assert_eq!(told, json!({ "bookings": 10, "children": 10, "families": 10 }));
    let id = Uuid::new_v4();
    // Where the machine is slow it is done in several calls, which count together.
    let mut done = agent.put(&address(id), closure.clone()).await.ok();
    while done["finished"] == json!(false) {
        done = agent.put(&address(id), closure.clone()).await.ok();
    }
    assert_eq!((&done["finished"], &done["cancelled"], &done["families"]), (&json!(true), &json!(10), &json!(10)));
    let all = crate::world::everything(&town).await;
    let kept: Vec<&str> = all
        .keys()
        .filter(|(_, sk)| sk.starts_with(&format!("BOOKING#{DAY}")) && sk.ends_with("#cantine"))
        .map(|(pk, _)| pk.as_str())
        .collect();
    assert_eq!(kept, [0, 1].map(|family| format!("FAMILY#{VILLAGE}#{}", family_id(family))));
    // Six families paid in advance: the one that ate has nothing back.
    let credited = |family: usize| {
        all.keys().filter(|(pk, sk)| pk.ends_with(&family_id(family)) && sk.starts_with("CREDIT#")).count()
    };
    assert_eq!((0..FAMILIES).map(credited).collect::<Vec<_>>(), [0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
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
