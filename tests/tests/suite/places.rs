//! Last places: many families for few places, and a line that nobody jumps.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::capacity::Waiting;
use domain::day::parse_day;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::records::RoomRecord;
use store::{Table, Transaction, keys};
use tests::activity::{Activity, activity};
use tests::second_store::SecondStore;
use tests::town::{WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Fault, Person, Town};
use uuid::Uuid;

const PLACES: usize = 10;
const FAMILIES: usize = 50;
const DAYS: [&str; 5] = ["2015-06-01", "2015-06-02", "2015-06-03", "2015-06-04", "2015-06-05"];
const STEPS: usize = 14;

fn workshop() -> Activity {
    activity("atelier", "Atelier").on_wednesdays_too().price("4,00")
}

/// Clicks, and repeats the very same request until an answer is certain, as the page does.
async fn click(person: &Person, family: usize, day: &str, want: &str) -> Value {
    let request = Uuid::new_v4().to_string();
    let body =
        json!({ "request": request, "child": child_id(family, 0), "activity": "atelier", "day": day, "want": want });
    for _ in 0..40 {
        let answer = person.put(&path(family, "bookings"), body.clone()).await;
        match answer.status {
            StatusCode::OK => return answer.body,
            StatusCode::CONFLICT if answer.code() != "conflict-busy" => return answer.body,
            _ => {}
        }
    }
    panic!("family {family} never got an answer for {day}");
}

fn state(answer: &Value) -> &str {
    answer["cells"][0]["state"].as_str().unwrap_or_else(|| answer["code"].as_str().unwrap())
}

/// One family: books or waits, and sometimes gives up, on days of its own choice.
async fn family(person: Person, family: usize) {
    let mut holds: BTreeMap<&str, bool> = BTreeMap::new();
    for step in 0..STEPS {
        let day = DAYS[(family * 3 + step * 7 + step / 3) % DAYS.len()];
        let has = holds.get(day).copied().unwrap_or_default();
        let want = if has && (family + step).is_multiple_of(2) { "free" } else { "waiting" };
        let answer = click(&person, family, day, want).await;
        let now = state(&answer);
        match want {
            "free" => assert!(["open_free", "full"].contains(&now), "{answer}"),
            _ => assert!(["open_booked", "waiting"].contains(&now), "{answer}"),
        }
        holds.insert(day, want != "free");
    }
}

/// Fifty families, ten places, five days, cancellations, one call in twenty whose reply is lost; `elsewhere` is the
/// endpoint of another store than the embedded one.
async fn race(town: &Town, client: &Client, elsewhere: Option<&str>, seed: u64) {
    let table_name = town.portal.table_name();
    let table = Table::with(client.clone(), table_name);
    let activities = workshop().places(10, 2).to_string();
    let shape = Shape { families: FAMILIES, activities: &activities, ..Shape::default() };
    let village = Village::build(town, table, instant(WEEK_BEFORE), &shape).await;
    if let Some(endpoint) = elsewhere {
        town.wire.redirect_table(endpoint);
    }
    let mut people = Vec::new();
    for family in 0..FAMILIES {
        people.push(village.adult(family).await);
    }
    town.wire.break_calls(seed, &[(Fault::LostReply, 50)]);
    let racing: Vec<_> = people.into_iter().enumerate().map(|(at, one)| tokio::spawn(family(one, at))).collect();
    for one in racing {
        one.await.unwrap();
    }
    town.wire.break_calls(1, &[]);
    check(client, table_name).await;
}

