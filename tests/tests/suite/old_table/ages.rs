//! Takes the day of its making out of a table: a fixture is opened for years, and means the same each time.
//!
//! Stamps of the wall clock go back to the spring of 2015, where the business clock is, and nothing in it ever expires.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use tests::Town;

/// The first day of 2100, in epoch seconds.
const LATE: i64 = 4_102_444_800;
/// The first day of 2020: what is later is of the wall clock.
const WALL: i64 = 1_577_836_800;
/// 2 June 2015, noon, in epoch seconds.
const THEN: i64 = 1_433_246_400;

/// Rewrites each item that says when it was made.
pub(super) async fn age(town: &Town) {
    let back = TimeDelta::seconds(Utc::now().timestamp() - THEN);
    let client = town.client();
    let mut next = None;
    loop {
        let page = client.scan().table_name(town.portal.table_name()).set_exclusive_start_key(next);
        let page = page.send().await.unwrap();
        for item in page.items() {
            let aged = of_then(item, back);
            if aged != *item {
                client.put_item().table_name(town.portal.table_name()).set_item(Some(aged)).send().await.unwrap();
            }
        }
        next = page.last_evaluated_key;
        if next.is_none() {
            return;
        }
    }
}

fn of_then(item: &HashMap<String, AttributeValue>, back: TimeDelta) -> HashMap<String, AttributeValue> {
    let of_name = |name: &str, value: &AttributeValue| match (name, value) {
        // They are part of the key, or tell it.
        ("pk" | "sk", value) => value.clone(),
        ("expires" | "until", AttributeValue::N(seconds)) if is_wall(seconds) => AttributeValue::N(LATE.to_string()),
        // The time step of the last code that was used: any code of now is a later one.
        ("totp_used", AttributeValue::N(_)) => AttributeValue::N((THEN / 30).to_string()),
        (_, value) => aged(value, back),
    };
    item.iter().map(|(name, value)| (name.clone(), of_name(name, value))).collect()
}

fn is_wall(seconds: &str) -> bool {
    seconds.parse::<i64>().is_ok_and(|seconds| seconds > WALL)
}

fn aged(value: &AttributeValue, back: TimeDelta) -> AttributeValue {
    match value {
        AttributeValue::S(text) => AttributeValue::S(stamp(text, back).unwrap_or_else(|| text.clone())),
        AttributeValue::M(members) => {
            AttributeValue::M(members.iter().map(|(name, value)| (name.clone(), aged(value, back))).collect())
        }
        AttributeValue::L(items) => AttributeValue::L(items.iter().map(|value| aged(value, back)).collect()),
        plain => plain.clone(),
    }
}

/// An instant of the wall clock, as it would have been then.
fn stamp(text: &str, back: TimeDelta) -> Option<String> {
    let instant = DateTime::parse_from_rfc3339(text).ok().filter(|instant| instant.timestamp() > WALL)?;
    serde_json::to_value((instant - back).to_utc()).ok()?.as_str().map(str::to_owned)
}
