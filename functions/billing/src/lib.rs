//! What turns a month of bookings into invoices: drafts, numbers, PDFs. Woken by the table's stream, swept up every hour.

pub mod access;
mod batch;
mod draft;
mod drafting;
mod issuing;
mod pace;
mod paper;
mod print;
mod run;
mod work;

use std::sync::Arc;

use lambda::clock::Clock;
use lambda::stream::each_key;
use lambda::{Error, Function, Start};
use serde_json::Value;
use store::{Files, Table};

use pace::Pace;
pub use paper::pdf;

/// What billing works with.
#[derive(Clone)]
pub(crate) struct BillingApp {
    table: Table,
    files: Files,
    clock: Clock,
    pace: Pace,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = Arc::new(BillingApp {
        table: Table::of(&start.environment, start.http_client.clone())?,
        files: Files::of(&start.environment, start.http_client.clone())?,
        clock: start.clock,
        pace: Pace::of(&start.environment)?,
    });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

async fn handle(app: &BillingApp, event: Value) -> Result<Value, Error> {
    if event.get("sweep").is_some() {
        return work::sweep(app).await;
    }
    if event.get("redrive").is_some() {
        return work::redrive(app).await;
    }
    Ok(each_key(&event, |key| async move { work::carry_out(app, &key.into()).await }).await)
}
