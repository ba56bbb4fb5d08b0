//! The table seen from outside, through the ordinary SDK: what is written, and what the tests write into it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use store::keys;
use store::records::SigningKeyRecord;
use tests::{Person, Town};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::people;

/// Items by key, as text.
pub(crate) type World = BTreeMap<(String, String), String>;

/// Every item.
pub(crate) async fn everything(town: &Town) -> World {
    let client = town.client();
    let mut items = BTreeMap::new();
    let mut next = None;
    loop {
        let page = client.scan().table_name(town.portal.table_name()).set_exclusive_start_key(next);
        let page = page.send().await.unwrap();
        for item in page.items() {
            let text = |name: &str| item[name].as_s().unwrap().clone();
            items.insert((text("pk"), text("sk")), in_order(&AttributeValue::M(item.clone())));
        }
        next = page.last_evaluated_key;
        if next.is_none() {
            return items;
        }
    }
}

/// A value as text, its members in order.
fn in_order(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(members) => {
            let sorted: BTreeMap<&String, String> =
                members.iter().map(|(name, value)| (name, in_order(value))).collect();
            format!("{sorted:?}")
        }
        AttributeValue::L(items) => format!("{:?}", items.iter().map(in_order).collect::<Vec<_>>()),
        plain => format!("{plain:?}"),
    }
}

/// Panics when anything was written between the two, and says what.
#[track_caller]
pub(crate) fn assert_unchanged(before: &World, after: &World) {
    let fresh = after.iter().filter(|(key, item)| before.get(*key) != Some(*item));
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    let changed: Vec<_> = fresh.chain(gone).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// Bookings, places, changes, families and mails: what a wrong caller must not touch.
pub(crate) async fn bookings_and_outbox(town: &Town) -> World {
    let kept = [
        "FAMILY#",
        "DAY#",
        "ROOM#",
        "OUTBOX#",
        "ORGANISATION#",
        "DIRECTORY#",
        "LISTED#",
        "FIND#",
        "CLOSING#",
        "FEED#",
        "REMINDER#",
        "DIGEST#",
        "STAFF#",
        "NEWS#",
        "MENU#",
        "ACCEPTANCE#",
        "CHECK#",
        "HEALTH#",
    ];
    let all = everything(town).await.into_iter();
    // That an agent who may opened a document is noted, and meant to be.
    let noted = |sk: &str| sk.starts_with("OPENED#");
    all.filter(|((pk, sk), _)| kept.iter().any(|prefix| pk.starts_with(prefix)) && !noted(sk)).collect()
}

/// Every booking has its place and every place its booking.
pub(crate) async fn places_agree(town: &Town) {
    let mut bookings = Vec::new();
    let mut places = Vec::new();
    for (pk, sk) in everything(town).await.into_keys() {
        let organisation = pk.split('#').nth(1).unwrap_or_default().to_owned();
        if let Some(booking) = sk.strip_prefix("BOOKING#") {
            let parts: Vec<&str> = booking.split('#').collect();
            bookings.push((organisation, parts[1].to_owned(), parts[0].to_owned(), parts[2].to_owned()));
        } else if let Some(place) = pk.strip_prefix("DAY#") {
            let parts: Vec<&str> = place.split('#').collect();
            places.push((organisation, sk.clone(), parts[1].to_owned(), parts[2].to_owned()));
        }
    }
    bookings.sort();
    places.sort();
    assert!(!bookings.is_empty());
    assert_eq!(bookings, places);
}

/// A token for the very session of a person, signed with the portal's own key, with other times in seconds from now.
pub(crate) async fn session_token(town: &Town, person: &Person, from: i64, until: i64) -> String {
    let signing: Vec<SigningKeyRecord> = town.table().query(&keys::signing_keys()).await.unwrap();
    let key = signing.last().unwrap();
    let mut claims = claims(&person.cookie().unwrap());
    let now = Utc::now().timestamp();
    claims["iat"] = json!(now + from);
    claims["nbf"] = json!(now + from);
    claims["exp"] = json!(now + until);
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::ES256) };
    let private = EncodingKey::from_ec_der(&STANDARD.decode(&key.private).unwrap());
    jsonwebtoken::encode(&header, &claims, &private).unwrap()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The same token for another account, its signature kept.
pub(crate) fn tampered(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = claims(token);
    claims["sub"] = json!("0123456789abcdef0123456789abcdef");
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
}

/// The same claims under `alg: none` and no signature.
pub(crate) fn forged_token(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    header["alg"] = json!("none");
    format!("{}.{}.", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1])
}

/// Chantal with a fresh token whose session was ended.
pub(crate) async fn ended_session(town: &Town) -> Person {
    let person = people::chantal(town).await;
    let copy = person.other_tab();
    person.call(reqwest::Method::DELETE, "/api/session", None).await;
    copy
}

/// Chantal with a fresh token whose session has run out in the table, though its item is still there.
pub(crate) async fn overdue_session(town: &Town) -> Person {
    let person = people::chantal(town).await;
    overdue(town, &person).await;
    person
}

/// Makes a session run out in the table.
pub(crate) async fn overdue(town: &Town, person: &Person) {
    let claims = claims(&person.cookie().unwrap());
    let (account, session) = (claims["sub"].as_str().unwrap(), claims["sid"].as_str().unwrap());
    let key = keys::session(&account.parse().unwrap(), session);
    let past = (Utc::now() - TimeDelta::minutes(1)).timestamp();
    set_expiry(town, key, past).await;
}

async fn set_expiry(town: &Town, key: keys::Key, expires: i64) {
    let key =
        HashMap::from([("pk".to_owned(), AttributeValue::S(key.pk)), ("sk".to_owned(), AttributeValue::S(key.sk))]);
    let update = town.client().update_item().table_name(town.portal.table_name()).set_key(Some(key));
    let update = update.update_expression("SET expires = :expires");
    update.expression_attribute_values(":expires", AttributeValue::N(expires.to_string())).send().await.unwrap();
}

/// Makes a session look two days old, so that renewing prolongs it.
pub(crate) async fn age_session(town: &Town, person: &Person) {
    let claims = claims(&person.cookie().unwrap());
    let key = keys::session(&claims["sub"].as_str().unwrap().parse().unwrap(), claims["sid"].as_str().unwrap());
    let soon = (Utc::now() + TimeDelta::days(12)).timestamp();
    set_expiry(town, key, soon).await;
}
