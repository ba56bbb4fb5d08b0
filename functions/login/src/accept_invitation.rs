//! `POST /api/invitation/accept`: an invitation becomes an account, or joins the account the mél already has.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use shared::app::App;
use shared::aws::keys;
use shared::aws::records::{
    AccountRecord, AdultRecord, CredentialsRecord, MembershipRecord, NameRecord, RoleRecord, TokenRecord,
};
use shared::aws::{Failure, Transaction};
use shared::domain::account::{Purpose, check_password, is_identifiant, normalised_name};
use shared::domain::id::AccountId;
use shared::http::{ApiError, Call, Reply};
use shared::password::{hash_aside, verify_aside};
use shared::secret;

use crate::LoginApp;
use crate::read_invitation::Offer;
use crate::reset_password::weak;
use crate::token::{find_token, token_expired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    token: String,
    password: String,
    identifiant: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

pub(crate) async fn accept_invitation(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let token = find_token(&app.app, &body.token, Purpose::Invitation, call.moment.wall).await?;
    let offer = Offer::read(&app.app, &token).await?;
    let spent = Transaction::new().delete_existing(&keys::token(&token.sha256));
    let (transaction, profile) = match &offer.account {
        Some(known) => (spent, existing(&app.app, &known.account, &body.password).await?),
        None => new_account(spent, &token, &offer, body).await?,
    };
    let transaction = join(transaction, &token, &offer, &profile)?;
    match app.app.table.write(transaction).await {
        Ok(()) => Reply::json(&json!({ "identifiant": profile.identifiant })),
        Err(Failure::Conditions(failed)) if failed.contains(&0) => Err(token_expired()),
        Err(Failure::Conditions(failed)) if failed.contains(&1) => Err(identifiant_taken()),
        Err(failure) => Err(failure.into()),
    }
}

/// The account the mél already signs in to; its own password accepts.
async fn existing(app: &App, account: &AccountId, password: &str) -> Result<AccountRecord, ApiError> {
    let (profile, credentials) = (keys::account(account), keys::credentials(account));
    let (profile, credentials) =
        tokio::join!(app.table.get(&profile), app.table.get::<CredentialsRecord>(&credentials));
    let hash = credentials?.map(|credentials| credentials.password);
    let right = verify_aside(password.to_owned(), hash).await.map_err(|error| ApiError::internal(error.to_string()))?;
    match (right, profile?) {
        (true, Some(profile)) => Ok(profile),
        _ => Err(ApiError::invalid("password", "Ce n’est pas le mot de passe de votre compte.")),
    }
}

/// A new account: its names come first in the transaction, so that a taken one is told apart.
async fn new_account(
    spent: Transaction,
    token: &TokenRecord,
    offer: &Offer,
    body: Body,
) -> Result<(Transaction, AccountRecord), ApiError> {
    let identifiant = normalised_name(&body.identifiant.unwrap_or_default());
    if !is_identifiant(&identifiant) {
        let detail =
            "Un identifiant a 3 à 60 lettres sans accent, chiffres, points ou tirets, et commence par une lettre.";
        return Err(ApiError::invalid("identifiant", detail));
    }
    check_password(&body.password, &[&identifiant, &token.mel]).map_err(weak)?;
    let adult = offer.adult.as_ref().map(|record| &record.adult);
    let person = |given: Option<String>, known: Option<&String>, field: &str| {
        let text = given.or_else(|| known.cloned()).unwrap_or_default().trim().to_owned();
        match text.chars().count() {
            1..=60 => Ok(text),
            _ => Err(ApiError::invalid(field, "Écrivez votre nom et votre prénom.")),
        }
    };
    let profile = AccountRecord {
        account: secret::account_id(),
        first_name: person(body.first_name, adult.map(|adult| &adult.first_name), "first_name")?,
        last_name: person(body.last_name, adult.map(|adult| &adult.last_name), "last_name")?,
        mel: token.mel.clone(),
        identifiant,
    };
    let password = hash_aside(body.password).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let account = profile.account.clone();
    let name = |name: &str| NameRecord { name: normalised_name(name), account: account.clone() };
    let credentials = CredentialsRecord {
        account: account.clone(),
        password,
        totp: None,
        totp_offered: None,
        totp_used: 0,
        version: 1,
    };
    let transaction =
        spent.put_new(&name(&profile.identifiant)).put_new(&name(&profile.mel)).put_new(&profile).put_new(&credentials);
    Ok((transaction, profile))
}

/// The account joins the family, or becomes an agent.
fn join(
    mut transaction: Transaction,
    token: &TokenRecord,
    offer: &Offer,
    profile: &AccountRecord,
) -> Result<Transaction, ApiError> {
    let organisation = token.organisation.clone().ok_or_else(token_expired)?;
    let said = format!("{} {}", profile.first_name, profile.last_name);
    let account = profile.account.clone();
    if let Some(role) = token.role {
        let said = format!("{said} ({})", offer.organisation.organisation.name);
        return Ok(transaction.put(&RoleRecord { account, organisation, role, said }));
    }
    let (family, adult) = token.family.clone().zip(token.adult.clone()).ok_or_else(token_expired)?;
    let known = offer.adult.clone().ok_or_else(token_expired)?;
    let read = known.version;
    let mut joined = AdultRecord { version: read + 1, ..known };
    joined.adult.account = Some(account.clone());
    transaction = transaction.put(&MembershipRecord { account, organisation, family, adult, said });
    Ok(transaction.put_over(&joined, read))
}

fn identifiant_taken() -> ApiError {
    let detail = "Cet identifiant est déjà pris. Choisissez-en un autre.";
    let mut problem = ApiError::invalid("identifiant", detail);
    problem.status = StatusCode::CONFLICT;
    problem.code = "identifiant-taken";
    problem
}
