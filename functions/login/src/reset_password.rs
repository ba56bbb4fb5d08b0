//! `POST /api/password/reset`: a new password by the mail's token; every session of the account ends.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::account::{Purpose, WeakPassword, check_password, normalised_name};
use secret::password::hash_aside;
use serde::Deserialize;
use store::keys;
use store::records::{CredentialsRecord, Message, OutboxRecord};
use store::{Failure, Transaction};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::token::{find_token, token_expired};
use crate::tries::forget_tries;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    token: String,
    password: String,
}

/// 422: says which rule the password breaks.
pub(crate) fn weak(field: &str, reason: WeakPassword) -> ApiError {
    let mut problem = ApiError::invalid(field, reason.to_string());
    problem.code = "password-too-weak";
    problem
}

pub(crate) async fn reset_password(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let wall = call.moment.wall;
    let token = find_token(&app.app, &body.token, Purpose::PasswordReset, wall).await?;
    let account = token.account.clone().ok_or_else(token_expired)?;
    let key = keys::credentials(&account);
    let reading = app.app.table.get::<CredentialsRecord>(&key);
    let (items, credentials) = tokio::join!(AccountItems::read(&app.app, &account), reading);
    let (items, credentials) = items?.zip(credentials?).ok_or_else(token_expired)?;
    // Another link, a new password or a new mél has put this one out of force.
    if token.serial != items.profile.resets || normalised_name(&token.mel) != normalised_name(&items.profile.mel) {
        return Err(token_expired());
    }
    check_password(&body.password, &[&items.profile.identifiant, &items.profile.mel])
        .map_err(|reason| weak("password", reason))?;
    let hashed = hash_aside(body.password).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let mut transaction = Transaction::of_token(&keys::token(&token.sha256));
    let spent = transaction.delete_existing(&keys::token(&token.sha256));
    change(&mut transaction, &items, credentials, hashed, wall);
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(Reply::no_content()),
        Err(Failure::Conditions(failed)) if failed.contains(&spent) => Err(token_expired()),
        Err(failure) => Err(failure.into()),
    }
}

fn change(
    transaction: &mut Transaction,
    items: &AccountItems,
    credentials: CredentialsRecord,
    password: String,
    wall: DateTime<Utc>,
) {
    let profile = &items.profile;
    let read = credentials.version;
    let next = CredentialsRecord { password, version: read + 1, ..credentials };
    let told = Message::PasswordChanged { account: profile.account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), wall);
    transaction.put_over(&next, read);
    transaction.put_over(&profile.without_links(), profile.version);
    transaction.put_new(&told);
    forget_tries(transaction, profile);
    for session in &items.sessions {
        transaction.delete(&keys::session(&session.account, &session.session));
    }
}
