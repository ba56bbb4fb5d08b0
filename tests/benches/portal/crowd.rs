//! A commune after a year: an abonnement of a school year, and the week of a family among 10 families and among 2,000.

use std::fmt::Write as _;
use std::time::Instant;

use chrono::{Datelike, Weekday};
use domain::day::{Day, later, parse_day};
use serde_json::{Value, json};
use store::Table;
use store::records::BookingRecord;
use tests::Chain;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::wire::waves;
use tests::{Person, Town};
use uuid::Uuid;

use crate::{figure, percentile};

/// The last days of a school year: the table holds what was booked since September.
const JUNE: &str = "2026-06-10T08:00:00Z";
const FEW: usize = 10;
const MANY: usize = 2000;
const WEEKS: usize = 400;

fn activities() -> String {
    (0..8).fold(String::new(), |mut text, number| {
        write!(
            text,
            "[[activity]]\nid = \"activite-{number}\"\nname = \"Activité {number}\"\n\
             weekdays = [\"lundi\", \"mardi\", \"jeudi\", \"vendredi\"]\n\
             book = {{ days_before = 2, counting = \"working\", before = \"12:00\" }}\n\
             cancel = {{ days_before = 2, counting = \"working\", before = \"12:00\" }}\nprice = \"3,00\"\n\
             [[capacity]]\nid = \"places-{number}\"\nactivities = [\"activite-{number}\"]\nplaces = 10000\n"
        )
        .unwrap();
        text
    })
}

/// Mondays, Tuesdays, Thursdays and Fridays of a year that ends in July 2026.
fn days() -> impl Iterator<Item = Day> {
    let days = (0..305).map(|days| later(parse_day("2025-09-01").unwrap(), days));
    days.filter(|day| !matches!(day.weekday(), Weekday::Wed | Weekday::Sat | Weekday::Sun))
}

pub(crate) async fn measure() {
    let town = Town::at(JUNE).await;
    let activities = activities();
    let shape = Shape { families: FEW, children: 4, activities: &activities, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(JUNE), &shape).await;
    let person = village.adult(0).await;
    year(&town, &person).await;
    let table = town.table();
    let mut written = 0;
    for family in 0..FEW {
        written += book(&table, family, 4, 8).await;
    }
    let among_few = weeks(&town, &person, FEW, written).await;
    for chunk in (FEW..MANY).collect::<Vec<_>>().chunks(16) {
        let booking: Vec<_> = chunk.iter().map(|family| tokio::spawn(book_one(table.clone(), *family))).collect();
        for one in booking {
            written += one.await.unwrap();
        }
    }
    let among_many = weeks(&town, &person, MANY, written).await;
    let more = json!({ "families": [FEW, MANY], "bookings": written });
    figure("week_growth", "times", percentile(&among_many, 0.5) / percentile(&among_few, 0.5), more);
}

/// One gesture: four activities of one child, each school day of the next year.
async fn year(town: &Town, person: &Person) {
    let lines: Vec<Value> = (0..4)
        .map(|number| json!({ "activity": format!("activite-{number}"), "weekdays": ["Mon", "Tue", "Thu", "Fri"] }))
        .collect();
    let body = json!({
        "child": child_id(0, 0), "lines": lines, "turn": "every", "from": "2026-09-01", "to": "2027-04-30",
    });
    let address = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    town.wire.take();
    let started = Instant::now();
    let mut gestures = 0;
    loop {
        gestures += 1;
        let answer = person.put(&address, body.clone()).await.ok();
        if answer["finished"] == true {
            let calls = town.wire.take();
            let more = json!({ "said": answer["summary"], "requests": gestures, "calls": calls.len() });
            figure("abonnement_of_a_year", "s", started.elapsed().as_secs_f64(), more.clone());
            return figure("abonnement_of_a_year_waves", "waves", waves(&calls) as f64, more);
        }
    }
}

async fn book_one(table: Table, family: usize) -> usize {
    book(&table, family, 1, 1).await
}

/// Writes a year of bookings as they are in the table after it.
async fn book(table: &Table, family: usize, children: usize, activities: usize) -> usize {
    let mut written = 0;
    for child in 0..children {
        for activity in 0..activities {
            for some in days().collect::<Vec<_>>().chunks(50) {
                let mut transaction = Chain::new();
                for day in some {
                    let record = booking(family, child, activity, *day);
                    transaction = transaction.put(&record.place()).put(&record);
                    written += 1;
                }
                table.write(transaction).await.unwrap();
            }
        }
    }
    written
}

fn booking(family: usize, child: usize, activity: usize, day: Day) -> BookingRecord {
    BookingRecord {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(family).parse().unwrap(),
        child: child_id(family, child).parse().unwrap(),
        activity: format!("activite-{activity}").parse().unwrap(),
        day,
        at: instant(JUNE),
        status: store::records::BookingStatus::Booked,
        surcharge: 0,
        abonnement: None,
        paid: None,
        lot: None,
        absence: None,
        attendance: None,
        version: 1,
    }
}

/// The week of the first family, sorted times in milliseconds.
async fn weeks(town: &Town, person: &Person, families: usize, bookings: usize) -> Vec<f64> {
    let address = path(0, "week?day=2026-06-15");
    let mut times = Vec::with_capacity(WEEKS);
    for turn in 0..WEEKS + WEEKS / 10 {
        let started = Instant::now();
        person.get(&address).await.ok();
        if turn >= WEEKS / 10 {
            times.push(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    town.wire.take();
    person.get(&address).await.ok();
    let calls: Vec<_> = town.wire.take().into_iter().filter(|call| call.function == "planning").collect();
    times.sort_by(f64::total_cmp);
    let more = json!({ "families": families, "bookings": bookings, "children": 4, "activities": 8,
        "waves": waves(&calls), "calls": calls.len() });
    figure("crowded_week_p50", "ms", percentile(&times, 0.5), more);
    times
}
