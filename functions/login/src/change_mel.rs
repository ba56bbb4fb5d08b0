//! `PUT /api/account/mel` and `POST /api/mel/confirm`: another mél is the account's once its own link was followed.

use std::sync::Arc;

use domain::account::{Purpose, is_mel, normalised_name};
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::records::{AccountRecord, Message, NameRecord, OutboxRecord};
use store::{Failure, Transaction, keys};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::prove::OwnAccount;
use crate::token::{find_token, token_expired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    mel: String,
    password: String,
}

/// Three waves: the two of the proof, then the wish and the mail. Nothing is said about whose the new mél is.
pub(crate) async fn ask_mel_change(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let account = OwnAccount::open(&app, &call).await?;
    let body: Wanted = call.body()?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let proven = account.prove(&app, body.password).await?;
    let profile = &proven.items.profile;
    if normalised_name(&profile.mel) == mel {
        return Err(ApiError::invalid("mel", "C’est déjà le mél de votre compte."));
    }
    let read = profile.version;
    let wishes = profile.wishes + 1;
    let next = AccountRecord { wanted_mel: Some(mel.clone()), wishes, version: read + 1, ..profile.clone() };
    let message = Message::MelChange { account: profile.account.clone(), serial: wishes };
    let outbox = OutboxRecord::pending(secret::id(), message, mel.clone(), call.moment.wall);
    let mut transaction = proven.begin_counted();
    transaction.put_over(&next, read);
    transaction.put_new(&outbox);
    app.app.table.write(transaction).await?;
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
    if items.profile.wanted_mel.as_ref() != Some(&token.mel) || token.serial != items.profile.wishes {
        return Err(token_expired());
    }
    let profile = &items.profile;
    let told = Message::MelChanged { account: account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), call.moment.wall);
    let next = AccountRecord { mel: token.mel.clone(), ..profile.without_links() };
    let mut transaction = Transaction::of_token(&keys::token(&token.sha256));
    let spent = transaction.delete_existing(&keys::token(&token.sha256));
    let name = transaction.put_new(&NameRecord { name: normalised_name(&token.mel), account });
    transaction.delete_existing(&keys::name(&normalised_name(&profile.mel)));
    transaction.put_over(&next, profile.version);
    transaction.put_new(&told);
    match app.app.table.write(transaction).await {
        Ok(()) => Reply::json(&json!({ "mel": token.mel })),
        Err(Failure::Conditions(failed)) if failed.contains(&spent) => Err(token_expired()),
        Err(Failure::Conditions(failed)) if failed == [name] => Err(mel_taken()),
        Err(failure) => Err(failure.into()),
    }
}

fn mel_taken() -> ApiError {
    let detail =
        "Cette adresse sert déjà à un autre compte : rien n’a changé. Choisissez-en une autre dans « Mon compte ».";
    ApiError::new(StatusCode::CONFLICT, "mel-taken", detail)
}
