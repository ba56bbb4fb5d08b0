//! The tick: what the clock starts. Every five minutes it sends digests, every hour it reminds, finishes closures,
//! gives free places to who waits and opens the runs of invoices that are due and reminds of debts. Each piece of work is claimed by a conditional write: a tick repeated, or missed,
//! does no harm.

mod closings;
mod debts;
mod digests;
mod expiries;
mod organisations;
mod reminders;
mod runs;

use std::sync::Arc;

use lambda::clock::Clock;
use lambda::{Error, Function, Start};
use serde_json::{Value, json};
use store::Table;

/// What the tick works with.
pub(crate) struct TickApp {
    table: Table,
    clock: Clock,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app =
        Arc::new(TickApp { table: Table::of(&start.environment, start.http_client.clone())?, clock: start.clock });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

async fn handle(app: &TickApp, event: Value) -> Result<Value, Error> {
    match event.get("tick").and_then(Value::as_str) {
        Some("digests") => Ok(json!({ "digests": digests::send(app).await? })),
        Some("hour") => {
            let organisations = organisations::all(app).await?;
            let (mut reminders, mut closed, mut places, mut runs) = (0, 0, 0, 0);
            let (mut debts, mut expiries) = (0, 0);
            for organisation in &organisations {
                closed += closings::finish(app, organisation).await?;
                places += store::changes::settle(&app.table, organisation, app.clock.now()).await?;
                reminders += reminders::send(app, organisation).await?;
                runs += runs::open(app, organisation).await?;
                debts += debts::remind(app, organisation).await?;
                expiries += expiries::send(app, organisation).await?;
            }
            Ok(json!({
                "reminders": reminders, "closed": closed, "places": places, "runs": runs, "debts": debts,
                "expiries": expiries,
            }))
        }
        _ => Err("a tick says what it is for".into()),
    }
}
