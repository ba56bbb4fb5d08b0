//! The tick: what the clock starts. Every five minutes it sends digests and goes on with an hour that is not done; every
//! hour it goes over the organisations: closures, waiting lists, reminders, invoice runs, debts, documents that expire, the agents' table of families.
//!
//! Each piece of work is claimed by a conditional write, so that a tick repeated, or missed, does no harm. A call ends
//! within its budget and the next one goes on where it stopped; what fails is collected and told at the end, and holds
//! nobody else up.

mod about;
pub mod access;
mod closings;
mod debts;
mod digests;
mod expiries;
mod families;
mod hour;
mod reminders;
mod report;
mod runs;

use std::sync::Arc;

use lambda::budget::Budget;
use lambda::clock::Clock;
use lambda::{Error, Function, Start};
use serde_json::Value;
use store::Table;

use report::Report;

/// What the tick works with.
pub(crate) struct TickApp {
    table: Table,
    clock: Clock,
    budget: Budget,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let table = Table::of(&start.environment, start.http_client.clone())?;
    let budget = Budget::of(&start.environment)?;
    let app = Arc::new(TickApp { table, clock: start.clock, budget });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

async fn handle(app: &TickApp, event: Value) -> Result<Value, Error> {
    let spending = app.budget.begin();
    let mut report = Report::default();
    match event.get("tick").and_then(Value::as_str) {
        Some("digests") => {
            let sent = digests::send(app, &spending, &mut report).await;
            report.job("digests", "", sent);
            let gone_on = hour::go_on(app, &spending, &mut report).await;
            report.job("hour", "", gone_on.map(|()| 0));
            report.ended(&["digests"])
        }
        Some("hour") => {
            hour::begin(app, &spending, &mut report).await?;
            report.ended(&["reminders", "closed", "places", "runs", "debts", "expiries", "listed"])
        }
        _ => Err("a tick says what it is for".into()),
    }
}
