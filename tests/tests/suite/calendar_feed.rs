//! The calendar feed: read by a parser that is not ours, with stable ids and Paris hours; revoked, it is gone.

use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use tests::Town;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, Village, path};

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

/// What vobject, a validator by other people, says against a calendar; nothing when it takes it. It is installed first where
/// it is not.
fn refusal(text: &str) -> Option<String> {
    let project = tests::contract::project();
    let install = Command::new(project.join("infra/build/venv"))
        .args(["calendar-venv", "tests/calendar/requirements.txt"])
        .current_dir(&project)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(install.status.success(), "vobject could not be installed");
    let python = format!("{}/bin/python", String::from_utf8(install.stdout).unwrap().trim());
    let script = project.join("tests/calendar/validate.py");
    let mut validator = Command::new(python).arg(script).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    validator.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = validator.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap().trim().to_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    // A validator that fails by itself has refused nothing.
    assert!(!said.contains("Traceback"), "{said}");
    (!output.status.success()).then_some(said)
}

async fn read(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    if answer.status().is_success() {
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/calendar"), "{kind}");
    }
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What RFC 5545 demands and a lenient reader passes over; empty when it is kept.
fn breaches(text: &str) -> Vec<String> {
    const ONCE: [(&str, &[&str]); 5] = [
        ("VCALENDAR", &["VERSION", "PRODID"]),
        ("VEVENT", &["UID", "DTSTAMP", "DTSTART", "SUMMARY"]),
        ("VTIMEZONE", &["TZID"]),
        ("STANDARD", &["DTSTART", "TZOFFSETFROM", "TZOFFSETTO"]),
        ("DAYLIGHT", &["DTSTART", "TZOFFSETFROM", "TZOFFSETTO"]),
    ];
    const AT_MOST_ONCE: [(&str, &[&str]); 2] = [
        ("VCALENDAR", &["CALSCALE", "METHOD"]),
        (
            "VEVENT",
            &["DTEND", "DURATION", "LOCATION", "DESCRIPTION", "CLASS", "CREATED", "STATUS", "SEQUENCE", "TRANSP"],
        ),
    ];
    let mut breaches = Vec::new();
    let whole = text.strip_suffix("\r\n").unwrap_or_else(|| {
        breaches.push("the last line has no end".to_owned());
        text
    });
    let mut lines: Vec<String> = Vec::new();
    for line in whole.split("\r\n") {
        if line.len() > 75 || line.is_empty() || line.chars().any(|letter| letter.is_control() && letter != '\t') {
            breaches.push(format!("no line: {line:?}"));
        }
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(before)) => before.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    let (mut zones, mut named) = (Vec::<String>::new(), Vec::<String>::new());
    for line in &lines {
        let name = line.split([':', ';']).next().unwrap_or_default();
        let value = line.split_once(':').map(|(_, value)| value).unwrap_or_default();
        if !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
            || !line.contains(':')
        {
            breaches.push(format!("no property: {line}"));
        }
        if name == "TZID" {
            zones.push(value.to_owned());
        }
        named.extend(line.split_once(";TZID=").and_then(|(_, rest)| rest.split([';', ':']).next()).map(str::to_owned));
        match name {
            "BEGIN" => open.push((value.to_owned(), Vec::new())),
            "END" => {
                let Some((kind, names)) = open.pop().filter(|(kind, _)| kind == value) else {
                    breaches.push(format!("ends what is not open: {value}"));
                    continue;
                };
                let count = |name: &str| names.iter().filter(|known| *known == name).count();
                let of = |list: &[(&str, &'static [&'static str])]| {
                    list.iter()
                        .filter(|(known, _)| *known == kind)
                        .flat_map(|(_, names)| names.iter())
                        .collect::<Vec<_>>()
                };
                breaches.extend(
                    of(&ONCE)
                        .into_iter()
                        .filter(|name| count(name) != 1)
                        .map(|name| format!("{name} of {kind}: {}", count(name))),
                );
                breaches.extend(
                    of(&AT_MOST_ONCE).into_iter().filter(|name| count(name) > 1).map(|name| format!("{name} twice")),
                );
                match open.last_mut() {
                    Some((_, outer)) => outer.push(format!("a {kind}")),
                    None if !names.iter().any(|name| name.starts_with("a ")) => {
                        breaches.push("an empty calendar".to_owned())
                    }
                    None => {}
                }
            }
            other => match open.last_mut() {
                Some((_, names)) => names.push(other.to_owned()),
                None => breaches.push(format!("outside: {line}")),
            },
        }
    }
    breaches.extend(open.into_iter().map(|(kind, _)| format!("{kind} stays open")));
    breaches
        .extend(named.into_iter().filter(|zone| !zones.contains(zone)).map(|zone| format!("{zone} is not described")));
    breaches
}

