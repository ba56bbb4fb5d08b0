//! The clock: what was never confirmed is asked for again, given up after a time, or left to a person.

use std::sync::Arc;
use std::time::Duration;

use lambda::Error;
use serde_json::{Value, json};
use store::keys::{ASKING_SHARDS, asking_shard};
use store::records::{AskingRecord, AttemptRecord};
use store::{Record, Transaction, keys};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::PaymentsApp;
use crate::ask::ask;

/// How long one sweep works; the next one goes on.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks for every attempt under way; says how many were asked for, and how many ended.
pub(crate) async fn sweep(app: &Arc<PaymentsApp>) -> Result<Value, Error> {
    let until = Instant::now() + PATIENCE;
    let mut shards = JoinSet::new();
    for shard in 0..ASKING_SHARDS {
        shards.spawn(sweep_shard(app.clone(), shard, until));
    }
    let (mut asked, mut ended) = (0, 0);
    for swept in shards.join_all().await {
        let (more, over) = swept?;
        (asked, ended) = (asked + more, ended + over);
    }
    Ok(json!({ "asked": asked, "ended": ended }))
}

async fn sweep_shard(app: Arc<PaymentsApp>, shard: u8, until: Instant) -> Result<(u32, u32), Error> {
    let waiting: Vec<AskingRecord> = app.app.table.query(&asking_shard(shard)).await?;
    let (mut asked, mut ended) = (0, 0);
    for record in waiting.into_iter().take_while(|_| Instant::now() < until) {
        asked += 1;
        match one(&app, &record).await {
            Ok(over) => ended += u32::from(over),
            // The next tick tries again; the others go on.
            Err(error) => tracing::warn!(error = error.to_string(), "an attempt waits for the next tick"),
        }
    }
    Ok((asked, ended))
}

async fn one(app: &PaymentsApp, record: &AskingRecord) -> Result<bool, Error> {
    let key = keys::attempt(&record.organisation, &record.family, &record.attempt);
    let attempt: Option<AttemptRecord> = app.app.table.get(&key).await?;
    let Some(attempt) = attempt.filter(|attempt| attempt.state.under_way()) else {
        let mut transaction = Transaction::of_system();
        transaction.delete(&record.key());
        app.app.table.write(transaction).await?;
        return Ok(true);
    };
    let asked = ask(app, attempt, app.clock.now()).await;
    let asked = asked.map_err(|error| error.cause.unwrap_or_else(|| error.code.to_owned()))?;
    Ok(!asked.attempt.state.under_way())
}
