//! How long sign-in and a forgotten password take, for who exists and for who does not.

use std::time::Instant;

use serde_json::{Value, json};
use tests::Town;
use tests::town::WEEK_BEFORE;

use crate::{figure, percentile};

/// A town of its own for each round: tries are counted.
const ROUNDS: usize = 6;

/// Prints the median and the slowest of each.
pub(crate) async fn measure() {
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let town = Town::at(WEEK_BEFORE).await;
        for round in 0..5 {
            // The first of each is not measured: connections are made.
            for (place, name) in ["chantal.devret", "personne.inconnue"].into_iter().enumerate() {
                let wrong = json!({ "name": name, "password": "pas le bon mot" });
                let took = timed(&town, "/api/session", wrong).await;
                let asked = timed(&town, "/api/password/forgotten", json!({ "name": name })).await;
                if round > 0 {
                    times[place].push(took);
                    times[2 + place].push(asked);
                }
            }
        }
    }
    let names = ["sign-in, known", "sign-in, unknown", "forgotten, known", "forgotten, unknown"];
    for (name, times) in names.into_iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let more = json!({ "tries": times.len(), "median": percentile(times, 0.5), "slowest": percentile(times, 1.0) });
        figure(name, "ms", percentile(times, 0.5), more);
    }
}

async fn timed(town: &Town, path: &str, body: Value) -> f64 {
    let started = Instant::now();
    town.stranger().post(path, body).await;
    started.elapsed().as_secs_f64() * 1000.0
}
