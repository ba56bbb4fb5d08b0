//! 64 clients buying, booking and cancelling while replies get lost: no lot below zero, every ticket where it belongs, and
//! nothing charged both by a purchase and by the month.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{BookingRecord, InvoiceRecord};
use tests::activity::activity;
use tests::town::{WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Answer, Fault, Person, Town};
use uuid::Uuid;

use crate::tickets::{BILLING, conserved, purchase};

const FAMILIES: usize = 8;
const CLIENTS: usize = 64;
const TURNS: usize = 5;
const DAYS: [&str; 6] = ["2015-05-21", "2015-05-22", "2015-05-26", "2015-05-27", "2015-05-28", "2015-05-29"];
fn activities() -> String {
    let library = activity("ludo", "Ludothèque").on_wednesdays_too().price("3,50").says("prepaid = { packs = [1, 3] }");
    format!("{library}{}", activity("cantine", "Cantine").price("20,00"))
}

/// Sends the very same request until its answer is certain, as the page does.
async fn surely(person: &Person, method: Method, path: &str, body: &Value) -> Answer {
    for _ in 0..40 {
        let answer = person.call(method.clone(), path, Some(body)).await;
        if answer.status.as_u16() < 500 {
            return answer;
        }
    }
    panic!("no answer in 40 tries");
}

/// What one client did: the numbers of its invoices, and how many clicks were accepted.
#[derive(Default)]
struct Done {
    bought: BTreeSet<String>,
    clicks: usize,
}

async fn client(person: Person, family: usize, number: usize) -> Done {
    let mut done = Done::default();
    for turn in 0..TURNS {
        let dice = number * 31 + turn * 17;
        if dice.is_multiple_of(5) {
            let body = purchase("ludo", None, if dice.is_multiple_of(2) { 1 } else { 3 });
            let answer = surely(&person, Method::POST, &path(family, "tickets"), &body).await;
            match answer.status.as_u16() {
                200 => assert!(done.bought.insert(answer.body["number"].as_str().unwrap().to_owned())),
                _ => assert_eq!(answer.code(), "conflict-busy"),
            }
            continue;
        }
        let want = if dice.is_multiple_of(3) { "free" } else { "booked" };
        let body = json!({
            "request": Uuid::new_v4().to_string(), "child": child_id(family, dice % 2), "activity": "ludo",
            "day": DAYS[dice % DAYS.len()], "want": want,
        });
        let answer = surely(&person, Method::PUT, &path(family, "bookings"), &body).await;
        match answer.status.as_u16() {
            200 => done.clicks += 1,
            _ => assert!(["conflict-busy", "no-ticket"].contains(&answer.code()), "{}", answer.body),
        }
    }
    done
}

async fn invoices(town: &Town, family: usize) -> Vec<InvoiceRecord> {
    let span = keys::account_of_family(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap());
    town.table().query_mixed(&span).await.unwrap().of().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_lose_no_ticket_and_pay_none_twice() {
    let town = Town::at(WEEK_BEFORE).await;
    // Each family has one meal in May, so that the month has something to charge.
    let meals: String = (0..FAMILIES).map(|family| format!("{};cantine;2015-05-21;\n", child_id(family, 0))).collect();
    let activities = activities();
    let shape = Shape {
        families: FAMILIES,
        children: 2,
        activities: &activities,
        billing: BILLING,
        bookings: &meals,
        ..Shape::default()
    };
    let village = Village::build(&town, town.table(), instant(WEEK_BEFORE), &shape).await;
    let mut adults = Vec::new();
    for family in 0..FAMILIES {
        adults.push(village.adult(family).await);
    }
    town.wire.break_calls(7, &[(Fault::LostReply, 50)]);
    // Half of them at one family, the others at all.
    let family_of = |number: usize| if number < CLIENTS / 2 { 0 } else { number % FAMILIES };
    let clients = (0..CLIENTS).map(|number| {
        let family = family_of(number);
        tokio::spawn(client(adults[family].other_tab(), family, number))
    });
    let clients: Vec<_> = clients.collect();
    let (mut bought, mut clicks) = (BTreeSet::new(), 0);
    for client in clients {
        let done = client.await.unwrap();
        clicks += done.clicks;
        for number in done.bought {
            assert!(bought.insert(number), "a number is one purchase");
        }
    }
    town.wire.break_calls(1, &[]);
    assert!(bought.len() > 30 && clicks > 40, "{} purchases, {clicks} clicks", bought.len());
    let mut lots = Vec::new();
    for family in 0..FAMILIES {
        lots.extend(conserved(&town, family).await);
    }
    let sold: BTreeSet<String> = lots.iter().map(|record| record.lot.id.as_str().to_owned()).collect();
    assert_eq!(sold, bought, "each accepted purchase is a lot, and no other");
    let used: u32 = lots.iter().map(|record| record.lot.bought - record.lot.left).sum();
    assert!(used > 0);
    // What the month will charge, by the very draft of its invoice: the meal, and nothing of what tickets paid.
    let mut numbers = Vec::new();
    let mut charged = 0;
    for (family, adult) in adults.iter().enumerate() {
        let week = adult.get(&path(family, "week?day=2015-05-28")).await.ok();
        assert_eq!(week["estimate"]["cents"], 2000, "the meal alone");
        for invoice in invoices(&town, family).await {
            charged += invoice.total;
            numbers.push(invoice.number);
        }
    }
    assert_eq!(charged, lots.iter().map(|record| i64::from(record.lot.bought) * 350).sum::<i64>());
    numbers.sort();
    let expected: Vec<String> = (1..=numbers.len()).map(|number| format!("2015-{number:05}")).collect();
    assert_eq!(numbers, expected, "no gap");
    println!("{} lots, {used} tickets on bookings, {clicks} clicks", lots.len());
    free_of_charge(&town).await;
}

/// No booking that has a ticket is among what a month would charge.
async fn free_of_charge(town: &Town) {
    let (organisation, family) = (VILLAGE.parse().unwrap(), family_id(0).parse().unwrap());
    let day = |text: &str| domain::day::parse_day(text).unwrap();
    let span = keys::bookings(&organisation, &family, day("2015-05-01"), day("2015-05-31"));
    let bookings: Vec<BookingRecord> = town.table().query(&span).await.unwrap();
    let prepaid = bookings.iter().filter(|booking| booking.activity.as_str() == "ludo");
    assert!(prepaid.into_iter().all(|booking| booking.lot.is_some() && booking.taken().is_none()));
}
