//! Aujourd'hui: the day as agents begin it, counted from its own items, and what waits for whom.

use chrono::Utc;
use domain::day::parse_day;
use domain::id::OrganisationId;
use domain::invoice::{Period, Run};
use domain::role::Role;
use serde_json::{Value, json};
use store::records::{CheckRecord, DoubtRecord, MailTrouble, MailTroubleRecord, ReviewRecord, RunRecord};
use store::{Transaction, keys};
use tests::activity::activity;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, load, path};
use tests::wire::{Sent, in_waves};
use tests::{Person, Town};
use uuid::Uuid;

use crate::people;

const TODAY: &str = "/api/organisations/village/today";
const DAY: &str = "2015-05-26";
/// Monday is a holiday, Friday a bridge.
const CALENDAR: &str = "school_weekdays = [\"lundi\", \"mardi\", \"jeudi\", \"vendredi\"]\n\
    [[public_holiday]]\nday = 2015-05-25\nname = \"Lundi de Pentecôte\"\n\
    [[closure]]\nday = 2015-05-29\nname = \"Pont\"\n";

/// A canteen of three places that is never cancelled, and a garderie without a limit.
fn activities() -> String {
    let canteen = activity("cantine", "Cantine").says("kind = \"meal\"").cancelled("{ never = true }").places(3, 1);
    let garderie = activity("garderie", "Garderie").says("kind = \"childcare\"").says("hours = \"7:30-8:20\"");
    format!("{garderie}{canteen}")
}

fn bookings(of: &[(&str, &str, &[usize])]) -> String {
    let lines = |(activity, day, families): &(&str, &str, &[usize])| -> String {
        families.iter().map(|family| format!("{};{activity};{day};\n", child_id(*family, 0))).collect()
    };
    of.iter().map(lines).collect()
}

fn shape<'a>(activities: &'a str, bookings: &'a str) -> Shape<'a> {
    let (classes, schools) = (&["CP", "CE1"], &["Les Tilleuls", "Jules-Ferry"]);
    Shape { families: 5, classes, schools, activities, calendar: CALENDAR, bookings, ..Shape::default() }
}

/// What a look at the page sends, by wave.
async fn sent(town: &Town, agent: &Person) -> Vec<Vec<String>> {
    agent.get(TODAY).await.ok();
    town.wire.take();
    agent.get(TODAY).await.ok();
    let sent: Vec<Sent> = town.wire.take().into_iter().filter(|call| call.function == "desk").collect();
    in_waves(&sent).into_iter().map(|wave| wave.into_iter().map(|call| call.operation.clone()).collect()).collect()
}

async fn mark(agent: &Person, family: usize, presence: &str, version: u64) {
    let body = json!({
        "day": DAY, "activity": "cantine", "child": child_id(family, 0), "family": family_id(family),
        "presence": presence, "arrived": null, "left": null, "version": version,
    });
    agent.put("/api/organisations/village/attendance", body).await.ok();
}

fn counts(of: &Value) -> [u64; 5] {
    ["booked", "present", "absent", "announced", "awaited"].map(|name| of[name].as_u64().unwrap())
}

