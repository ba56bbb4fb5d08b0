//! An abonnement: a school year in one gesture, killed anywhere and repeated, changed, undone.

use domain::day::{Day, later, parse_day};
use serde_json::{Value, json};
use store::keys;
use store::records::BookingRecord;
use tests::activity::activity;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, freeze, path};
use tests::{Fault, Person, Town};
use uuid::Uuid;

/// 20 August 2026: the year is still ahead.
const AUGUST: &str = "2026-08-20T08:00:00Z";
const PUBLISHED: &str =
    "school_weekdays = [\"lundi\", \"mardi\", \"jeudi\", \"vendredi\"]\n[published]\nzone = \"B\"\n";
const ACTIVITIES: [&str; 4] = ["garderie-matin", "cantine", "garderie-soir", "etude"];

fn activities() -> String {
    let two_days = "{ days_before = 2, counting = \"working\", before = \"12:00\" }";
    let one = |id: &&str| activity(id, id).booked(two_days).cancelled(two_days).price("3,00").to_string();
    ACTIVITIES.iter().map(one).collect()
}

async fn village(town: &Town, families: usize) -> Village {
    let activities = activities();
    let shape = Shape { families, activities: &activities, calendar: PUBLISHED, ..Shape::default() };
    Village::build(town, town.table(), instant(AUGUST), &shape).await
}

fn year(family: usize) -> Value {
    let lines: Vec<Value> = ACTIVITIES
        .iter()
        .map(|activity| json!({ "activity": activity, "weekdays": ["Mon", "Tue", "Thu", "Fri"] }))
        .collect();
    json!({ "child": child_id(family, 0), "lines": lines, "turn": "every", "from": "2026-09-01", "to": "2027-07-02" })
}

/// The school days of 2026-2027 in zone B, from the official list, without public holidays. Counted by hand from it.
fn school_days() -> Vec<Day> {
    let day = |text: &str| parse_day(text).unwrap();
    let holidays = [
        ("2026-10-17", "2026-11-01"),
        ("2026-12-19", "2027-01-03"),
        ("2027-02-20", "2027-03-07"),
        ("2027-04-17", "2027-05-02"),
        ("2027-05-06", "2027-05-09"),
    ];
    let public = ["2026-11-11", "2027-03-29", "2027-05-17"];
    (0..400)
        .map(|days| later(day("2026-09-01"), days))
        .take_while(|one| *one <= day("2027-07-02"))
        .filter(|one| {
            !matches!(
                chrono::Datelike::weekday(one),
                chrono::Weekday::Sat | chrono::Weekday::Sun | chrono::Weekday::Wed
            )
        })
        .filter(|one| !holidays.iter().any(|(from, to)| day(from) <= *one && *one <= day(to)))
        .filter(|one| !public.contains(&one.to_string().as_str()))
        .collect()
}

async fn booked(town: &Town, family: usize) -> Vec<BookingRecord> {
    let family = tests::village::family_id(family).parse().unwrap();
    let span = keys::bookings(&VILLAGE.parse().unwrap(), &family, school_days()[0], later(school_days()[0], 400));
    town.table().query(&span).await.unwrap()
}

#[tokio::test]
async fn a_school_year_of_four_activities_is_one_gesture_and_undone_in_one() {
    let town = Town::at(AUGUST).await;
    let village = village(&town, 1).await;
    let person = village.adult(0).await;
    let id = Uuid::new_v4();
    town.wire.take();
    let answer = person.put(&path(0, &format!("abonnements/{id}")), year(0)).await.ok();
    let calls = town.wire.take().len();
    let expected = school_days().len() * ACTIVITIES.len();
    println!("{expected} bookings in {calls} calls: {}", answer["summary"]);
    assert_eq!(answer["finished"], true);
    let summary = answer["summary"].as_str().unwrap();
    assert!(summary.starts_with(&format!("{expected} jours réservés")), "{summary}");
    assert_eq!(booked(&town, 0).await.len(), expected);
    assert!(calls < 60, "{calls} calls");
    // The same again changes nothing.
    let again = person.put(&path(0, &format!("abonnements/{id}")), year(0)).await.ok();
    assert_eq!(again["summary"], answer["summary"]);
    assert_eq!(booked(&town, 0).await.len(), expected);
    let list = person.get(&path(0, "abonnements")).await.ok();
    assert_eq!(list["abonnements"][0]["finished"], true);
    assert!(
        list["abonnements"][0]["sentence"].as_str().unwrap().contains("le lundi, le mardi, le jeudi et le vendredi")
    );
    // A day changed by hand is left alone: cancelled it stays cancelled, booked again it is the parent's.
    let hand = |day: &'static str, want: &'static str| {
        let request = Uuid::new_v4().to_string();
        json!({ "request": request, "child": child_id(0, 0), "activity": "cantine", "day": day, "want": want })
    };
    person.put(&path(0, "bookings"), hand("2026-09-14", "free")).await.ok();
    person.put(&path(0, "bookings"), hand("2026-09-15", "free")).await.ok();
    person.put(&path(0, "bookings"), hand("2026-09-15", "booked")).await.ok();
    let again = person.put(&path(0, &format!("abonnements/{id}")), year(0)).await.ok();
    let summary = again["summary"].as_str().unwrap();
    assert!(summary.contains("1 que vous aviez changé vous-même") && summary.contains("1 déjà inscrit"), "{summary}");
    // Fewer days: the rest goes.
    let mut fewer = year(0);
    fewer["lines"] = json!([{ "activity": "cantine", "weekdays": ["Mon"] }]);
    person.put(&path(0, &format!("abonnements/{id}")), fewer).await.ok();
    let mondays =
        school_days().into_iter().filter(|day| chrono::Datelike::weekday(day) == chrono::Weekday::Mon).count();
    assert_eq!(booked(&town, 0).await.len(), mondays - 1 + 1, "Mondays but the one cancelled, and the Tuesday by hand");
    let ended = person.call(reqwest::Method::DELETE, &path(0, &format!("abonnements/{id}")), None).await.ok();
    assert!(ended["summary"].as_str().unwrap().contains("jours annulés"), "{ended}");
    let left = booked(&town, 0).await;
    assert_eq!(left.len(), 1, "the day booked by hand: {left:?}");
    assert_eq!(person.get(&path(0, "abonnements")).await.ok()["abonnements"], json!([]));
    crate::world::places_agree(&town).await;
}

