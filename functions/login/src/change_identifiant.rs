//! `PUT /api/account/identifiant`: another identifiant; the old one is free at once, and a mail tells it.

use std::sync::Arc;

use domain::account::{is_identifiant, normalised_name};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord};
use store::{Failure, keys};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::prove::OwnAccount;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    identifiant: String,
    password: String,
}

/// What was typed as an identifiant, or why it cannot be one.
pub(crate) fn checked_identifiant(typed: &str) -> Result<String, ApiError> {
    let identifiant = normalised_name(typed);
    if is_identifiant(&identifiant) {
        return Ok(identifiant);
    }
    let detail = "Un identifiant a 3 à 60 lettres sans accent, chiffres, points ou tirets, et commence par une lettre.";
    Err(ApiError::invalid("identifiant", detail))
}

/// 409: somebody else signs in with it.
pub(crate) fn identifiant_taken() -> ApiError {
    let mut problem = ApiError::invalid("identifiant", "Cet identifiant est déjà pris. Choisissez-en un autre.");
    problem.status = StatusCode::CONFLICT;
    problem.code = "identifiant-taken";
    problem
}

/// Three waves: the two of the proof, then both names, the profile and the mail in one transaction.
pub(crate) async fn change_identifiant(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let account = OwnAccount::open(&app, &call).await?;
    let body: Body = call.body()?;
    let identifiant = checked_identifiant(&body.identifiant)?;
    let proven = account.prove(&app, body.password).await?;
    let profile = &proven.items.profile;
    if profile.identifiant == identifiant {
        return Ok(Reply::no_content());
    }
    let (account, read) = (profile.account.clone(), profile.version);
    let old = keys::name(&normalised_name(&profile.identifiant));
    let told = Message::IdentifiantChanged { account: account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), call.moment.wall);
    let next = AccountRecord { identifiant: identifiant.clone(), version: read + 1, ..profile.clone() };
    let name = NameRecord { name: identifiant, account };
    let mut transaction = proven.begin();
    let name = transaction.put_new(&name);
    transaction.delete_existing(&old);
    transaction.put_over(&next, read);
    transaction.put_new(&told);
    match app.app.table.write(transaction).await {
        Err(Failure::Conditions(failed)) if failed == [name] => Err(identifiant_taken()),
        written => Ok(written.map(|()| Reply::no_content())?),
    }
}
