//! What is kept and for how long: makes the archives families ask for, carries out erasures, and purges what is past
//! its period. Every step can be repeated; what a call leaves undone the next one finds.

pub mod access;
mod archive;
mod belongings;
mod erase;
mod journal;
mod purge;
mod replay;
mod tasks;

use std::sync::Arc;

use lambda::budget::Budget;
use lambda::clock::Clock;
use lambda::{Error, Function, Start};
use serde_json::{Value, json};
use store::keys::Key;
use store::seal::Seals;
use store::{Documents, Files, MOST_ACTIONS, Table, Transaction};

/// What this function works with.
pub(crate) struct RetentionApp {
    table: Table,
    files: Files,
    documents: Documents,
    clock: Clock,
    budget: Budget,
    seals: Seals,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = Arc::new(RetentionApp {
        table: Table::of(&start.environment, start.http_client.clone())?,
        files: Files::of(&start.environment, start.http_client.clone())?,
        documents: Documents::of(&start.environment, start.http_client.clone())?,
        clock: start.clock,
        budget: Budget::of(&start.environment)?,
        seals: Seals::default(),
    });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

impl RetentionApp {
    /// Removes items, whether they are there or not.
    async fn delete(&self, gone: &[Key]) -> Result<(), Error> {
        for some in gone.chunks(MOST_ACTIONS) {
            let mut transaction = Transaction::of_system();
            for key in some {
                transaction.delete(key);
            }
            self.table.write(transaction).await?;
        }
        Ok(())
    }
}

async fn handle(app: &RetentionApp, event: Value) -> Result<Value, Error> {
    match event.get("keep").and_then(Value::as_str) {
        Some("tasks") => {
            let tasks = tasks::carry_out(app).await;
            let purged = purge::go_on(app, &app.budget.begin()).await;
            Ok(json!({ "tasks": tasks?, "purged": purged? }))
        }
        Some("purge") => Ok(json!({ "purged": purge::purge(app, &app.budget.begin()).await? })),
        // After a backup was restored: what was erased since is erased again.
        Some("replay") => Ok(json!({ "erased": replay::replay(app).await? })),
        _ => Err("an event says what is to be kept".into()),
    }
}
