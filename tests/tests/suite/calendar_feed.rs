//! The calendar feed: read by a parser that is not ours, with stable ids and Paris hours; revoked, it is gone.

use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use tests::Town;
use tests::town::TUESDAY;

use crate::people;

const FEED: &str = "/api/organisations/jumex/families/devret/feed";

/// What ical.js (Mozilla's parser) makes of a calendar.
fn parsed(text: &str) -> Value {
    let script = tests::contract::project().join("tests/browser/read-calendar.mjs");
    let mut node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    node.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "node failed: run npm ci in tests/browser");
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn read(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    if answer.status().is_success() {
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/calendar"), "{kind}");
    }
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_phone_subscribes_without_a_session_until_it_is_revoked() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let made = chantal.post(FEED, json!({})).await.ok();
    let url = made["url"].as_str().unwrap().to_owned();
    let (status, text) = read(&url).await;
    assert_eq!(status, 200);
    let calendar = parsed(&text);
    let events = calendar["events"].as_array().unwrap().clone();
    let find = |events: &[Value], words: &str, day: &str| {
        events
            .iter()
            .find(|event| event["summary"] == words && event["start"].as_str().unwrap().starts_with(day))
            .cloned()
    };
    let canteen = find(&events, "Cantine maternelle – Chloé", "2015-05-29").expect("a booked day");
    assert_eq!((&canteen["start"], &canteen["zone"]), (&json!("2015-05-29T11:30:00"), &json!("Europe/Paris")));
    assert_eq!(canteen["utc"], "2015-05-29T09:30:00Z", "summer time");
    assert!(find(&events, "Garderie soir – Chloé", "2015-05-28").is_none());
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    let (_, text) = read(&url).await;
    let after = parsed(&text)["events"].as_array().unwrap().clone();
    assert_eq!(after.len(), events.len() + 1);
    assert_eq!(find(&after, "Cantine maternelle – Chloé", "2015-05-29").unwrap()["uid"], canteen["uid"], "stable");
    let mut uids: Vec<&str> = after.iter().map(|event| event["uid"].as_str().unwrap()).collect();
    uids.sort_unstable();
    uids.dedup();
    assert_eq!(uids.len(), after.len(), "each its own");
    // Replaced, the old address is gone; revoked, so is the new one.
    let replaced = chantal.post(FEED, json!({})).await.ok()["url"].as_str().unwrap().to_owned();
    assert_eq!(read(&url).await.0, 404);
    assert_eq!(read(&replaced).await.0, 200);
    assert_eq!(chantal.call(Method::DELETE, FEED, None).await.status.as_u16(), 204);
    assert_eq!(read(&replaced).await.0, 404);
    assert_eq!(read(&format!("{}/api/calendars/guessed.ics", town.origin())).await.0, 404);
}
