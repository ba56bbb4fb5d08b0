//! Scheduled work: what fails in one organisation holds up nobody else, and a call that stops is gone on with.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{TimeDelta, Utc};
use domain::day::parse_day;
use domain::invoice::{Line, Period};
use lambda::clock::Clock;
use lambda::{Function, Start};
use serde_json::{Value, json};
use store::keys::{self, DIGEST_SHARDS, Key};
use store::records::{
    BookingRecord, BookingStatus, DigestRecord, DirectoryRecord, ExpiryRecord, InvoiceRecord, RunRecord,
};
use store::{Transaction, was_first};
use tests::Town;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, family_id, load};

/// 2 June 2015, 8 h in Paris: an hour at which everything is due.
const NOW: &str = "2015-06-02T06:00:00Z";
const BILLING: &str = "[billing]\nseller = [\"Village\"]\nreminders = [15]\nday = 1\nhour = 0\n";

/// Writes something no version of ours can read.
async fn poison(town: &Town, key: &Key) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = HashMap::from([
        ("pk".to_owned(), text(&key.pk)),
        ("sk".to_owned(), text(&key.sk)),
        ("poison".to_owned(), AttributeValue::Bool(true)),
    ]);
    town.client().put_item().table_name(town.portal.table_name()).set_item(Some(item)).send().await.unwrap();
}

async fn put<R: store::Record>(town: &Town, record: &R) {
    let mut transaction = Transaction::of_system();
    transaction.put(record);
    assert!(was_first(town.table().write(transaction).await).unwrap());
}

/// A debt of family 0 that its organisation reminds of today.
fn debt(organisation: &str) -> InvoiceRecord {
    let day = |text: &str| parse_day(text).unwrap();
    InvoiceRecord {
        organisation: organisation.parse().unwrap(),
        family: family_id(0).parse().unwrap(),
        number: "2015-00001".to_owned(),
        period: None,
        corrects: None,
        completes: None,
        issued: day("2015-04-02"),
        due: day("2015-05-18"),
        payer: Vec::new(),
        lines: vec![Line::plain("Sortie".to_owned(), 1000)],
        total: 1000,
        request: None,
        imported: true,
        written_off: None,
        filed: false,
        version: 1,
    }
}

#[tokio::test]
async fn an_organisation_whose_items_cannot_be_read_is_named_and_the_next_ones_hour_is_done() {
    let town = Town::at(NOW).await;
    // Organisations are gone over in the order of their ids: the first two are poisoned, each in its own way.
    for id in ["aaa", "aab", VILLAGE] {
        load(&town.table(), instant(NOW), &Shape { id, billing: BILLING, ..Shape::default() }).await;
    }
    let first = "aaa".parse().unwrap();
    let day = parse_day("2015-06-10").unwrap();
    let family = family_id(7).parse().unwrap();
    for key in [
        keys::closing(&first, "poison"),
        keys::directory_entry(&first, &family),
        keys::expiry(&first, day, &family, "poison"),
        keys::organisation(&"aab".parse().unwrap()),
    ] {
        poison(&town, &key).await;
    }
    put(&town, &debt(VILLAGE)).await;
    let expiry = |organisation: &str| ExpiryRecord {
        organisation: organisation.parse().unwrap(),
        family: family_id(0).parse().unwrap(),
        document: "attestation".to_owned(),
        last: day,
    };
    put(&town, &expiry(VILLAGE)).await;
    put(&town, &expiry("aaa")).await;

    let mut told = town.portal.invoke("tick", json!({ "tick": "hour" })).await.unwrap_err();
    // On a busy machine an hour may outlast one call's budget: the next one goes on.
    for _ in 0..3 {
        told += &town.portal.invoke("tick", json!({ "tick": "digests" })).await.err().unwrap_or_default();
    }
    for named in ["closed aaa poison", "debts aaa", "expiries aaa", "organisation aab"] {
        assert!(told.contains(named), "{named} in {told}");
    }
    town.mail_to("f0000@village.example", "Rappel").await;
    let run: Option<RunRecord> = town
        .table()
        .get(&keys::run(&VILLAGE.parse().unwrap(), Period::of(parse_day("2015-05-01").unwrap())))
        .await
        .unwrap();
    assert!(run.is_some(), "the second one's month is opened");
    let left = |organisation: &str| keys::expiries(&organisation.parse().unwrap(), day);
    assert_eq!(town.table().list(&left(VILLAGE)).await.unwrap().keys().unwrap(), []);
    assert_eq!(town.table().list(&left("aaa")).await.unwrap().keys().unwrap().len(), 1, "the poison alone is left");
}

