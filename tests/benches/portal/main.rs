//! Figures, one JSON line each: cold start and memory of the function binaries, the week and a click at 1 and 32 clients,
//! an abonnement of a year, the week of a family among 10 and among 2,000, three hundred hostile files, a hundred thousand
//! digests due at once, and what sign-in and a forgotten password take for who exists and who does not.
//!
//! `cargo build --release -p login -p planning -p information -p dossier -p desk -p tick -p mailer && cargo bench -p tests --bench portal`,
//! with `-- functions`, `-- clients`, `-- crowd`, `-- hostile`, `-- rounds` or `-- secrecy` a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::float_arithmetic, reason = "figures are no money")]
#![allow(missing_docs, reason = "a bench has no callers")]

mod clients;
mod cold_start;
mod crowd;
mod hostile;
mod rounds;
mod secrecy;

use serde_json::{Value, json};
use tests::Town;
use tests::town::WEEK_BEFORE;

/// Prints one figure.
fn figure(name: &str, unit: &str, value: f64, more: Value) {
    let mut line = json!({ "figure": name, "unit": unit, "value": (value * 1000.0).round() / 1000.0 });
    line.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    println!("{line}");
}

/// The value below which `share` of the sorted values lie.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted[index.clamp(1, sorted.len()) - 1]
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|word| word == part);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        if wanted("functions") || wanted("clients") {
            let town = Town::at(WEEK_BEFORE).await;
            if wanted("functions") {
                cold_start::measure(&town).await;
            }
            if wanted("clients") {
                clients::measure(&town).await;
            }
        }
        if wanted("crowd") {
            crowd::measure().await;
        }
        if wanted("secrecy") {
            secrecy::measure().await;
        }
        if wanted("hostile") {
            hostile::measure().await;
        }
        if wanted("rounds") {
            rounds::measure().await;
        }
    });
}
