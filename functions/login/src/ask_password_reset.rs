//! `POST /api/password/forgotten`: a mail with a link, and the same answer whether the account exists or not.

use std::sync::Arc;

use domain::account::normalised_name;
use domain::throttle::{ADDRESS, Allowance};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::keys;
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord};
use store::{Chain, Failure};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::tries::{Tried, put_claims};

const RESETS: Allowance = Allowance { free: 3, most: 10 };
const TRIES: u32 = 4;

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
    for _ in 0..TRIES {
        match ask(&app, &name, &call).await {
            Err(Failure::Conditions(_) | Failure::Conflict) => {}
            Err(Failure::Store(error)) => return Err(error.into()),
            Ok(()) => break,
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
    let mut transaction = put_claims(Chain::new(), &[one, other]);
    if let Some(profile) = profile {
        let message = Message::PasswordReset { account };
        transaction = transaction.put_new(&OutboxRecord::pending(secret::id(), message, profile.mel, wall));
    }
    table.write(transaction).await
}
