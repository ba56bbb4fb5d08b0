//! The roll: who is there, who is not, and days that are frozen from then on.

use serde_json::{Value, json};
use store::keys;
use store::records::FamilyRecord;
use tests::activity::{activity, canteen, study};
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id};
use tests::{Answer, Chain, Person, Town};

use crate::people;

const ROLL: &str = "/api/organisations/jumex/attendance";

async fn roll(agent: &Person, day: &str) -> Value {
    agent.get(&format!("{ROLL}?day={day}&activity=cantine-maternelle")).await.ok()
}

fn row<'a>(roll: &'a Value, child: &str) -> &'a Value {
    roll["children"].as_array().unwrap().iter().find(|row| row["child"] == child).unwrap()
}

async fn note(agent: &Person, child: &str, day: &str, presence: Value, version: u64) -> Answer {
    let body = json!({
        "day": day, "activity": "cantine-maternelle", "child": child, "family": "devret", "presence": presence,
        "arrived": "11:40", "left": null, "version": version,
    });
    agent.put(ROLL, body).await
}

#[tokio::test]
async fn all_are_marked_in_one_request_but_who_changed_meanwhile() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let seen = roll(&agent, "2015-05-26").await;
    let lines: Vec<Value> = seen["children"].as_array().unwrap().clone();
    assert!(lines.len() > 2, "{seen}");
    // Somebody else has just said that one of them is not there.
    let first = &lines[0];
    let absent = json!({
        "day": "2015-05-26", "activity": "cantine-maternelle", "child": first["child"], "family": first["family"],
        "presence": "absent_unexcused", "arrived": null, "left": null, "version": first["version"],
    });
    agent.put(ROLL, absent).await.ok();
    let line = |row: &Value| json!({ "child": row["child"], "family": row["family"], "version": row["version"] });
    let all = json!({
        "day": "2015-05-26", "activity": "cantine-maternelle", "children": lines.iter().map(line).collect::<Vec<_>>(),
    });
    let marked = agent.put(&format!("{ROLL}/present"), all.clone()).await.ok();
    assert_eq!(marked["left"], json!([first["child"]]));
    assert_eq!(marked["rows"].as_array().unwrap().len(), lines.len() - 1);
    let now = roll(&agent, "2015-05-26").await;
    assert_eq!(row(&now, first["child"].as_str().unwrap())["presence"], "absent_unexcused", "it stays as it was noted");
    assert_eq!(now["counts"]["present"], lines.len() - 1);
    assert_eq!(now["counts"]["unchecked"], 0);
    // The same request once more marks nobody.
    assert_eq!(agent.put(&format!("{ROLL}/present"), all).await.ok()["rows"], json!([]));
    let late = json!({ "day": "2015-05-27", "activity": "cantine-maternelle", "children": [line(first)] });
    assert_eq!(agent.put(&format!("{ROLL}/present"), late).await.code(), "day-to-come");
}

#[tokio::test]
async fn a_roll_of_more_children_than_a_transaction_holds_is_marked_to_the_last() {
    const CHILDREN: usize = 121;
    let town = Town::at(TUESDAY).await;
    let bookings: String =
        (0..CHILDREN).map(|family| format!("{};cantine;2015-05-26;\n", child_id(family, 0))).collect();
    let activities = activity("cantine", "Cantine").price("5,00").to_string();
    let shape = Shape { families: CHILDREN, activities: &activities, bookings: &bookings, ..Shape::default() };
    let agent = Village::build(&town, town.table(), instant(TUESDAY), &shape).await.agent().await;
    let line = |family| json!({ "child": child_id(family, 0), "family": family_id(family), "version": 1 });
    let lines: Vec<Value> = (0..CHILDREN).map(line).collect();
    let body = json!({ "day": "2015-05-26", "activity": "cantine", "children": lines });
    let path = format!("/api/organisations/{VILLAGE}/attendance/present");
    let marked = agent.put(&path, body.clone()).await.ok();
    assert_eq!((marked["rows"].as_array().unwrap().len(), &marked["left"]), (CHILDREN, &json!([])));
    let again = agent.put(&path, body).await.ok();
    assert_eq!((&again["rows"], again["left"].as_array().unwrap().len()), (&json!([]), CHILDREN));
}

