//! Data outlives code: a table and a data folder of an older version are opened by today's, which goes on where they stood.
//!
//! `tests/fixtures/README.md` says how a fixture is made.

mod ages;
mod going_on;
mod kept;
mod making;
mod records;
mod unversioned;

use std::collections::BTreeSet;

use store::records::{Message, OutboxRecord};
use tempfile::TempDir;
use tests::Town;

/// Every mail, whatever became of it.
async fn outbox(town: &Town) -> Vec<OutboxRecord> {
    town.outbox().await
}

/// What a mail can be, by the names serde knows.
fn message_kinds() -> BTreeSet<String> {
    let unknown = serde_json::from_value::<Message>(serde_json::json!({ "kind": "?" })).unwrap_err().to_string();
    let (_, known) = unknown.split_once("expected one of").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fixture_can_be_made_of_today_s_code() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let items = making::make(&data).await;
    let fixture = std::env::var_os("PREAU_FIXTURE").map_or_else(|| place.path().join("fixture"), Into::into);
    kept::pack(&data, &items, &fixture);
}
