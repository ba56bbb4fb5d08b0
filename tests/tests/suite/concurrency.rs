//! 64 clients at the same family's cells at once: one true state, and a history that agrees with it.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::town::WEEK_BEFORE;
use tests::{Person, Town};

use crate::people;

const CLIENTS: usize = 64;
/// Most of it is deciding again because somebody was faster: both cores for some minutes with four times as many.
const CLICKS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_leave_one_true_state() {
    let town = Town::at(WEEK_BEFORE).await;
    let chantal = people::chantal(&town).await;
    let before = booked_cells(&chantal).await;
    let clients: Vec<_> = (0..CLIENTS).map(|client| tokio::spawn(toggle(chantal.other_tab(), client))).collect();
    let mut accepted = 0;
    for client in clients {
        accepted += client.await.unwrap();
    }
    assert!(accepted > 0);
    let after = booked_cells(&chantal).await;
    let history = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-28").await.ok();
    assert_eq!(replayed(before, &history), after, "the history, replayed, gives the final state");
}

/// Clicks at its cells; every answer is a success or a polite conflict.
async fn toggle(person: Person, client: usize) -> usize {
    let days = ["2015-05-26", "2015-05-28", "2015-05-29"];
    let activities = ["garderie-soir", "garderie-midi", "cantine-maternelle"];
    let mut accepted = 0;
    for click in 0..CLICKS {
        let (day, activity) = (days[(client + click) % 3], activities[(client * 7 + click / 3) % 3]);
        let want = if (client + click).is_multiple_of(2) { "booked" } else { "free" };
        let answer = person.click("devret", "chloe", activity, day, want).await;
        match answer.status.as_u16() {
            200 => {
                let cells = answer.body["cells"].as_array().unwrap();
                let cell = cells.iter().find(|cell| cell["activity"] == activity).unwrap();
                let expected = if want == "booked" { "open_booked" } else { "open_free" };
                assert_eq!(cell["state"], expected, "an accepted click shows what it wanted");
                accepted += 1;
            }
            409 => assert_eq!(answer.code(), "conflict-busy"),
            other => panic!("{other}: {}", answer.body),
        }
    }
    accepted
}

pub(crate) type Cells = BTreeMap<(String, String, String), bool>;

/// All cells of the guide's week, booked or not.
pub(crate) async fn booked_cells(person: &Person) -> Cells {
    let week = person.week("jumex", "devret", "2015-05-28").await.ok();
    let mut cells = Cells::new();
    for child in week["children"].as_array().unwrap() {
        for activity in child["activities"].as_array().unwrap() {
            for cell in activity["cells"].as_array().unwrap() {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let key = (text(&child["first_name"]), text(&activity["name"]), text(&cell["day"]));
                cells.insert(key, text(&cell["state"]).ends_with("_booked"));
            }
        }
    }
    cells
}

/// The state after a history: per cell, each change must start from where the one before ended, in some order.
/// Flips alternate, so that the final state is the first one flipped as often as there are changes.
pub(crate) fn replayed(mut cells: Cells, history: &Value) -> Cells {
    let mut flips: BTreeMap<(String, String, String), (i64, i64)> = BTreeMap::new();
    for change in history["changes"].as_array().unwrap() {
        let text = |name: &str| change[name].as_str().unwrap().to_owned();
        let (on, off) = flips.entry((text("child"), text("activity"), text("day"))).or_default();
        match change["to"].as_str().unwrap() {
            "booked" => *on += 1,
            _ => *off += 1,
        }
    }
    for (key, (on, off)) in flips {
        let start = i64::from(cells[&key]);
        let end = start + on - off;
        assert!((0..=1).contains(&end), "{key:?}: {on} bookings and {off} cancellations from {start}");
        cells.insert(key, end == 1);
    }
    cells
}
