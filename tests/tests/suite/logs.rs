//! Names planted as canaries appear in no log line of the function binaries.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tests::Person;
use tests::contract::project;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{crash, people};

const CANARIES: [&str; 9] =
    ["chloé", "chantal", "devret", "pasdemail", "canari", "marelle du mardi", "odette", "eyj0", "127.0.0.1"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_mel_password_or_token_is_logged() {
    let data = TempDir::new().unwrap();
    let mut child = Command::new(crash::program())
        .args(["--port", "0", "--lambda", "--now", "2015-05-26T08:03", "--data"])
        .arg(data.path())
        .current_dir(project())
        .env("RUST_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (sender, mut lines) = unbounded_channel();
    tokio::spawn(pass_on(child.stdout.take().unwrap(), sender.clone()));
    tokio::spawn(pass_on(child.stderr.take().unwrap(), sender));
    let origin = greeting(&mut lines).await;
    provoke(&Person::new(&origin)).await;
    // Ended as Ctrl-C ends it: a function that outlives its table would log the table's own address.
    let interrupt = Command::new("kill").args(["-INT", &child.id().unwrap().to_string()]).status().await.unwrap();
    assert!(interrupt.success());
    tokio::time::timeout(Duration::from_secs(30), child.wait()).await.unwrap().unwrap();
    let mut logged = Vec::new();
    while let Some(line) = lines.recv().await {
        logged.push(line);
    }
    assert!(logged.iter().any(|line| line.contains("limit-passed")), "the refusals are logged: {logged:#?}");
    for line in &logged {
        let folded = line.to_lowercase();
        let found = CANARIES.iter().find(|canary| folded.contains(*canary));
        assert!(found.is_none(), "{found:?} in {line}");
    }
}

async fn pass_on(from: impl AsyncRead + Unpin, to: UnboundedSender<String>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let _ = to.send(line);
    }
}

/// Reads what a person reads at the start, which names the demo's accounts, and finds the address in it.
async fn greeting(lines: &mut UnboundedReceiver<String>) -> String {
    let mut origin = None;
    loop {
        let line = tokio::time::timeout(Duration::from_secs(120), lines.recv()).await.unwrap().unwrap();
        if let Some(at) = line.find("http://localhost") {
            let address = line[at..].split_whitespace().next().unwrap().to_owned();
            origin.get_or_insert(address);
        }
        if line.contains("Ctrl-C") {
            return origin.unwrap();
        }
    }
}

/// Right and wrong requests, each with a canary in it.
async fn provoke(chantal: &Person) {
    chantal.sign_in("canari.inconnu", "canari du mot de passe").await;
    chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    chantal.click("devret", "chloe", "garderie-matin", "2015-05-27", "booked").await;
    chantal.click("devret", "canari", "garderie-soir", "2015-05-28", "booked").await;
    chantal.week("jumex", "canari", "2015-05-28").await;
    chantal.week("jumex", "devret", "canari").await;
    let path = "/api/organisations/jumex/families/devret/bookings";
    chantal.put(path, json!({ "canari": "odette canari" })).await;
    chantal.put(path, json!({ "request": "canari", "child": "canari", "want": "canari", "day": "canari" })).await;
    chantal.post("/api/password/forgotten", json!({ "name": "pasdemail@qis.fr" })).await.ok();
    chantal.post("/api/password/reset", json!({ "token": "canari", "password": "canari canari canari" })).await;
}