#[tokio::test]
async fn a_day_is_counted_by_activity_and_school_and_what_a_parent_said_is_there() {
    let town = Town::at(TUESDAY).await;
    let activities = activities();
    let booked = bookings(&[("cantine", DAY, &[0, 1, 2]), ("garderie", DAY, &[0, 3]), ("cantine", "2015-05-28", &[0])]);
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape(&activities, &booked)).await;
    let agent = village.agent().await;
    mark(&agent, 0, "present", 1).await;
    mark(&agent, 1, "absent_unexcused", 1).await;
    mark(&agent, 3, "present_unbooked", 0).await;
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(2, 0), "from": DAY, "to": DAY,
        "reason": "Il a de la fièvre.", "proof": "to_come",
    });
    village.adult(2).await.post(&path(2, "absences"), absence).await.ok();
    let wait = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(4, 0), "activity": "cantine", "day": DAY,
        "want": "waiting",
    });
    village.adult(4).await.put(&path(4, "bookings"), wait).await.ok();
    // An organisation elsewhere, on the same day.
    let elsewhere = bookings(&[("cantine", DAY, &[0, 1, 2]), ("cantine", "2015-05-28", &[1])]);
    load(&town.table(), instant(TUESDAY), &Shape { id: "ailleurs", ..shape(&activities, &elsewhere) }).await;

    let today = agent.get(TODAY).await.ok();
    assert_eq!((&today["day"], &today["today"]), (&json!(DAY), &json!(DAY)));
    let [garderie, canteen] = today["activities"].as_array().unwrap().as_slice() else { panic!("{today}") };
    assert_eq!((&garderie["id"], &garderie["hours"]), (&json!("garderie"), &json!({ "from": "7:30", "to": "8:20" })));
    assert_eq!((counts(garderie), &garderie["places"]), ([2, 0, 0, 0, 2], &json!([])));
    assert_eq!(
        (&canteen["id"], &canteen["kind"], &canteen["hours"]),
        (&json!("cantine"), &json!("meal"), &Value::Null)
    );
    assert_eq!(counts(canteen), [3, 2, 1, 1, 0]);
    assert_eq!(canteen["places"], json!([{ "places": 3, "taken": 3, "classes": [], "shared": [] }]));
    assert_eq!(canteen["waiting"], 1);
    let schools: Vec<(&str, [u64; 5])> = canteen["schools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["school"].as_str().unwrap(), counts(row)))
        .collect();
    assert_eq!(schools, [("Jules-Ferry", [1, 1, 1, 0, 0]), ("Les Tilleuls", [2, 1, 0, 1, 0])]);
    assert!(canteen["marked"].as_str().unwrap().starts_with("2015-05-26T06:03"), "{canteen}");
    let said = &today["announced"][0];
    assert_eq!((&said["reason"], &said["family_name"]), (&json!("Il a de la fièvre."), &json!("FAMILLE 2")));
    assert_eq!(said["children"], json!([{ "first_name": "Enfant 0", "class": "CP" }]));
    assert_eq!(said["activities"], json!([{ "id": "cantine", "name": "Cantine" }]));
    assert_eq!(today["announced"].as_array().unwrap().len(), 1);
    let week = today["week"].as_array().unwrap();
    let closed: Vec<(&Value, &Value)> = week.iter().map(|day| (&day["closed"], &day["reason"])).collect();
    let (yes, no, nothing) = (&json!(true), &json!(false), &Value::Null);
    let (holiday, bridge) = (json!("Lundi de Pentecôte"), json!("Pont"));
    let (open, shut) = ((no, nothing), (yes, nothing));
    assert_eq!(closed, [(yes, &holiday), open, shut, open, (yes, &bridge), shut, shut]);
    let meals = |count: u32| json!([{ "service": "meals", "count": count }]);
    assert_eq!(
        (&week[1]["counts"], &week[3]["counts"]),
        (&meals(3), &meals(1)),
        "who waits, or came without, has no meal"
    );

    // The bridge, as any day of an address; what is no day is said to be none.
    let friday = agent.get(&format!("{TODAY}?day=2015-05-29")).await.ok();
    assert_eq!(friday["activities"], json!([]));
    let named: Vec<&Value> = friday["closed"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(named, [&bridge, &bridge]);
    let refused = agent.get(&format!("{TODAY}?day=2015-02-30")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid"));
    // An agent of the village has no day elsewhere.
    assert_eq!(agent.get("/api/organisations/ailleurs/today").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_day_costs_three_waves_however_many_other_organisations_there_are() {
    let town = Town::at(TUESDAY).await;
    let activities = activities();
    let booked = bookings(&[("cantine", DAY, &[0, 1, 2]), ("garderie", DAY, &[0, 3]), ("cantine", "2015-05-28", &[0])]);
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape(&activities, &booked)).await;
    let agent = village.agent().await;
    let alone = sent(&town, &agent).await;
    // The lists of the canteen and the garderie today, of the canteen on Thursday; the two queues of the desk.
    let queries = vec!["Query".to_owned(); 5];
    assert_eq!(alone, [vec!["BatchGetItem".to_owned()], queries, vec!["BatchGetItem".to_owned()]]);
    for other in 0..20 {
        let id = format!("ailleurs-{other}");
        load(&town.table(), instant(TUESDAY), &Shape { id: &id, ..shape(&activities, &booked) }).await;
    }
    assert_eq!(sent(&town, &agent).await, alone);
}

#[tokio::test]
async fn a_day_is_read_a_hundred_items_to_a_call() {
    const CHILDREN: usize = 121;
    let town = Town::at(TUESDAY).await;
    let activities = activity("cantine", "Cantine").says("kind = \"meal\"").to_string();
    let all: Vec<usize> = (0..CHILDREN).collect();
    let booked = bookings(&[("cantine", DAY, &all)]);
    let shape = Shape { families: CHILDREN, ..shape(&activities, &booked) };
    let agent = Village::build(&town, town.table(), instant(TUESDAY), &shape).await.agent().await;
    let waves = sent(&town, &agent).await;
    // A booking and a family for each child: 242 items.
    assert_eq!(waves[2], vec!["BatchGetItem".to_owned(); 3]);
    assert_eq!(agent.get(TODAY).await.ok()["activities"][0]["awaited"], CHILDREN);
}

/// Something of each kind that waits, written as the functions write it.
async fn wait_for_agents(town: &Town) {
    let organisation: OrganisationId = VILLAGE.parse().unwrap();
    let family = || family_id(1).parse().unwrap();
    let mut transaction = Transaction::of_system();
    let since = instant("2015-05-25T16:40:00Z");
    for number in [0, 1] {
        let (family, name) = (family_id(number).parse().unwrap(), format!("FAMILLE {number}"));
        transaction.put(&CheckRecord { organisation: organisation.clone(), family, name, fields: 2, since });
    }
    let document = Uuid::new_v4().to_string();
    transaction.put(&ReviewRecord { organisation: organisation.clone(), family: family(), document });
    transaction.put(&DoubtRecord { organisation: organisation.clone(), family: family(), attempt: "x".to_owned() });
    let now = Utc::now().timestamp();
    for (mel, expires) in [("a@village.example", now + 60), ("b@village.example", now - 60)] {
        transaction.put(&MailTroubleRecord {
            organisation: organisation.clone(),
            family: family(),
            mel: mel.to_owned(),
            trouble: MailTrouble::Bounce,
            at: Utc::now(),
            expires,
        });
    }
    let run =
        Run::open(Period::parse("2015-04").unwrap(), parse_day(DAY).unwrap(), "Agente").unwrap().drafted(None).unwrap();
    let counts = domain::invoice::RunCounts { faults: 3, ..run.counts };
    transaction.put(&RunRecord::opened(organisation.clone(), Run { counts, ..run }));
    town.table().write(transaction).await.unwrap();
    assert!(
        town.table()
            .get::<RunRecord>(&keys::run(&organisation, Period::parse("2015-04").unwrap()))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn what_waits_is_told_to_who_may_answer_it() {
    let town = Town::at(TUESDAY).await;
    let activities = activities();
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape(&activities, "")).await;
    let quiet = village.agent_as(Role::Administrator).await.get(TODAY).await.ok();
    assert_eq!(quiet["waiting"], json!([]));
    wait_for_agents(&town).await;
    village.adult(3).await.post(&path(3, "erasure"), json!({ "name": "FAMILLE 3" })).await.ok();
    let told = async |role: Role| {
        let today = village.agent_as(role).await.get(TODAY).await.ok();
        let one = |one: &Value| (one["kind"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap());
        today["waiting"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let named =
        |list: &[(&str, u64)]| list.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect::<Vec<_>>();
    let (desk, bills) = ([("changes", 2), ("documents", 1)], [("doubts", 1), ("faults", 3), ("mail_troubles", 1)]);
    assert_eq!(told(Role::Reader).await, named(&[]));
    assert_eq!(told(Role::Desk).await, named(&desk));
    assert_eq!(told(Role::Treasurer).await, named(&bills));
    let all = [&desk[..], &bills[..], &[("erasures", 1)]].concat();
    assert_eq!(told(Role::Administrator).await, named(&all));
    let today = village.agent().await.get(TODAY).await.ok();
    assert_eq!(today["waiting"][0]["since"], "2015-05-25T16:40:00Z");
    // Elsewhere nothing waits.
    let elsewhere = people::agent(&town, people::ADMINISTRATOR).await;
    assert_eq!(elsewhere.get("/api/organisations/jumex/today").await.ok()["waiting"], json!([]));
}