#[tokio::test]
async fn what_was_marked_for_many_is_taken_back_of_exactly_those() {
    const CHILDREN: usize = 4;
    let town = Town::at(TUESDAY).await;
    let bookings: String =
        (0..CHILDREN).map(|family| format!("{};cantine;2015-05-26;\n", child_id(family, 0))).collect();
    let activities = activity("cantine", "Cantine").price("5,00").to_string();
    let shape = Shape { families: CHILDREN, activities: &activities, bookings: &bookings, ..Shape::default() };
    let agent = Village::build(&town, town.table(), instant(TUESDAY), &shape).await.agent().await;
    let path = format!("/api/organisations/{VILLAGE}/attendance");
    let many = |versions: &[u64], take_back: bool| {
        let line = |(family, version): (usize, &u64)| json!({ "child": child_id(family, 0), "family": family_id(family), "version": version });
        let children: Vec<Value> = versions.iter().enumerate().map(line).collect();
        json!({ "day": "2015-05-26", "activity": "cantine", "children": children, "take_back": take_back })
    };
    let one = |family: usize, presence: &str, arrived: Value, version: u64| {
        json!({
            "day": "2015-05-26", "activity": "cantine", "child": child_id(family, 0), "family": family_id(family),
            "presence": presence, "arrived": arrived, "left": null, "version": version,
        })
    };
    // Nothing was marked yet: there is nothing to take back.
    let nothing = agent.put(&format!("{path}/present"), many(&[1, 1, 1, 1], true)).await.ok();
    assert_eq!((&nothing["rows"], nothing["left"].as_array().unwrap().len()), (&json!([]), CHILDREN));
    let marked = agent.put(&format!("{path}/present"), many(&[1, 1, 1, 1], false)).await.ok();
    assert_eq!(marked["rows"].as_array().unwrap().len(), CHILDREN);
    // Meanwhile one is said to be absent, and of another it is noted when it came.
    agent.put(&path, one(2, "absent_unexcused", Value::Null, 2)).await.ok();
    agent.put(&path, one(3, "present", json!("11:40"), 2)).await.ok();
    let back = agent.put(&format!("{path}/present"), many(&[2, 2, 3, 3], true)).await.ok();
    assert_eq!(back["left"], json!([child_id(2, 0), child_id(3, 0)]));
    let now = agent.get(&format!("{path}?day=2015-05-26&activity=cantine")).await.ok();
    let presences: Vec<&Value> = (0..CHILDREN).map(|family| &row(&now, &child_id(family, 0))["presence"]).collect();
    assert_eq!(presences, [&Value::Null, &Value::Null, &json!("absent_unexcused"), &json!("present")]);
    // One that was marked anew since is not as it was seen.
    agent.put(&path, one(0, "present", Value::Null, 3)).await.ok();
    let stale = agent.put(&format!("{path}/present"), many(&[2], true)).await.ok();
    assert_eq!(stale["left"], json!([child_id(0, 0)]));
}

#[tokio::test]
async fn a_roll_says_class_school_pai_and_whose_hand_a_mark_is_of() {
    let town = Town::at(TUESDAY).await;
    let bookings = format!("{};etude;2015-05-26;\n{};etude;2015-05-26;\n", child_id(0, 0), child_id(1, 0));
    let minded = activity("garderie", "Garderie").says("kind = \"childcare\"");
    let activities = format!("{}{minded}{}", study(), canteen());
    let shape = Shape {
        families: 2,
        classes: &["CP", ""],
        schools: &["École du Bourg", ""],
        activities: &activities,
        bookings: &bookings,
        ..Shape::default()
    };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let organisation = VILLAGE.parse().unwrap();
    let key = keys::family(&organisation, &family_id(1).parse().unwrap());
    let home: FamilyRecord = town.table().get(&key).await.unwrap().unwrap();
    let mut with_pai = FamilyRecord { version: home.version + 1, ..home.clone() };
    with_pai.family.children[0].pai = true;
    town.table().write(Chain::new().put_over(&with_pai, home.version)).await.unwrap();
    let agent = village.agent().await;
    let path = format!("/api/organisations/{VILLAGE}/attendance");
    let seen = agent.get(&format!("{path}?day=2015-05-26&activity=etude")).await.ok();
    let of = |child: &str| {
        let row = row(&seen, child);
        json!([row["class"], row["school"], row["pai"], row["noted"]])
    };
    assert_eq!(of(&child_id(0, 0)), json!(["CP", "École du Bourg", false, null]));
    assert_eq!(of(&child_id(1, 0)), json!([null, null, true, null]));
    // The study is paid by the hour, at the garderie children are minded; at the canteen nobody asks for hours.
    let hours: Vec<&Value> = seen["activities"].as_array().unwrap().iter().map(|one| &one["hours"]).collect();
    assert_eq!(hours, [&json!(true), &json!(true), &json!(false)]);
    let note = json!({
        "day": "2015-05-26", "activity": "etude", "child": child_id(0, 0), "family": family_id(0),
        "presence": "present", "arrived": null, "left": null, "version": 1,
    });
    let noted = agent.put(&path, note).await.ok();
    // TUESDAY is 8:03 in Paris.
    assert_eq!(noted["row"]["noted"], json!({ "by": "Agente du village", "at": "8:03" }));
}

