//! `PUT /api/account/password`: a new password by the current one; every other session of the account ends.

use std::sync::Arc;

use domain::account::check_password;
use secret::password::hash_aside;
use serde::Deserialize;
use store::records::{CredentialsRecord, Message, OutboxRecord};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::prove::OwnAccount;
use crate::reset_password::weak;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    password: String,
    new_password: String,
}

/// Three waves: the two of the proof, then credentials, sessions and the mail in one transaction.
pub(crate) async fn change_password(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let account = OwnAccount::open(&app, &call).await?;
    let body: Body = call.body()?;
    if body.new_password.chars().count() > 256 {
        return Err(ApiError::invalid("new_password", "Le mot de passe a 256 caractères au plus."));
    }
    // A weak one is told before it costs a try.
    check_password(&body.new_password, &[]).map_err(|reason| weak("new_password", reason))?;
    let proven = account.prove(&app, body.password).await?;
    let profile = &proven.items.profile;
    let names = [profile.identifiant.as_str(), profile.mel.as_str()];
    check_password(&body.new_password, &names).map_err(|reason| weak("new_password", reason))?;
    let password = hash_aside(body.new_password).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let told = Message::PasswordChanged { account: profile.account.clone() };
    let told = OutboxRecord::pending(secret::id(), told, profile.mel.clone(), call.moment.wall);
    let mut transaction = proven.begin_with(CredentialsRecord { password, ..proven.credentials.clone() });
    transaction.put_over(&profile.without_links(), profile.version);
    transaction.put_new(&told);
    proven.items.end_sessions(&mut transaction, &proven.own.caller);
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