/// What the month of a day is estimated at, in cents.
async fn estimated(person: &Person, day: &str) -> i64 {
    person.week(VILLAGE, &family_id(0), day).await.ok()["estimate"]["cents"].as_i64().unwrap()
}

#[tokio::test]
async fn what_it_costs_is_said_before_and_is_what_the_months_come_to_more() {
    let town = Town::at(AUGUST).await;
    let limits = "{ days_before = 2, counting = \"working\", before = \"12:00\" }";
    let activities = activity("cantine", "Cantine").booked(limits).cancelled(limits).price("3,70").to_string();
    let shape = Shape { children: 2, activities: &activities, calendar: PUBLISHED, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(AUGUST), &shape).await;
    let person = village.adult(0).await;
    let address = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    let pattern = |weekdays: Value, from: &str| {
        json!({
            "child": child_id(0, 0), "lines": [{ "activity": "cantine", "weekdays": weekdays }], "turn": "every",
            "from": from, "to": "2026-10-16",
        })
    };
    let asks = |pattern: &Value| json!({ "pattern": pattern, "siblings": [] });
    // A Monday that was booked and cancelled by hand, and a Thursday that is booked: neither is the abonnement's.
    let hand = |day: &'static str, want: &'static str| {
        let request = Uuid::new_v4().to_string();
        json!({ "request": request, "child": child_id(0, 0), "activity": "cantine", "day": day, "want": want })
    };
    for (day, want) in [("2026-09-14", "booked"), ("2026-09-14", "free"), ("2026-09-17", "booked")] {
        person.put(&path(0, "bookings"), hand(day, want)).await.ok();
    }
    // From Thursday 3 September to Friday 16 October: 6 Mondays (7, 14, 21, 28, 5, 12) and 7 Thursdays (3, 10, 17, 24, 1, 8, 15).
    let asked = pattern(json!(["Mon", "Thu"]), "2026-09-03");
    let cost = person.post(&format!("{address}/cost"), asks(&asked)).await.ok();
    let expected = json!({
        "days": 11, "amount": "40,70\u{a0}€", "each": "3,70\u{a0}€",
        "by_hand": [{ "day": "2026-09-14", "activity": "cantine", "activity_name": "Cantine" }],
        "with_those": { "days": 12, "amount": "44,40\u{a0}€", "each": "3,70\u{a0}€" }, "siblings": [],
    });
    assert_eq!(cost, expected);
    assert_eq!(booked(&town, 0).await.len(), 1, "asking books nothing");
    // For the sibling all seven Thursdays, of whom nothing was changed by hand; a child of elsewhere is nobody.
    let thursdays = json!([{ "activity": "cantine", "weekdays": ["Thu"] }]);
    let sibling = |child: &str| json!({ "pattern": asked, "siblings": [{ "child": child, "lines": thursdays }] });
    let both = person.post(&format!("{address}/cost"), sibling(&child_id(0, 1))).await.ok();
    let seven = json!({ "child": child_id(0, 1), "days": 7, "amount": "25,90\u{a0}€", "each": "3,70\u{a0}€" });
    assert_eq!((&both["days"], &both["siblings"]), (&json!(11), &json!([seven])));
    assert_eq!(person.post(&format!("{address}/cost"), sibling("chloe")).await.status.as_u16(), 404);
    let before = [estimated(&person, "2026-09-14").await, estimated(&person, "2026-10-05").await];
    assert_eq!(before, [370, 0]);
    person.put(&address, asked.clone()).await.ok();
    let after = [estimated(&person, "2026-09-14").await, estimated(&person, "2026-10-05").await];
    assert_eq!((after[0] - before[0]) + (after[1] - before[1]), 4070);
    // Saved, it comes to the same; with fewer days, to less; with the day changed by hand, to one more.
    assert_eq!(person.post(&format!("{address}/cost"), asks(&asked)).await.ok(), expected);
    let mondays = person.post(&format!("{address}/cost"), asks(&pattern(json!(["Mon"]), "2026-09-03"))).await.ok();
    assert_eq!((&mondays["days"], &mondays["amount"]), (&json!(5), &json!("18,50\u{a0}€")));
    let mut all = asked;
    all["retakes"] = json!(true);
    assert_eq!(person.post(&format!("{address}/cost"), asks(&all)).await.ok()["days"], 12);
    person.put(&address, all).await.ok();
    assert_eq!(booked(&town, 0).await.len(), 13);
    assert_eq!(estimated(&person, "2026-09-14").await, 370 * 8, "3, 7, 10, 14, 17, 21, 24 and 28 September");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abonnement_killed_anywhere_and_repeated_books_each_day_once() {
    // One transaction saves it, some twenty-five book, one ends it.
    const CUTS: u64 = 5;
    const STEP: u64 = 6;
    let town = Town::at(AUGUST).await;
    let village = village(&town, 2 * CUTS as usize).await;
    let expected = school_days().len() * ACTIVITIES.len();
    for (at, fault) in [Fault::LostRequest, Fault::LostReply].into_iter().enumerate() {
        for cut in 0..CUTS {
            let family = at * CUTS as usize + cut as usize;
            let person = village.adult(family).await;
            let address = path(family, &format!("abonnements/{}", Uuid::new_v4()));
            town.wire.cut_after("planning", STEP * cut, fault);
            let killed = person.put(&address, year(family)).await;
            town.wire.mend();
            assert!(killed.status.as_u16() >= 500 || killed.status.is_success(), "{}", killed.body);
            let answer = repeat(&person, &address, family).await;
            let summary = answer["summary"].as_str().unwrap();
            assert!(summary.starts_with(&format!("{expected} jours réservés")), "cut {cut} {fault:?}: {summary}");
            assert_eq!(booked(&town, family).await.len(), expected, "cut {cut} {fault:?}");
        }
    }
    crate::world::places_agree(&town).await;
}

async fn repeat(person: &Person, address: &str, family: usize) -> Value {
    for _ in 0..10 {
        let answer = person.put(address, year(family)).await;
        if answer.status.is_success() && answer.body["finished"] == true {
            return answer.body;
        }
    }
    panic!("never finished");
}

#[tokio::test]
async fn what_cannot_be_an_abonnement_is_refused_in_words() {
    let town = Town::at(AUGUST).await;
    let village = village(&town, 2).await;
    let person = village.adult(0).await;
    let address = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    let with = |field: &str, value: Value| {
        let mut body = year(0);
        body[field] = value;
        body
    };
    for (body, status) in [
        (with("child", json!(child_id(1, 0))), 404),
        (with("lines", json!([{ "activity": "nothing", "weekdays": ["Mon"] }])), 404),
        (with("lines", json!([])), 422),
        (with("lines", json!([{ "activity": "cantine", "weekdays": [] }])), 422),
        (with("to", json!("2026-08-31")), 422),
        (with("to", json!("2031-01-01")), 422),
        (with("turn", json!("sometimes")), 400),
    ] {
        let answer = person.put(&address, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
    }
    assert!(booked(&town, 0).await.is_empty());
}

#[tokio::test]
async fn a_month_that_is_invoiced_is_left_alone_by_an_abonnement_and_by_its_end() {
    let town = Town::at(AUGUST).await;
    let village = village(&town, 1).await;
    let person = village.adult(0).await;
    let address = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    let months = |records: &[BookingRecord]| {
        let mut months: Vec<String> = records.iter().map(|one| one.day.to_string()[..7].to_owned()).collect();
        months.dedup();
        months
    };
    let mut body = year(0);
    body["to"] = json!("2026-11-30");
    freeze(&town.table(), VILLAGE, &family_id(0), "2026-10").await;
    let saved = person.put(&address, body).await.ok();
    assert_eq!(months(&booked(&town, 0).await), ["2026-09", "2026-11"], "{saved}");
    let skipped = saved["skipped"].as_array().unwrap().iter();
    let october = skipped.filter(|one| one["day"].as_str().unwrap().starts_with("2026-10"));
    assert!(october.filter(|one| one["reason"] == "hors délai").count() > 0, "{saved}");
    freeze(&town.table(), VILLAGE, &family_id(0), "2026-11").await;
    person.call(reqwest::Method::DELETE, &address, None).await.ok();
    assert_eq!(months(&booked(&town, 0).await), ["2026-11"]);
}