/// What the table says in the end, item by item.
async fn check(client: &Client, table_name: &str) {
    let items = scan(client, table_name).await;
    let text = |item: &BTreeMap<String, Value>, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let mut waited = 0;
    let mut given = 0;
    for day in DAYS {
        let of_day = |prefix: &str| {
            let prefix = prefix.to_owned();
            let of_village = format!("FAMILY#{VILLAGE}#");
            items.iter().filter(move |item| {
                text(item, "pk").starts_with(&of_village)
                    && text(item, "sk").starts_with(&prefix)
                    && text(item, "day") == day
            })
        };
        let booked = of_day("BOOKING#").filter(|item| text(item, "status") == "booked").count();
        let waiting: BTreeSet<String> = of_day("BOOKING#")
            .filter(|item| text(item, "status") == "waiting")
            .map(|item| text(item, "child"))
            .collect();
        let places = items.iter().filter(|item| text(item, "pk") == format!("DAY#{VILLAGE}#{day}#atelier")).count();
        let room = items.iter().find(|item| text(item, "sk") == format!("{day}#atelier")).expect("a room");
        let line = room["room"]["line"].as_array().unwrap();
        let tickets: Vec<u64> = line.iter().map(|one| one["ticket"].as_u64().unwrap()).collect();
        let in_line: BTreeSet<String> = line.iter().map(|one| one["child"].as_str().unwrap().to_owned()).collect();
        assert!(booked <= PLACES, "{day}: {booked} booked");
        assert_eq!(room["room"]["taken"].as_u64(), Some(booked as u64), "{day}: what the room counts");
        assert_eq!(places, booked + waiting.len(), "{day}: one place each");
        assert_eq!(in_line, waiting, "{day}: the line is who waits");
        assert!(waiting.is_empty() || booked == PLACES, "{day}: a place is empty while {} wait", waiting.len());
        assert!(tickets.is_sorted(), "{day}: in order of request");
        // Nobody in line asked before somebody who was given a place.
        let promoted: Vec<u64> = of_day("CHANGE#")
            .filter(|item| text(item, "from") == "waiting" && text(item, "to") == "booked")
            .map(|item| item["ticket"].as_u64().unwrap())
            .collect();
        if let (Some(last), Some(first)) = (promoted.iter().max(), tickets.first()) {
            assert!(last < first, "{day}: ticket {last} was served before {first}");
        }
        waited += waiting.len();
        given += promoted.len();
    }
    println!("{waited} wait in the end, {given} were given a freed place");
    assert!(waited > 0 && given > 0, "the race was no race: {waited} wait, {given} given");
}

async fn scan(client: &Client, table_name: &str) -> Vec<BTreeMap<String, Value>> {
    let mut items = Vec::new();
    let mut next = None;
    loop {
        let page = client.scan().table_name(table_name).set_exclusive_start_key(next).send().await.unwrap();
        for item in page.items() {
            items.push(item.iter().map(|(name, value)| (name.clone(), plain(value))).collect());
        }
        next = page.last_evaluated_key;
        if next.is_none() {
            return items;
        }
    }
}

fn plain(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!(text),
        AttributeValue::N(number) => number.parse::<u64>().map_or(Value::Null, |number| json!(number)),
        AttributeValue::Bool(flag) => json!(flag),
        AttributeValue::L(items) => items.iter().map(plain).collect(),
        AttributeValue::M(members) => members.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        _ => Value::Null,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_families_race_for_ten_places() {
    let town = Town::at(WEEK_BEFORE).await;
    race(&town, &town.client(), None, 7).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_families_race_on_another_dynamodb_as_well() {
    let town = Town::at(WEEK_BEFORE).await;
    let other = SecondStore::start(town.portal.table_name()).await;
    race(&town, &other.client, Some(&other.endpoint), 11).await;
}

#[tokio::test]
async fn the_last_place_goes_to_one_and_the_other_is_told() {
    let town = Town::at(WEEK_BEFORE).await;
    let activities = workshop().places(1, 1).to_string();
    let shape = Shape { families: 3, activities: &activities, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(WEEK_BEFORE), &shape).await;
    let (first, second, third) = (village.adult(0).await, village.adult(1).await, village.adult(2).await);
    let week = first.get(&path(0, "week?day=2015-06-01")).await.ok();
    let cell = &week["children"][0]["activities"][0]["cells"][0];
    assert!(cell["note"].as_str().unwrap().starts_with("dernière place"), "{cell}");
    assert_eq!(state(&click(&first, 0, DAYS[0], "booked").await), "open_booked");
    assert_eq!(state(&click(&second, 1, DAYS[0], "booked").await), "day-full", "a click on a free cell joins no line");
    let joined = click(&second, 1, DAYS[0], "waiting").await;
    assert_eq!((state(&joined), joined["cells"][0]["rank"].as_u64()), ("waiting", Some(1)));
    let joined = click(&third, 2, DAYS[0], "waiting").await;
    assert_eq!(joined["cells"][0]["rank"].as_u64(), Some(2));
    assert_eq!(state(&click(&first, 0, DAYS[0], "free").await), "full", "the place is the line's, not anybody's");
    let week = second.get(&path(1, "week?day=2015-06-01")).await.ok();
    assert_eq!(week["children"][0]["activities"][0]["cells"][0]["state"], "open_booked");
    let mail = town.mail_to("f0001@village.example", "Une place pour").await;
    assert!(mail.text.contains("lundi 1er juin"), "{}", mail.text);
    let week = third.get(&path(2, "week?day=2015-06-01")).await.ok();
    assert_eq!(week["children"][0]["activities"][0]["cells"][0]["rank"].as_u64(), Some(1), "everybody moves up");
    let history = second.get(&path(1, "history?day=2015-06-01")).await.ok();
    assert!(history.to_string().contains("la liste d’attente a donné une place"), "{history}");
    // An agent admits one more by hand, and it is traced.
    let agent = village.agent().await;
    let body = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(2, 0), "activity": "atelier", "day": DAYS[0],
        "want": "booked", "override": { "reason": "fratrie" },
    });
    agent.put(&path(2, "bookings"), body).await.ok();
    let history = third.get(&path(2, "history?day=2015-06-01")).await.ok();
    assert!(history.to_string().contains("fratrie"), "{history}");
    let week = third.get(&path(2, "week?day=2015-06-01")).await.ok();
    assert_eq!(week["children"][0]["activities"][0]["cells"][0]["state"], "open_booked");
}

