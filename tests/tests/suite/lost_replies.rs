//! Faults between the functions and the table: lost requests, lost replies, throttling, conflicts.

use serde_json::json;
use tests::town::WEEK_BEFORE;
use tests::{Fault, Town};
use uuid::Uuid;

use crate::concurrency::{booked_cells, replayed};
use crate::{people, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_hold_when_one_call_in_five_fails() {
    for seed in [1, 2, 3] {
        let town = Town::at(WEEK_BEFORE).await;
        let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
        let before = booked_cells(&chantal).await;
        town.wire.break_calls(
            seed,
            &[(Fault::LostReply, 50), (Fault::LostRequest, 50), (Fault::Throttled, 50), (Fault::Conflict, 100)],
        );
        let clicking = |person: tests::Person, offset: usize| async move {
            for click in 0..60 {
                let day = ["2015-05-26", "2015-05-28", "2015-05-29"][(click + offset) % 3];
                let want = if (click / 3) % 2 == 0 { "booked" } else { "free" };
                let body = json!({
                    "request": Uuid::new_v4().to_string(), "child": "chloe", "activity": "garderie-soir",
                    "day": day, "want": want,
                });
                // The page repeats the very same request until an answer is certain.
                let path = "/api/organisations/jumex/families/devret/bookings";
                for _ in 0..8 {
                    if person.put(path, body.clone()).await.status.as_u16() < 500 {
                        break;
                    }
                }
            }
        };
        tokio::join!(clicking(chantal.other_tab(), 0), clicking(marc.other_tab(), 1));
        town.wire.break_calls(1, &[]);
        let after = booked_cells(&chantal).await;
        let history = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-28").await.ok();
        assert_eq!(replayed(before, &history), after, "seed {seed}");
        world::places_agree(&town).await;
    }
}