/// What a function with a budget of five pieces a call is started with.
fn five_a_call(town: &Town) -> Start {
    let settings = [
        ("TABLE_NAME", town.portal.table_name()),
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &town.portal.table_endpoint()),
        ("AWS_ENDPOINT_URL_S3", &town.portal.storage_endpoint()),
        ("FILES_BUCKET", "files"),
        ("DOCUMENTS_BUCKET", "documents"),
        ("WORK_SECONDS", "60"),
        ("WORK_PIECES", "5"),
    ];
    let environment = settings.into_iter().collect();
    Start { environment, clock: Clock::starting_at(instant(NOW)), http_client: None, outside: None }
}

/// Calls until nothing is done any more; each call does five pieces at most. How many were done.
async fn until_nothing_is_left(function: &Function, event: Value, counted: &str) -> u64 {
    let mut done = 0;
    for _ in 0..400 {
        let answer = function.invoke(event.clone()).await.unwrap();
        let count = answer[counted].as_u64().unwrap();
        done += count;
        if count == 0 {
            return done;
        }
    }
    panic!("{counted} do not end");
}

#[tokio::test]
async fn three_hundred_digests_go_five_a_call_and_the_last_call_leaves_nothing() {
    let town = Town::at(NOW).await;
    let monday = parse_day("2015-06-01").unwrap();
    for family in 0..300 {
        let digest = DigestRecord {
            organisation: VILLAGE.parse().unwrap(),
            family: family_id(family).parse().unwrap(),
            request: "click".to_owned(),
            weeks: (monday, monday),
            at: Utc::now() - TimeDelta::minutes(10),
        };
        put(&town, &digest).await;
    }
    let tick = tick::start(five_a_call(&town)).await.unwrap();
    let first = tick.invoke(json!({ "tick": "digests" })).await.unwrap()["digests"].as_u64().unwrap();
    assert_eq!(first, 5);
    assert_eq!(until_nothing_is_left(&tick, json!({ "tick": "digests" }), "digests").await, 295);
    for shard in 0..DIGEST_SHARDS {
        assert_eq!(town.table().list(&keys::digest_shard(shard)).await.unwrap().keys().unwrap(), []);
    }
}

#[tokio::test]
async fn a_purge_of_three_hundred_families_goes_on_where_each_call_stopped_and_passes_over_what_it_cannot_read() {
    let town = Town::at(NOW).await;
    load(&town.table(), instant(NOW), &Shape::default()).await;
    let organisation: domain::id::OrganisationId = VILLAGE.parse().unwrap();
    let past = parse_day("2001-09-03").unwrap();
    for family in 0..300 {
        let family: domain::id::FamilyId = family_id(family).parse().unwrap();
        let (name, adults, children) = (family.to_string(), Vec::new(), Vec::new());
        put(
            &town,
            &DirectoryRecord { organisation: organisation.clone(), family: family.clone(), name, adults, children },
        )
        .await;
        let booking = BookingRecord {
            organisation: organisation.clone(),
            family,
            child: "c0000-0".parse().unwrap(),
            activity: "cantine".parse().unwrap(),
            day: past,
            at: instant(NOW),
            status: BookingStatus::Booked,
            surcharge: 0,
            abonnement: None,
            paid: None,
            lot: None,
            absence: None,
            attendance: None,
            version: 1,
        };
        put(&town, &booking).await;
    }
    poison(&town, &keys::directory_entry(&organisation, &"f0003x".parse().unwrap())).await;
    let retention = retention::start(five_a_call(&town)).await.unwrap();
    let first = retention.invoke(json!({ "keep": "purge" })).await.unwrap();
    assert_eq!(first["purged"], 0, "five pieces are not enough to come here");
    let (mut purged, mut told) = (0, Vec::new());
    for _ in 0..150 {
        // What stopped is gone on with by the call that comes every five minutes.
        match retention.invoke(json!({ "keep": "tasks" })).await {
            Ok(answer) => purged += answer["purged"].as_u64().unwrap(),
            Err(error) => told.push(error.to_string()),
        }
    }
    assert!(told.len() == 1 && told[0].contains("village f0003x"), "{told:?}");
    for family in [0, 5, 299] {
        let span = keys::bookings(&organisation, &family_id(family).parse().unwrap(), past, past);
        assert_eq!(town.table().list(&span).await.unwrap().keys().unwrap(), [], "family {family}");
    }
    assert!(purged > 0);
}
