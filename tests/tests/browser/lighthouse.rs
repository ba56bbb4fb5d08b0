//! Lighthouse on the planning page, signed in: accessibility and best practices at 100, performance printed.

use std::process::Stdio;

use serde_json::{Value, json};
use tests::Town;
use tests::contract::project;
use tests::town::TUESDAY;
use tokio::process::Command;

use crate::first_minute::CHANTAL;
use crate::window::{BROWSERS, Window};

#[tokio::test]
async fn lighthouse_is_content_with_the_planning() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let cookie = window.session_cookie().await;
    window.close().await;
    let report = report(&town, &cookie).await;
    assert!(report["finalDisplayedUrl"].as_str().unwrap().ends_with("/planning.html"), "it saw the planning");
    let score = |category: &str| report["categories"][category]["score"].as_f64().unwrap();
    let fallen: Vec<String> = report["audits"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, audit)| audit["score"].as_f64().is_some_and(|score| score < 0.9))
        .map(|(name, audit)| format!("{name} {}", audit["displayValue"].as_str().unwrap_or_default()))
        .collect();
    println!(
        "Lighthouse: performance {}, accessibility {}, best practices {}; below 90: {fallen:?}",
        score("performance"),
        score("accessibility"),
        score("best-practices")
    );
    // How fast a page is on a busy machine is a figure, not a test.
    assert!((score("accessibility") - 1.0).abs() < f64::EPSILON, "{fallen:?}");
    assert!((score("best-practices") - 1.0).abs() < f64::EPSILON, "{fallen:?}");
}

/// Lighthouse's report. When it could not measure ("please run Lighthouse again") it is run again; a low score stands.
async fn report(town: &Town, cookie: &str) -> Value {
    let _permit = BROWSERS.acquire().await.unwrap();
    let mut said = String::new();
    for attempt in 0..4 {
        let file = town.folder.path().join(format!("lighthouse-{attempt}.json"));
        let run = Command::new("node")
            .arg(project().join("tests/browser/node_modules/lighthouse/cli/index.js"))
            .arg(format!("{}/planning.html", town.origin()))
            .args(["--quiet", "--preset=desktop", "--output=json"])
            .arg("--only-categories=accessibility,best-practices,performance")
            .arg(format!("--output-path={}", file.display()))
            .arg(format!("--extra-headers={}", json!({ "Cookie": format!("__Host-session={cookie}") })))
            .arg("--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic --no-first-run")
            .stdout(Stdio::null())
            .output()
            .await
            .expect("node is missing: apt-get install nodejs npm");
        if run.status.success() {
            return serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        }
        said = String::from_utf8_lossy(&run.stderr).into_owned();
    }
    panic!("Lighthouse could not measure: {said}");
}
