//! Sends the mails of the outbox: woken by the table's stream, swept up every hour; learns from SES what became of them.

pub mod access;
mod account_mails;
mod compose;
mod content;
mod debt_mail;
mod deliver;
mod document_mails;
mod fan_out;
mod mark;
mod news;
mod pace;
mod planning_mails;
mod sweep;

use std::sync::Arc;

use lambda::budget::Budget;
use lambda::clock::Clock;
use lambda::stream::each_key;
use lambda::{Error, Function, Start};
use mail::Mailer;
use serde_json::Value;
use store::Table;

/// What the mailer works with.
pub(crate) struct MailerApp {
    table: Table,
    mailer: Mailer,
    clock: Clock,
    budget: Budget,
    pace: pace::Pace,
    public_origin: String,
    from: String,
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let environment = &start.environment;
    let app = Arc::new(MailerApp {
        table: Table::of(environment, start.http_client.clone())?,
        mailer: Mailer::of(environment, start.http_client.clone())?,
        clock: start.clock,
        budget: Budget::of(environment)?,
        pace: pace::Pace::of(environment)?,
        public_origin: environment.required("PUBLIC_ORIGIN")?.to_owned(),
        from: environment.required("MAIL_FROM")?.to_owned(),
    });
    Ok(Function::events(move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    }))
}

async fn handle(app: &MailerApp, event: Value) -> Result<Value, Error> {
    if event["Records"][0].get("Sns").is_some() {
        return news::take(app, &event).await;
    }
    if event.get("sweep").is_some() {
        return sweep::sweep(app).await;
    }
    if let Some(asked) = event.get("redrive") {
        return sweep::redrive(app, serde_json::from_value(asked.clone())?).await;
    }
    Ok(each_key(&event, |key| async move { deliver::deliver(app, &key.into()).await }).await)
}
