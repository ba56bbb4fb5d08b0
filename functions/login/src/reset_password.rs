//! `POST /api/password/reset`: a new password by the mail's token; every session of the account ends.

use std::sync::Arc;

use domain::account::{Purpose, WeakPassword, check_password, normalised_name};
use domain::throttle::ACCOUNT;
use secret::password::hash_aside;
use serde::Deserialize;
use store::keys;
use store::records::{AccountRecord, CredentialsRecord, Message, OutboxRecord, TokenRecord};
use store::{Chain, Failure};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::token::{find_token, token_expired};
use crate::tries::Tried;

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
    check_password(&body.password, &[&items.profile.identifiant, &items.profile.mel])
        .map_err(|reason| weak("password", reason))?;
    let hashed = hash_aside(body.password).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let transaction = change(&token, &items, credentials, hashed, wall);
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(Reply::no_content()),
        Err(Failure::Conditions(failed)) if failed.contains(&0) => Err(token_expired()),
        Err(failure) => Err(failure.into()),
    }
}

fn change(
    token: &TokenRecord,
    items: &AccountItems,
    credentials: CredentialsRecord,
    password: String,
    wall: chrono::DateTime<chrono::Utc>,
) -> Chain {
    let profile = &items.profile;
    let read = credentials.version;
    let next = CredentialsRecord { password, version: read + 1, ..credentials };
    let unwanted = AccountRecord { wanted_mel: None, version: profile.version + 1, ..profile.clone() };
    let told = Message::PasswordChanged { account: profile.account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), wall);
    let mut transaction = Chain::new()
        .delete_existing(&keys::token(&token.sha256))
        .put_over(&next, read)
        .put_over(&unwanted, profile.version)
        .put_new(&told);
    for name in [&profile.identifiant, &profile.mel] {
        transaction = transaction.delete(&Tried::new("name", &normalised_name(name), ACCOUNT).key());
    }
    let sessions = items.sessions.iter();
    sessions.fold(transaction, |transaction, session| {
        transaction.delete(&keys::session(&session.account, &session.session))
    })
}
