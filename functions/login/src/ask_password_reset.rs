//! `POST /api/password/forgotten`: a mail with a link, and the same answer whether the account exists or not.

use std::sync::Arc;

use domain::account::normalised_name;
use domain::throttle::{ADDRESS, Allowance};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::keys;
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord};
use store::{Attempts, Failure, Patience, Transaction};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::tries::{Tried, put_claims};

const RESETS: Allowance = Allowance { free: 3, most: 10 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
}

pub(crate) async fn ask_password_reset(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let name = normalised_name(&body.name);
    if name.is_empty() || name.len() > 254 {
        return Err(ApiError::invalid("name", "Entrez votre identifiant ou votre mél."));
    }
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        // Whether others are faster at a name tells nothing of who exists: the answer stays the same.
        if attempts.next().await.is_err() || attempts.wrote(ask(&app, &name, &call).await)?.yes() {
            break;
        }
    }
    let message = "Si un compte porte ce nom, un mél avec un lien vient de partir. Le lien est valable une heure.";
    Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": message }))
}

/// The same three waves for every name; asked too often, it keeps silent.
async fn ask(app: &LoginApp, name: &str, call: &Call) -> Result<(), Failure> {
    let table = &app.app.table;
    let wall = call.moment.wall;
    let tried = [Tried::new("reset", name, RESETS), Tried::new("reset-address", &call.address(), ADDRESS)];
    let items = table.batch_get(&[keys::name(name), tried[0].key(), tried[1].key()]).await?;
    let account: Option<NameRecord> = items.get(&keys::name(name))?;
    let account = account.map_or_else(secret::account_id, |record| record.account);
    let profile: Option<AccountRecord> = table.get(&keys::account(&account)).await?;
    let (Ok(one), Ok(other)) = (tried[0].claim(&items, wall), tried[1].claim(&items, wall)) else { return Ok(()) };
    let mut transaction = Transaction::of_system();
    put_claims(&mut transaction, &[one, other]);
    if let Some(profile) = profile {
        let message = Message::PasswordReset { account };
        transaction.put_new(&OutboxRecord::pending(secret::id(), message, profile.mel, wall));
    }
    table.write(transaction).await
}