#[tokio::test]
async fn an_agent_checks_children_in_and_the_day_is_frozen() {
    let town = Town::at(TUESDAY).await;
    let (agent, chantal) = (people::agent(&town, people::DESK).await, people::chantal(&town).await);
    let monday = roll(&agent, "2015-05-25").await;
    let booked = monday["children"].as_array().unwrap().len();
    assert_eq!(monday["counts"]["unchecked"], booked);
    let chloe = row(&monday, "chloe");
    assert_eq!((chloe["booked"].as_bool(), &chloe["presence"]), (Some(true), &Value::Null));
    let version = chloe["version"].as_u64().unwrap();
    let noted = note(&agent, "chloe", "2015-05-25", json!("absent_unexcused"), version).await.ok();
    assert_eq!(
        (noted["row"]["presence"].as_str(), noted["row"]["arrived"].as_str()),
        (Some("absent_unexcused"), Some("11:40"))
    );
    let stale = note(&agent, "chloe", "2015-05-25", json!("present"), version).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (409, "changed-meanwhile"));
    let noted = note(&agent, "chloe", "2015-05-25", json!("present"), version + 1).await.ok();
    assert_eq!(noted["row"]["presence"], "present");
    // Not booked, and there all the same.
    assert_eq!(note(&agent, "gaetan", "2015-05-25", json!("present"), 0).await.status.as_u16(), 422);
    let unbooked = note(&agent, "gaetan", "2015-05-25", json!("present_unbooked"), 0).await.ok();
    assert_eq!((unbooked["row"]["booked"].as_bool(), unbooked["row"]["version"].as_u64()), (Some(false), Some(1)));
    let counts = roll(&agent, "2015-05-25").await["counts"].clone();
    assert_eq!(counts["present"], 2);
    let gone = note(&agent, "gaetan", "2015-05-25", Value::Null, 1).await.ok();
    assert_eq!(gone["row"], Value::Null);
    // The parent sees the day frozen, and even an agent's override does not change it.
    let week = chantal.week("jumex", "devret", "2015-05-25").await.ok();
    let cells = &week["children"][0]["activities"][0]["cells"][0];
    assert_eq!((&cells["state"], &cells["note"]), (&json!("locked_booked"), &json!("pointé : présent")));
    let said = "inscrit, la désinscription n’est plus autorisée, pointé : présent";
    assert_eq!((&cells["kind"], &cells["said"]), (&json!("checked"), &json!(said)));
    let body = json!({
        "request": uuid::Uuid::new_v4().to_string(), "child": "chloe", "activity": "cantine-maternelle",
        "day": "2015-05-25", "want": "free", "override": { "reason": "erreur" },
    });
    let refused = agent.put("/api/organisations/jumex/families/devret/bookings", body).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "day-checked"));
}

#[tokio::test]
async fn what_cannot_be_noted_is_refused_in_words() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let tomorrow = note(&agent, "chloe", "2015-05-29", json!("present"), 1).await;
    assert_eq!((tomorrow.status.as_u16(), tomorrow.code()), (409, "day-to-come"));
    let body = |field: &str, value: Value| {
        let mut body = json!({
            "day": "2015-05-25", "activity": "cantine-maternelle", "child": "chloe", "family": "devret",
            "presence": "present", "arrived": null, "left": null, "version": 1,
        });
        body[field] = value;
        body
    };
    for (body, status) in [
        (body("child", json!("nobody")), 404),
        (body("family", json!("nobody")), 404),
        (body("activity", json!("nothing")), 404),
        (body("day", json!("2015-02-30")), 422),
        (body("arrived", json!("midi")), 422),
        (body("presence", json!("perhaps")), 400),
        (body("price", json!(1)), 400),
    ] {
        assert_eq!(agent.put(ROLL, body.clone()).await.status.as_u16(), status, "{body}");
    }
    let mut backwards = body("left", json!("8:00"));
    backwards["arrived"] = json!("9:00");
    assert_eq!(agent.put(ROLL, backwards).await.status.as_u16(), 422);
    assert_eq!(agent.get(&format!("{ROLL}?activity=nothing")).await.status.as_u16(), 404);
    assert_eq!(agent.get(&format!("{ROLL}?day=hier")).await.status.as_u16(), 422);
}
