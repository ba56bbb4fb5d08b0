//! Who exists costs as much as who does not: the same bytes, the same calls, the same number of hashes.
//!
//! A program of its own: hashes are counted over the whole process.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(missing_docs, reason = "a test has no callers")]

use reqwest::Method;
use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::{Person, Town};
use uuid::Uuid;

/// What somebody outside sees of an answer, and what it cost inside.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    status: u16,
    text: String,
    /// The calls, and which partitions each touches.
    calls: Vec<String>,
    hashes: u64,
}

/// Seconds to wait differ by when one asked.
fn without_seconds(text: &str) -> String {
    text.split("\"retry_after\":").enumerate().fold(String::new(), |told, (at, part)| {
        told + if at == 0 { part } else { part.trim_start_matches(|letter: char| letter.is_ascii_digit()) }
    })
}

/// Of mails, of events and of what is written in their stead for nobody, the place differs: both are one item more.
fn same_place(partition: &str) -> bool {
    !["OUTBOX", "THROTTLE", "ACCOUNT", "SECURITY"].contains(&partition)
}

async fn cost(town: &Town, person: &Person, path: &str, body: Value, name: &str) -> Cost {
    town.outbox_is_quiet().await;
    town.wire.take();
    let before = secret::password::computed();
    let (status, bytes) = person.try_bytes(Method::POST, path, Some(body.to_string())).await;
    let hashes = secret::password::computed() - before;
    let mut calls: Vec<String> = town
        .wire
        .take()
        .into_iter()
        .filter(|call| call.function == "login" || call.function == "dossier")
        .map(|call| {
            let touched = call.actions.iter().map(|(action, partitions)| {
                let kept: Vec<&String> = partitions.iter().filter(|partition| same_place(partition)).collect();
                format!("{action} {kept:?}")
            });
            format!("{} {}", call.operation, touched.collect::<Vec<_>>().join(" "))
        })
        .collect();
    // Those under way together arrive in any order.
    calls.sort();
    let text = without_seconds(&String::from_utf8(bytes).unwrap()).replace(name, "NAME");
    Cost { status: status.as_u16(), text, calls, hashes }
}

const UNKNOWN: [&str; 2] = ["personne.inconnue", "personne@example.fr"];

#[tokio::test]
async fn who_exists_costs_as_much_as_who_does_not() {
    let town = Town::at(TUESDAY).await;
    let isabelle = town.stranger();
    let code = secret::totp_code("CSO2Z6YHIXPFS7FFQHQSKTXQW3EORPC4", chrono::Utc::now()).unwrap();
    let agent = json!({ "name": "isabelle.fabre", "password": "clef sous le preau", "code": code });
    isabelle.post("/api/session", agent).await.ok();
    let agents = "/api/organisations/jumex/agents";
    isabelle.get(agents).await.ok();
    sign_in(&town).await;
    forgotten(&town).await;
    invitation(&town, &isabelle, agents).await;
}

/// Wrong passwords, until there are too many.
async fn sign_in(town: &Town) {
    let known = ["marc.devret", "helene.berthier", "luc.petit"];
    for attempt in 0..6 {
        let mut costs = Vec::new();
        for name in known.into_iter().chain(["personne.inconnue"]) {
            let body = json!({ "name": name, "password": "pas le bon mot" });
            costs.push(cost(town, &town.stranger(), "/api/session", body, name).await);
        }
        let (code, hashes) = if attempt < 5 { ("bad-credentials", 1) } else { ("too-many-tries", 0) };
        assert!(costs[0].text.contains(code), "try {attempt}: {:?}", costs[0]);
        for (cost, name) in costs.iter().zip(known.into_iter().chain(["personne.inconnue"])) {
            assert_eq!(cost.hashes, hashes, "try {attempt} of {name}");
            assert_eq!(cost, &costs[0], "try {attempt} of {name}");
        }
    }
}

/// Links are asked for, until there are too many.
async fn forgotten(town: &Town) {
    for attempt in 0..5 {
        let mut costs = Vec::new();
        for name in ["marc.devret", "pasdemail@qis.fr", UNKNOWN[0], UNKNOWN[1]] {
            costs.push(cost(town, &town.stranger(), "/api/password/forgotten", json!({ "name": name }), name).await);
        }
        assert_eq!((costs[0].status, costs[0].hashes), (202, 0));
        for cost in &costs {
            assert_eq!(cost, &costs[0], "try {attempt}");
        }
    }
}

/// Agents are invited by méls that sign in already, and by others.
async fn invitation(town: &Town, isabelle: &Person, agents: &str) {
    let mut costs = Vec::new();
    for mel in ["pasdemail@qis.fr", UNKNOWN[1]] {
        let body = json!({ "request": Uuid::new_v4(), "mel": mel, "role": "reader" });
        costs.push(cost(town, isabelle, agents, body, mel).await);
        let family = "/api/organisations/jumex/families/berthier/invitations";
        let body = json!({ "request": Uuid::new_v4(), "mel": mel, "first_name": "Odette", "last_name": "X" });
        costs.push(cost(town, isabelle, family, body, mel).await);
    }
    assert_eq!((costs[0].status, costs[1].status), (202, 202), "{costs:?}");
    assert_eq!((&costs[0], &costs[1]), (&costs[2], &costs[3]));
}
