//! A hundred thousand digests that are due at once: calls, the longest of them, and memory.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use domain::day::parse_day;
use lambda::Start;
use lambda::clock::Clock;
use preau::{Copies, Delivering};
use serde_json::json;
use store::Transaction;
use store::records::DigestRecord;
use tests::Town;
use tests::memory::{Peak, resident};
use tests::town::{TUESDAY, instant};

use crate::figure;

const RECORDS: usize = 100_000;
const A_WRITE: usize = 100;
/// As `functions/tick/function.yaml` has it.
const SECONDS: &str = "40";

/// Each is read, and becomes a mail.
async fn fill(town: &Town) {
    let monday = parse_day("2015-06-01").unwrap();
    for first in (0..RECORDS).step_by(A_WRITE) {
        let mut transaction = Transaction::of_system();
        for family in first..first + A_WRITE {
            transaction.put(&DigestRecord {
                organisation: "village".parse().unwrap(),
                family: format!("f{family:06}").parse().unwrap(),
                request: "click".to_owned(),
                weeks: (monday, monday),
                at: Utc::now() - TimeDelta::minutes(10),
            });
        }
        town.table().write(transaction).await.unwrap();
    }
}

pub(crate) async fn measure() {
    // The mails are not sent meanwhile: the tick alone is measured.
    let town = Town::with(|options| {
        options.now = Some(instant(TUESDAY));
        let pause = Duration::from_secs(24 * 3600);
        options.stream = Delivering { glance: pause, first_pause: pause, copies: Copies::One };
    })
    .await;
    fill(&town).await;
    let settings = [
        ("TABLE_NAME", town.portal.table_name()),
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &town.portal.table_endpoint()),
        ("WORK_SECONDS", SECONDS),
    ];
    let clock = Clock::starting_at(instant(TUESDAY));
    let start = Start { environment: settings.into_iter().collect(), clock, http_client: None, outside: None };
    let tick = tick::start(start).await.unwrap();
    let idle = resident();
    let (peak, began) = (Peak::watch(), Instant::now());
    let (mut done, mut calls, mut longest) = (0, 0, 0.0_f64);
    while done < RECORDS as u64 {
        let call = Instant::now();
        let answer = tick.invoke(json!({ "tick": "digests" })).await.unwrap();
        longest = longest.max(call.elapsed().as_secs_f64());
        calls += 1;
        match answer["digests"].as_u64().unwrap() {
            0 => break,
            count => done += count,
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let most = peak.end().saturating_sub(idle);
    figure("digests", "in all", done as f64, json!({ "calls": calls, "seconds": seconds }));
    figure("digests_longest_call", "s", longest, json!({ "budget": SECONDS }));
    figure("digests_memory", "MB above idle, table and function", most as f64 / 1e6, json!({}));
}
