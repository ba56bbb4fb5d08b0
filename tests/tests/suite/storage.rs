//! A permission to send holds for one place, size, type and content, once, for minutes: storage itself refuses the rest.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};
use tests::storage::{Sheet, Stored, put};
use tests::town::TUESDAY;
use tests::{Person, Town, paper};
use uuid::Uuid;

use crate::people;

const PLACE: &str = "/api/organisations/jumex/families/devret";

fn refused(status: u16, code: &str) -> Stored {
    Stored { status: status.try_into().unwrap(), code: code.to_owned() }
}

fn same(_: &mut HeaderMap) {}

async fn permission(chantal: &Person, sheet: &Sheet<'_>) -> Value {
    chantal.ask_to_send(PLACE, sheet, Uuid::new_v4()).await.ok()
}

#[tokio::test]
async fn a_permission_used_for_anything_else_is_refused_by_storage() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let sheet = Sheet::of_family("caf_statement", paper::pdf(1000));
    let permission = permission(&chantal, &sheet).await;
    let bytes = || sheet.bytes.clone();
    let mismatch = refused(403, "SignatureDoesNotMatch");
    let mut elsewhere = permission.clone();
    elsewhere["url"] = json!(permission["url"].as_str().unwrap().replace("/devret/", "/berthier/"));
    assert_eq!(put(&elsewhere, same, bytes()).await, mismatch, "another place");
    let longer = [bytes(), b"\n".to_vec()].concat();
    assert_eq!(put(&permission, same, longer).await, mismatch, "another size");
    let html = |headers: &mut HeaderMap| drop(headers.insert(CONTENT_TYPE, "text/html".parse().unwrap()));
    assert_eq!(put(&permission, html, bytes()).await, mismatch, "another type");
    let mut other = bytes();
    *other.last_mut().unwrap() = b' ';
    assert_eq!(put(&permission, same, other).await, refused(400, "BadDigest"), "other bytes");
    let unasked = |headers: &mut HeaderMap| drop(headers.remove("x-amz-checksum-sha256"));
    assert_eq!(put(&permission, unasked, bytes()).await, mismatch, "without its checksum");
    let over = |headers: &mut HeaderMap| drop(headers.remove("if-none-match"));
    assert_eq!(put(&permission, over, bytes()).await, mismatch, "over what may be there");
    let more = |headers: &mut HeaderMap| drop(headers.insert("x-amz-meta-note", "x".parse().unwrap()));
    assert_eq!(put(&permission, more, bytes()).await, refused(403, "AccessDenied"), "with a header of its own");
    assert!(town.files("incoming", "jumex/devret").await.is_empty(), "nothing came of all that");
    assert_eq!(put(&permission, same, bytes()).await.status.as_u16(), 200);
}

#[tokio::test]
async fn of_eight_uses_at_once_one_wins() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    // What lies there stays there: the checker never reaches the table.
    town.wire.cut_after("checker", 0, tests::Fault::LostRequest);
    let sheet = Sheet::of_family("caf_statement", paper::pdf(100_000));
    let permission = permission(&chantal, &sheet).await;
    let puts = (0..8).map(|_| {
        tokio::spawn({
            let (permission, bytes) = (permission.clone(), sheet.bytes.clone());
            async move { put(&permission, same, bytes).await }
        })
    });
    let mut won = 0;
    for put in puts.collect::<Vec<_>>() {
        match put.await.unwrap() {
            stored if stored.status.is_success() => won += 1,
            stored => assert_eq!(stored, refused(412, "PreconditionFailed")),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(put(&permission, same, sheet.bytes.clone()).await, refused(412, "PreconditionFailed"), "a second time");
    town.wire.mend();
}

#[tokio::test]
async fn a_permission_lives_for_five_minutes_at_most() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let permission = permission(&chantal, &Sheet::of_family("caf_statement", paper::pdf(1000))).await;
    assert!(permission["url"].as_str().unwrap().contains("X-Amz-Expires=300"), "{permission}");
    assert!(permission["seconds"].as_u64().unwrap() <= 300);
    let client = reqwest::Client::new();
    let use_of = async |ago: u64| {
        let url = town.permission_of_before(&format!("incoming/jumex/devret/x{ago}"), Duration::from_secs(ago)).await;
        client.put(url).body("x").send().await.unwrap().status().as_u16()
    };
    assert_eq!(use_of(290).await, 200, "before its end");
    assert_eq!(use_of(310).await, 403, "after its end");
}

#[tokio::test]
async fn nobody_lists_or_reads_without_a_permission_and_only_our_page_sends() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let endpoint = town.portal.storage_endpoint();
    chantal.send_sheet(PLACE, &Sheet::of_family("caf_statement", paper::pdf(1000))).await;
    let key = town.files("checked", "jumex/devret").await.remove(0);
    for path in ["documents".to_owned(), "documents?list-type=2".to_owned(), format!("documents/{key}")] {
        assert_eq!(reqwest::get(format!("{endpoint}/{path}")).await.unwrap().status().as_u16(), 403, "{path}");
    }
    let ask = async |origin: &str, bucket: &str| {
        let request = reqwest::Client::new().request(reqwest::Method::OPTIONS, format!("{endpoint}/{bucket}/x"));
        let request = request.header("origin", origin).header("access-control-request-method", "PUT");
        let answer = request.header("access-control-request-headers", "content-type").send().await.unwrap();
        answer.headers().get("access-control-allow-origin").map(|allowed| allowed.to_str().unwrap().to_owned())
    };
    assert_eq!(ask(&town.origin(), "documents").await, Some(town.origin()));
    assert_eq!(ask("https://ailleurs.example", "documents").await, None);
    assert_eq!(ask(&town.origin(), "files").await, None, "the invoices' bucket has no rule");
}