/// A village of four families with one place a day, on its first Wednesday.
async fn one_place(town: &Town) -> Village {
    let activities = workshop().places(1, 1).to_string() + "promotes_until_days = 0\n";
    let shape = Shape { families: 4, activities: &activities, ..Shape::default() };
    Village::build(town, town.table(), instant(WEEK_BEFORE), &shape).await
}

async fn room(town: &Town, day: &str) -> RoomRecord {
    let key = keys::room(&VILLAGE.parse().unwrap(), &"atelier".parse().unwrap(), parse_day(day).unwrap());
    town.table().get(&key).await.unwrap().unwrap()
}

fn line(room: &RoomRecord) -> Vec<&str> {
    room.room.line.iter().map(|waiting| waiting.child.as_str()).collect()
}

#[tokio::test]
async fn a_child_in_line_that_was_there_all_the_same_leaves_the_line_with_the_note() {
    const TODAY: &str = "2015-05-20";
    let town = Town::at(WEEK_BEFORE).await;
    let village = one_place(&town).await;
    let (agent, holder) = (village.agent().await, village.adult(0).await);
    assert_eq!(state(&click(&holder, 0, TODAY, "booked").await), "open_booked");
    for family in [1, 2] {
        assert_eq!(state(&click(&village.adult(family).await, family, TODAY, "waiting").await), "waiting");
    }
    let note = json!({
        "day": TODAY, "activity": "atelier", "child": child_id(1, 0), "family": family_id(1),
        "presence": "present_unbooked", "arrived": null, "left": null, "version": 1,
    });
    agent.put("/api/organisations/village/attendance", note).await.ok();
    let now = room(&town, TODAY).await;
    assert_eq!((line(&now), now.room.taken), (vec![child_id(2, 0).as_str()], 1));
    // The place that frees up is the next one's, at once.
    assert_eq!(state(&click(&holder, 0, TODAY, "free").await), "full");
    let now = room(&town, TODAY).await;
    assert_eq!((line(&now), now.room.taken), (Vec::<&str>::new(), 1));
}

#[tokio::test]
async fn an_absence_and_the_clock_pass_over_a_child_in_line_whose_booking_is_gone() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = one_place(&town).await;
    let ghost = |ticket| Waiting {
        ticket,
        family: family_id(3).parse().unwrap(),
        child: child_id(3, 0).parse().unwrap(),
        activity: "atelier".parse().unwrap(),
        at: instant(WEEK_BEFORE),
        lot: None,
    };
    let holder = village.adult(0).await;
    for day in [DAYS[0], DAYS[1]] {
        assert_eq!(state(&click(&holder, 0, day, "booked").await), "open_booked");
        assert_eq!(state(&click(&village.adult(1).await, 1, day, "waiting").await), "waiting");
        let mut haunted = room(&town, day).await;
        haunted.room.line.insert(0, ghost(900));
        haunted.version += 1;
        let mut transaction = Transaction::of_system();
        transaction.put(&haunted);
        town.table().write(transaction).await.unwrap();
    }
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(0, 0), "from": DAYS[0], "to": DAYS[0],
        "reason": "angine", "proof": "none",
    });
    let answer = holder.post(&path(0, "absences"), absence).await.ok();
    assert_eq!(answer["cancelled"].as_array().unwrap().len(), 1, "{answer}");
    let now = room(&town, DAYS[0]).await;
    assert_eq!((line(&now), now.room.taken), (Vec::<&str>::new(), 1), "the place is family 1's");
    // A place that is free by itself: the clock gives it.
    let mut freed = room(&town, DAYS[1]).await;
    freed.room.taken = 0;
    freed.version += 1;
    let mut transaction = Transaction::of_system();
    transaction.put(&freed);
    town.table().write(transaction).await.unwrap();
    let hour = town.portal.invoke("tick", json!({ "tick": "hour" })).await.unwrap();
    assert_eq!(hour["places"], 1, "{hour}");
    let now = room(&town, DAYS[1]).await;
    assert_eq!((line(&now), now.room.taken), (Vec::<&str>::new(), 1));
}
