//! `POST /api/password/forgotten`: a mail with a link, and the same answer whether the account exists or not.

use std::sync::Arc;

use domain::account::normalised_name;
use domain::throttle::{ADDRESS, RESETS};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::keys::{self, Key};
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord};
use store::{Attempts, Patience, Transaction};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::tries::{Claims, Tried, put_as_many};

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
    let known = app.app.table.get::<NameRecord>(&keys::name(&name)).await?;
    let device = app.app.known_device(&call).await?;
    let account = known.map(|record| record.account);
    let mut tried = vec![
        Tried::new("reset", &name, RESETS).silent(),
        Tried::shared("reset-account", account.as_ref(), &name, RESETS),
    ];
    if !account.as_ref().is_some_and(|account| device.contains(account)) {
        tried.push(Tried::new("reset-address", &call.network(), ADDRESS));
    }
    let account = account.unwrap_or_else(secret::account_id);
    let mut attempts = Attempts::of(Patience::PERSON);
    // Whether others are faster at a name tells nothing of who exists: the answer stays the same.
    while attempts.next().await.is_ok() {
        let transaction = asking(&app, &keys::account(&account), &tried, &call).await?;
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            break;
        }
    }
    let message = "Si un compte porte ce nom, un mél avec un lien vient de partir. Le lien est valable une heure.";
    Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": message }))
}

/// The same waves and the same number of items for every name; asked too often, it keeps silent. An address that asks
/// too often is told to wait.
async fn asking(app: &LoginApp, account: &Key, tried: &[Tried], call: &Call) -> Result<Transaction, ApiError> {
    let wall = call.moment.wall;
    let wanted: Vec<Key> = tried.iter().map(Tried::key).chain([account.clone()]).collect();
    let items = app.app.table.batch_get(&wanted).await?;
    let profile: Option<AccountRecord> = items.get(account)?;
    let mut transaction = Transaction::of_system();
    let claims = Claims::put(&mut transaction, tried, &items, wall)?;
    match profile.filter(|_| !claims.shut) {
        None => put_as_many(&mut transaction, 2, wall),
        Some(profile) => {
            // A link that was sent before ends with this one.
            let (serial, read) = (profile.resets + 1, profile.version);
            let message = Message::PasswordReset { account: profile.account.clone(), serial };
            transaction.put_new(&OutboxRecord::pending(secret::id(), message, profile.mel.clone(), wall));
            transaction.put_over(&AccountRecord { resets: serial, version: read + 1, ..profile }, read);
        }
    }
    Ok(transaction)
}
