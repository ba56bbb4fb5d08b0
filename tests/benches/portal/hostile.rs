//! Three hundred hostile files, one after another as the function takes them, while good ones are sent: memory and time.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::hostile::twelve;
use tests::memory::{Peak, resident};
use tests::storage::{Sheet, put};
use tests::town::TUESDAY;
use tests::{Person, Town, paper};
use uuid::Uuid;

use crate::figure;

const PLACE: &str = "/api/organisations/jumex/families/devret";
const ROUNDS: usize = 25;

/// Sends a file, waits for its end, takes it back; how long it took, in seconds.
async fn send(tab: Person, sheet: Sheet<'static>, expected: &str) -> f64 {
    let permission = tab.ask_to_send(PLACE, &sheet, Uuid::new_v4()).await.ok();
    let began = Instant::now();
    assert!(put(&permission, |_| {}, sheet.bytes).await.status.is_success());
    let id = permission["document"].as_str().unwrap();
    let standing = loop {
        let document = tab.document(PLACE, id).await.unwrap();
        if document["standing"] != "sending" {
            break document["standing"].clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(standing, expected, "{}", sheet.name);
    let took = began.elapsed().as_secs_f64();
    tab.call(reqwest::Method::DELETE, &format!("{PLACE}/documents/{id}"), None).await;
    took
}

pub(crate) async fn measure() {
    let (town, files) = (Town::at(TUESDAY).await, twelve());
    let chantal = town.stranger();
    chantal.sign_in("chantal.devret", "marelle du mardi").await.ok();
    send(chantal.other_tab(), Sheet::of_family("other", paper::pdf(1000)), "received").await;
    let idle = resident();
    let (peak, began) = (Peak::watch(), Instant::now());
    let mut good = Vec::new();
    for round in 0..ROUNDS {
        let bad = files.clone().into_iter().map(|one| {
            let sheet = Sheet { name: one.name, mime: one.mime, ..Sheet::of_family("other", one.bytes) };
            tokio::spawn(send(chantal.other_tab(), sheet, "rejected"))
        });
        let bad: Vec<_> = bad.collect();
        good.push(send(chantal.other_tab(), Sheet::of_family("other", paper::pdf(2000 + round)), "received").await);
        for one in bad {
            one.await.unwrap();
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let most = peak.end().saturating_sub(idle);
    good.sort_by(f64::total_cmp);
    let count = ROUNDS * files.len();
    figure("hostile_files_memory", "MB above idle, at most", most as f64 / 1e6, json!({ "files": count }));
    figure("hostile_files_time", "s, all of them", seconds, json!({ "files": count }));
    let worst = good.last().copied().unwrap_or_default();
    figure("good_file_meanwhile", "s, median", good[good.len() / 2], json!({ "files": good.len(), "worst": worst }));
}
