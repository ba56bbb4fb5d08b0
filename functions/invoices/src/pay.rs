//! `POST …/payments`: an agent records a payment, or reverses one. Payments are never edited.

use std::sync::Arc;

use domain::day::{paris_day, parse_day};
use domain::money::{parse_euros, signed_euros};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{FamilyRecord, Means, OrganisationRecord, PaymentRecord};
use store::regie::{Account, Receipts, Received, follow_lots};
use store::{Failure, keys};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::office::{Office, Place};

const TRIES: u32 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    day: String,
    means: Means,
    amount: String,
    reverses: Option<String>,
}

#[derive(Serialize)]
struct PaidView {
    receipt: String,
    message: String,
}

/// The same request twice is one payment.
pub(crate) async fn record_payment(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let body: Body = call.body()?;
    let today = paris_day(call.moment.business);
    let day = parse_day(&body.day).filter(|day| *day <= today);
    let day = day.ok_or_else(|| ApiError::invalid("day", "Écrivez le jour du paiement : aujourd’hui ou avant."))?;
    let cents = parse_euros(&body.amount).filter(|cents| *cents > 0);
    let cents = cents.ok_or_else(|| ApiError::invalid("amount", "Écrivez une somme, par exemple 65,10."))?;
    let series_key = Receipts::key(&place.organisation, today);
    let family_key = keys::family(&place.organisation, &place.family);
    let organisation_key = keys::organisation(&place.organisation);
    for _ in 0..TRIES {
        let further = [series_key.clone(), family_key.clone(), organisation_key.clone()];
        let span = keys::account_of_family(&place.organisation, &place.family);
        let (opened, lying) =
            tokio::join!(Office::open(&app.app, &call, Permission::Bill, &further), app.app.table.query_mixed(&span));
        let (office, items) = opened?;
        let family: FamilyRecord = items.get(&family_key)?.ok_or_else(ApiError::not_found)?;
        let known: OrganisationRecord = items.get(&organisation_key)?.ok_or_else(ApiError::not_found)?;
        let mut account = Account::of(&lying?)?;
        let request = body.request.to_string();
        if let Some(known) = account.payments.iter().find(|payment| payment.request == request) {
            return Reply::json(&view(known));
        }
        let cents = signed(&account, &body, i64::from(cents))?;
        let receipts = Receipts::of(&items, &place.organisation, today)?;
        let received = Received {
            day,
            means: body.means,
            cents,
            reverses: body.reverses.clone(),
            request,
            said: office.access.said.clone(),
        };
        let (transaction, payment) = receipts.receive(office.guard(), &place.family, received, call.moment.business);
        account.payments.push(payment.clone());
        let transaction = follow_lots(transaction, &account, &known.organisation, &family.family);
        match app.app.table.write(transaction).await {
            Ok(()) => return Reply::json(&view(&payment)),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    let detail = "Plusieurs paiements s’enregistrent en même temps. Celui-ci n’est pas enregistré : recommencez.";
    Err(ApiError::new(StatusCode::CONFLICT, "conflict-busy", detail))
}

/// A reversal takes back exactly what the other receipt says, once.
fn signed(account: &Account, body: &Body, cents: i64) -> Result<i64, ApiError> {
    let Some(receipt) = &body.reverses else { return Ok(cents) };
    let other = account.payments.iter().find(|payment| payment.receipt == *receipt).ok_or_else(ApiError::not_found)?;
    let again = account.payments.iter().any(|payment| payment.reverses.as_ref() == Some(receipt));
    if again || other.reverses.is_some() || other.cents != cents {
        let detail = "Ce reçu ne s’annule pas, ou plus, ou pas pour cette somme.";
        return Err(ApiError::invalid("reverses", detail));
    }
    Ok(-cents)
}

fn view(payment: &PaymentRecord) -> PaidView {
    let verb = if payment.cents < 0 { "annulé" } else { "enregistré" };
    PaidView {
        receipt: payment.receipt.clone(),
        message: format!("Paiement {verb} : {}, reçu {}.", signed_euros(payment.cents), payment.receipt),
    }
}
