//! `POST /api/invoice-link/…`: what the link of a mail opens, without a session: one invoice and nothing else.

use std::sync::Arc;

use domain::account::{Purpose, normalised_name};
use domain::day::Day;
use domain::id::FamilyPath;
use domain::money::signed_euros;
use lambda_http::http::StatusCode;
use secret::sha256;
use serde::{Deserialize, Serialize};
use store::Items;
use store::keys::{self, Key};
use store::records::{AccountRecord, AdultRecord, InvoiceRecord, OrganisationRecord, TokenRecord};
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::account::LineView;
use crate::file::file;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    token: String,
}

#[derive(Serialize)]
struct LinkView {
    organisation_name: String,
    number: String,
    issued: Day,
    due: Day,
    corrects: Option<String>,
    lines: Vec<LineView>,
    amount: String,
    how_to_pay: Vec<String>,
    /// Whether it can be paid online, once signed in.
    pays_online: bool,
    /// Whether its detail is past its period: it has no PDF any more.
    erased: bool,
}

/// What the link opens, in words.
pub(crate) async fn read_link(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let (at, invoice) = opened(&app, &call).await?;
    let key = keys::organisation(&at.organisation);
    let known: Option<OrganisationRecord> = app.app.table.batch_get(std::slice::from_ref(&key)).await?.get(&key)?;
    let known = known.ok_or_else(expired)?.organisation;
    Reply::json(&LinkView {
        organisation_name: known.name,
        erased: invoice.is_blanked(),
        number: invoice.number,
        issued: invoice.issued,
        due: invoice.due,
        corrects: invoice.corrects,
        lines: invoice.lines.iter().map(LineView::of).collect(),
        amount: signed_euros(invoice.total),
        pays_online: known.billing.as_ref().is_some_and(|billing| billing.online.is_some()),
        how_to_pay: known.billing.map(|billing| billing.how_to_pay).unwrap_or_default(),
    })
}

/// The PDF.
pub(crate) async fn link_file(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let (at, invoice) = opened(&app, &call).await?;
    file(&app, &at, &invoice).await
}

async fn opened(app: &InvoicesApp, call: &Call) -> Result<(FamilyPath, InvoiceRecord), ApiError> {
    let body: Body = call.body()?;
    let token: Option<TokenRecord> = app.app.table.get(&keys::token(&sha256(&body.token))).await?;
    let good = |token: &TokenRecord| token.purpose == Purpose::Invoice && call.moment.wall.timestamp() < token.expires;
    let token = token.filter(good).ok_or_else(expired)?;
    let (organisation, family) = token.organisation.zip(token.family).ok_or_else(expired)?;
    let number = token.invoice.ok_or_else(expired)?;
    let (invoice, adults) = (keys::invoice(&organisation, &family, &number), keys::adults(&organisation, &family));
    let (invoice, adults) =
        tokio::join!(app.app.table.get::<InvoiceRecord>(&invoice), app.app.table.query::<AdultRecord>(&adults));
    let invoice = invoice?.ok_or_else(expired)?;
    match still_reached(app, &adults?, &token.mel).await? {
        true => Ok((FamilyPath { organisation, family }, invoice)),
        false => Err(expired()),
    }
}

/// Whether an adult of the family is still written to at the mél the link went to: it ends with another mél, and where the
/// adult is gone.
async fn still_reached(app: &InvoicesApp, adults: &[AdultRecord], mel: &str) -> Result<bool, ApiError> {
    let same = |known: &str| normalised_name(known) == normalised_name(mel);
    let accounts: Vec<Key> = adults.iter().filter_map(|one| one.adult.account.as_ref()).map(keys::account).collect();
    let profiles = if accounts.is_empty() { Items::default() } else { app.app.table.batch_get(&accounts).await? };
    for adult in adults {
        let profile: Option<AccountRecord> = match &adult.adult.account {
            Some(account) => profiles.get(&keys::account(account))?,
            None => None,
        };
        let reached = profile.map(|profile| profile.mel).or_else(|| adult.adult.mel.clone());
        if reached.is_some_and(|known| same(&known)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// 410: the link has expired or never existed.
fn expired() -> ApiError {
    let detail =
        "Ce lien n’est plus valable : il est trop ancien, ou incomplet. Connectez-vous pour voir vos factures.";
    ApiError::new(StatusCode::GONE, "token-expired", detail)
}
