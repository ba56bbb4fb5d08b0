//! `PUT /api/account/mel` and `POST /api/mel/confirm`: another mél is the account's once its own link was followed.

use std::sync::Arc;

use domain::account::{Purpose, is_mel, normalised_name};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord, TokenRecord};
use store::{Chain, Failure, keys};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::prove::{Proven, changed_meanwhile, prove};
use crate::token::{find_token, token_expired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    mel: String,
    password: String,
}

/// Three waves: the two of the proof, then the wish and the mail. Nothing is said about whose the new mél is.
pub(crate) async fn ask_mel_change(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Wanted = call.body()?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let proven = prove(&app, &call, body.password).await?;
    let profile = &proven.items.profile;
    if normalised_name(&profile.mel) == mel {
        return Err(ApiError::invalid("mel", "C’est déjà le mél de votre compte."));
    }
    let read = profile.version;
    let next = AccountRecord { wanted_mel: Some(mel.clone()), version: read + 1, ..profile.clone() };
    let message = Message::MelChange { account: profile.account.clone() };
    let outbox = OutboxRecord::pending(secret::id(), message, mel.clone(), call.moment.wall);
    let transaction = proven.begin_counted().put_over(&next, read).put_new(&outbox);
    app.app.table.write(transaction).await.map_err(Proven::refusal)?;
    let message = format!("Un mél part à {mel}. Son lien confirme le changement, pendant 24 heures.");
    Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": message }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    token: String,
}

/// Three waves: the token, its account, then names, profile and the mail to the old mél in one transaction.
pub(crate) async fn confirm_mel(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Confirmation = call.body()?;
    let token = find_token(&app.app, &body.token, Purpose::MelChange, call.moment.wall).await?;
    let account = token.account.clone().ok_or_else(token_expired)?;
    let items = AccountItems::read(&app.app, &account).await?.ok_or_else(token_expired)?;
    // Another wish, or a new password, has put this one out of force.
    if items.profile.wanted_mel.as_ref() != Some(&token.mel) {
        return Err(token_expired());
    }
    match app.app.table.write(moved(&token, &items.profile, call.moment.wall)).await {
        Ok(()) => Reply::json(&json!({ "mel": token.mel })),
        Err(Failure::Conditions(failed)) if failed.contains(&0) => Err(token_expired()),
        Err(Failure::Conditions(failed)) if failed == [1] => Err(mel_taken()),
        Err(Failure::Conditions(_) | Failure::Conflict) => Err(changed_meanwhile()),
        Err(failure) => Err(failure.into()),
    }
}

fn moved(token: &TokenRecord, profile: &AccountRecord, wall: chrono::DateTime<chrono::Utc>) -> Chain {
    let (account, read) = (profile.account.clone(), profile.version);
    let told = Message::MelChanged { account: account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), wall);
    let next = AccountRecord { mel: token.mel.clone(), wanted_mel: None, version: read + 1, ..profile.clone() };
    Chain::new()
        .delete_existing(&keys::token(&token.sha256))
        .put_new(&NameRecord { name: normalised_name(&token.mel), account })
        .delete_existing(&keys::name(&normalised_name(&profile.mel)))
        .put_over(&next, read)
        .put_new(&told)
}

fn mel_taken() -> ApiError {
    let detail =
        "Cette adresse sert déjà à un autre compte : rien n’a changé. Choisissez-en une autre dans « Mon compte ».";
    ApiError::new(StatusCode::CONFLICT, "mel-taken", detail)
}
