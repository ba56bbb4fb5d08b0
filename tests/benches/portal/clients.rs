//! The week and a click through the whole local stack: HTTP, edge, function, SDK, embedded table on disk.

use std::time::Instant;

use serde_json::json;
use tests::{Person, Town};

use crate::{figure, percentile};

const DAYS: [&str; 3] = ["2015-05-26", "2015-05-28", "2015-05-29"];
const ACTIVITIES: [&str; 3] = ["garderie-soir", "garderie-midi", "cantine-maternelle"];

/// Measures both at 1 and at 32 clients; at 32 they share one family, the worst case.
pub(crate) async fn measure(town: &Town) {
    let chantal = town.stranger();
    chantal.sign_in("chantal.devret", "marelle du mardi").await.ok();
    for clients in [1_usize, 32] {
        let each = 1600 / clients;
        let weeks = run(&chantal, clients, each, week).await;
        report("week", clients, weeks);
        let clicks = run(&chantal, clients, each, click).await;
        report("click", clients, clicks);
    }
}

async fn week(person: Person, _: usize, _: usize) -> Person {
    person.week("jumex", "devret", "2015-05-28").await.ok();
    person
}

async fn click(person: Person, client: usize, turn: usize) -> Person {
    let (day, activity) = (DAYS[client % 3], ACTIVITIES[(client / 3) % 3]);
    let want = if turn.is_multiple_of(2) { "booked" } else { "free" };
    let answer = person.click("devret", "chloe", activity, day, want).await;
    assert!(answer.status.as_u16() < 500, "{}", answer.body);
    person
}

/// Each answer's time in milliseconds.
async fn run<F, Fut>(signed_in: &Person, clients: usize, each: usize, act: F) -> Vec<f64>
where
    F: Fn(Person, usize, usize) -> Fut + Copy + Send + 'static,
    Fut: Future<Output = Person> + Send,
{
    let running: Vec<_> = (0..clients)
        .map(|client| {
            let mut person = signed_in.other_tab();
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(each);
                for turn in 0..each + each / 10 {
                    let started = Instant::now();
                    person = act(person, client, turn).await;
                    if turn >= each / 10 {
                        times.push(started.elapsed().as_secs_f64() * 1000.0);
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for client in running {
        times.extend(client.await.unwrap());
    }
    times.sort_by(f64::total_cmp);
    times
}

fn report(what: &str, clients: usize, times: Vec<f64>) {
    let more = json!({ "clients": clients, "answers": times.len() });
    figure(&format!("{what}_p50"), "ms", percentile(&times, 0.50), more.clone());
    figure(&format!("{what}_p99"), "ms", percentile(&times, 0.99), more);
}
