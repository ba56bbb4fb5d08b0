//! `kill -9` in the middle of a load: every click that was acknowledged is there afterwards.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tests::Person;
use tests::contract::project;
use tests::person::state;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

use crate::people;

/// The local program that `tests/run` built.
pub(crate) fn program() -> PathBuf {
    let beside = std::env::current_exe().unwrap();
    let target = beside.parent().unwrap().parent().unwrap().to_owned();
    let program = target.join("preau");
    assert!(program.exists(), "build it first: cargo build --workspace");
    program
}

/// Starts the program as a person would, and waits until it tells its address.
async fn start(data: &TempDir) -> (Child, String) {
    let mut child = Command::new(program())
        .args(["--port", "0", "--now", "2015-05-20T10:00", "--data"])
        .arg(data.path())
        .current_dir(project())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reading = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(at) = line.find("http://") {
                let address = line[at..].split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
                return address;
            }
        }
        panic!("the program ended without an address");
    };
    let address = tokio::time::timeout(Duration::from_secs(120), reading).await.unwrap();
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, address)
}

type Acknowledged = Arc<Mutex<BTreeMap<(&'static str, &'static str), Vec<&'static str>>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_click_survives_kill_nine() {
    let data = TempDir::new().unwrap();
    for round in 0..3 {
        let (mut program, origin) = start(&data).await;
        let chantal = Person::new(&origin);
        chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
        let acknowledged = Acknowledged::default();
        // Each cell has one client, so that the last acknowledged click decides it, and one more may be under way.
        let (mut clients, told) = (Vec::new(), Arc::new(Notify::new()));
        for day in ["2015-05-26", "2015-05-28", "2015-05-29"] {
            for activity in ["garderie-soir", "garderie-midi", "garderie-matin", "cantine-maternelle"] {
                clients.push(tokio::spawn(click_until_cut(
                    chantal.other_tab(),
                    day,
                    activity,
                    acknowledged.clone(),
                    told.clone(),
                )));
            }
        }
        let enough = 150 + 100 * round;
        while acknowledged.lock().unwrap().values().map(Vec::len).sum::<usize>() < enough {
            told.notified().await;
        }
        program.kill().await.unwrap();
        for client in clients {
            client.await.unwrap();
        }
        let (mut again, origin) = start(&data).await;
        let chantal = Person::new(&origin);
        chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
        let week = chantal.week("jumex", "devret", "2015-05-28").await.ok();
        let history = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-28").await.ok();
        let kept = history["changes"].as_array().unwrap().len();
        let acknowledged = acknowledged.lock().unwrap().clone();
        let total: usize = acknowledged.values().map(Vec::len).sum();
        assert!(kept >= total, "{kept} changes kept of {total} acknowledged");
        for ((day, activity), wants) in acknowledged.iter() {
            let state = state(&week, "chloe", activity, day);
            let last = *wants.last().unwrap();
            let flipped = if last == "booked" { "open_free" } else { "open_booked" };
            // The click that was under way may or may not have been written.
            let under_way = history["changes"].as_array().unwrap().iter().filter(|change| {
                change["day"] == *day && change["activity"].as_str().is_some_and(|name| slug(name) == *activity)
            });
            if state == flipped {
                assert!(under_way.count() > wants.len(), "{day} {activity}: {wants:?} but {state}");
            }
        }
        again.kill().await.unwrap();
        // The next round starts from an empty history, so that counts stay comparable.
        std::fs::remove_dir_all(data.path()).unwrap();
        std::fs::create_dir(data.path()).unwrap();
    }
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

async fn click_until_cut(
    person: Person,
    day: &'static str,
    activity: &'static str,
    acknowledged: Acknowledged,
    told: Arc<Notify>,
) {
    let week = person.week("jumex", "devret", day).await.ok();
    let booked = state(&week, "chloe", activity, day).ends_with("_booked");
    let wants = if booked { ["free", "booked"] } else { ["booked", "free"] };
    for want in wants.into_iter().cycle() {
        let request = uuid::Uuid::new_v4().to_string();
        let body = serde_json::json!({
            "request": request, "child": "chloe", "activity": activity, "day": day, "want": want,
        });
        let path = "/api/organisations/jumex/families/devret/bookings";
        match person.try_send(reqwest::Method::PUT, path, Some(body.to_string())).await {
            Ok(answer) if answer.status.is_success() => {
                acknowledged.lock().unwrap().entry((day, activity)).or_default().push(want);
                told.notify_one();
            }
            Ok(answer) => assert_eq!(answer.code(), "conflict-busy"),
            Err(_) => return,
        }
    }
}
