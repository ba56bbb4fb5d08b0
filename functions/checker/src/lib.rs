//! Looks at every file that was sent, apart from everything else: what is not what it says is not kept, photos lose
//! what they tell beside the picture. Woken by storage, swept up every hour. Files are opened by the judge, a program of its
//! own under limits.

pub mod access;
mod check;
mod content;
mod judge;
mod sweep;

use std::sync::Arc;

use lambda::clock::Clock;
use lambda::{Error, Function, Start};
use serde_json::{Value, json};
use store::{Documents, Table};

use crate::judge::Judge;
pub use crate::judge::judge;

/// What the checker works with.
pub(crate) struct CheckerApp {
    table: Table,
    documents: Documents,
    judge: Judge,
    clock: Clock,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = Arc::new(CheckerApp {
        table: Table::of(&start.environment, start.http_client.clone())?,
        documents: Documents::of(&start.environment, start.http_client.clone())?,
        judge: Judge::of(&start.environment)?,
        clock: start.clock,
    });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

/// One file that came (EventBridge's `Object Created`), or the sweep.
async fn handle(app: &CheckerApp, event: Value) -> Result<Value, Error> {
    if event.get("sweep").is_some() {
        return sweep::sweep(app).await;
    }
    let key = event.pointer("/detail/object/key").and_then(Value::as_str).ok_or("an event without a key")?;
    check::check(app, key).await?;
    Ok(json!({}))
}