#[tokio::test]
async fn the_feed_keeps_what_rfc_5545_demands_with_bookings_and_without() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let url = chantal.post(FEED, json!({})).await.ok()["url"].as_str().unwrap().to_owned();
    let (_, text) = read(&url).await;
    assert_eq!(breaches(&text), [""; 0]);
    assert!(text.contains("PRODID:-//Preau//Portail famille//FR\r\n"), "{text}");
    for (bad, told) in [
        (text.replacen("PRODID", "PRODID:ICALENDAR-RS\r\nPRODID", 1), "PRODID of VCALENDAR: 2"),
        (text.replacen("UID:", "X-UID:", 1), "UID of VEVENT: 0"),
        (text.replacen("TZID:Europe/Paris", "TZID:Europe/Rome", 1), "Europe/Paris is not described"),
        (text.replace("\r\n", "\n"), "the last line has no end"),
    ] {
        assert!(breaches(&bad).iter().any(|breach| breach == told), "{told}: {:?}", breaches(&bad));
    }
    // A family with nothing booked: the feed holds no event, and is still a calendar.
    let village = Village::build(&town, town.table(), instant(TUESDAY), &Shape::default()).await;
    let parent = village.adult(0).await;
    let url = parent.post(&path(0, "feed"), json!({})).await.ok()["url"].as_str().unwrap().to_owned();
    let (_, empty) = read(&url).await;
    assert!(!empty.contains("BEGIN:VEVENT"), "{empty}");
    assert_eq!(breaches(&empty), [""; 0]);
}

#[tokio::test]
async fn a_validator_by_other_people_takes_the_feed_and_refuses_a_broken_one() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let url = chantal.post(FEED, json!({})).await.ok()["url"].as_str().unwrap().to_owned();
    let (_, text) = read(&url).await;
    assert!(text.matches("BEGIN:VEVENT").count() > 3, "{text}");
    assert_eq!(refusal(&text), None);
    for (bad, told) in [
        (text.replacen("PRODID", "PRODID:ICALENDAR-RS\r\nPRODID", 1), "cannot contain more than 1 PRODID"),
        (text.replacen("PRODID", "X-PRODID", 1), "must contain at least 1 PRODID"),
        (text.replacen("UID:", "X-UID:", 1), "must contain at least 1 UID"),
        (text.replacen("DTSTAMP:", "X-DTSTAMP:", 1), "must contain at least 1 DTSTAMP"),
        (text.replacen("END:VEVENT\r\n", "", 1), "VEVENT component wasn't closed"),
        (text.replacen("SUMMARY:", "SUMMARY ", 1), "Failed to parse line"),
        (text.replacen("20150529T113000", "20150532T113000", 1), "day is out of range"),
        (text[..text.len() / 2].to_owned(), "line"),
        (String::new(), "0 calendars"),
    ] {
        let said = refusal(&bad).unwrap_or_else(|| panic!("{told}: it is taken"));
        assert!(said.contains(told), "{told}: {said}");
    }
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
