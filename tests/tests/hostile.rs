//! Files made to take the portal down: they take a bounded part of the machine, are told of once, and hold nobody up.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(missing_docs, reason = "a test has no callers")]

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use tests::hostile::{Hostile, largest_photo, twelve};
use tests::memory::{Peak, resident};
use tests::storage::{Sheet, put};
use tests::town::TUESDAY;
use tests::{Person, Town, paper};
use uuid::Uuid;

const PLACE: &str = "/api/organisations/jumex/families/devret";
/// What all of it may take above an idle portal.
const MOST: u64 = 256 * 1024 * 1024;

/// One of the tests of this program at a time: memory is measured.
static ALONE: Mutex<()> = Mutex::new(());

fn judged(bytes: &[u8]) -> Output {
    let judge = Command::new(env!("CARGO_BIN_EXE_tests-judge"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut judge = judge.unwrap();
    let mut stdin = judge.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A judge that ends before it has read all leaves a broken pipe.
        scope.spawn(move || drop(stdin.write_all(bytes)));
        judge.wait_with_output().unwrap()
    })
}

#[test]
fn each_hostile_file_has_its_verdict_within_the_judges_limits() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for Hostile { name, bytes, word, .. } in twelve() {
        assert!(bytes.len() <= 10 * 1024 * 1024, "{name} has {}", bytes.len());
        let idle = resident();
        let peak = Peak::watch();
        let output = judged(&bytes);
        let most = peak.end().saturating_sub(idle);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(0), format!("{{\"fault\":\"{word}\"}}\n").as_str()),
            "{name}"
        );
        assert!(most < MOST, "{name} took {} MB", most >> 20);
    }
}

#[test]
fn the_largest_photo_that_is_taken_fits_into_the_judges_limits() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let bytes = largest_photo();
    let idle = resident();
    let peak = Peak::watch();
    let output = judged(&bytes);
    let most = peak.end().saturating_sub(idle);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"{\"anew\":{\"media\":\"jpeg\""));
    assert!(most < MOST, "it took {} MB", most >> 20);
}

/// Sends a file: its document, which is looked at meanwhile.
async fn sent(person: &Person, sheet: Sheet<'static>) -> String {
    let permission = person.ask_to_send(PLACE, &sheet, Uuid::new_v4()).await.ok();
    let stored = put(&permission, |_| {}, sheet.bytes).await;
    assert!(stored.status.is_success(), "{stored:?}");
    permission["document"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::await_holding_lock, reason = "the only test of this program that waits for others in a task")]
async fn twelve_hostile_files_take_little_and_ten_good_ones_sent_meanwhile_arrive() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let hostile = twelve();
    let town = Town::at(TUESDAY).await;
    let chantal = town.stranger();
    chantal.sign_in("chantal.devret", "marelle du mardi").await.ok();
    let first = sent(&chantal, Sheet::of_family("other", paper::pdf(1000))).await;
    assert_eq!(chantal.checked(PLACE, &first).await["standing"], "received");
    let idle = resident();
    let peak = Peak::watch();
    let mut bad = Vec::new();
    for Hostile { name, mime, bytes, .. } in hostile {
        bad.push((name, sent(&chantal, Sheet { name, mime, ..Sheet::of_family("other", bytes) }).await));
    }
    let mut good = Vec::new();
    for at in 0..10_u16 {
        let sheet = match at % 2 {
            0 => Sheet::of_family("other", paper::pdf(2000 + usize::from(at))),
            _ => Sheet { mime: "image/jpeg", ..Sheet::of_family("other", paper::photo(1200, 800 + u32::from(at))) },
        };
        good.push(sent(&chantal, sheet).await);
    }
    for document in good {
        assert_eq!(chantal.checked(PLACE, &document).await["standing"], "received");
    }
    for (name, document) in bad {
        assert_eq!(chantal.checked(PLACE, &document).await["standing"], "rejected", "{name}");
    }
    let most = peak.end().saturating_sub(idle);
    assert!(most < MOST, "{} MB above an idle portal", most >> 20);
    assert!(town.files("incoming", "jumex/devret").await.is_empty(), "nothing waits");
}
