//! A card provider's API: sessions of a hosted checkout.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use super::operation::{Dialect, Operation, Outcome};
use super::{Bank, Till};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    amount: u64,
    currency: String,
    reference: String,
    description: String,
    customer_email: String,
    return_url: String,
    notification_url: String,
}

impl Bank {
    fn knows(&self, headers: &HeaderMap) -> bool {
        let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
        bearer.and_then(|value| value.strip_prefix("Bearer ")) == Some(self.keys.api_key.as_str())
    }
}

fn refused(status: StatusCode, said: &str) -> Response {
    (status, Json(json!({ "error": { "message": said } }))).into_response()
}

/// Who asks.
pub(super) async fn account(State(bank): Till, headers: HeaderMap) -> Response {
    match bank.knows(&headers) {
        true => Json(json!({ "name": "Compte de démonstration" })).into_response(),
        false => refused(StatusCode::UNAUTHORIZED, "unknown key"),
    }
}

/// A new session; the same idempotency key gives the same one.
pub(super) async fn open(State(bank): Till, headers: HeaderMap, Json(new): Json<NewSession>) -> Response {
    let once = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    match (bank.knows(&headers), &once) {
        (false, _) => refused(StatusCode::UNAUTHORIZED, "unknown key"),
        (true, None) => refused(StatusCode::BAD_REQUEST, "an idempotency key is missing"),
        _ if new.currency != "eur" || new.amount == 0 => refused(StatusCode::BAD_REQUEST, "bad amount"),
        _ => {
            let operation = bank.keep(Operation {
                id: format!("cs_{}", secret::id()),
                dialect: Dialect::Card,
                cents: new.amount,
                reference: new.reference,
                object: new.description,
                mel: new.customer_email,
                payfip: Default::default(),
                notification: new.notification_url,
                back: new.return_url,
                once,
                opened: Utc::now(),
                outcome: None,
            });
            Json(session(&bank, &operation)).into_response()
        }
    }
}

/// A session as it stands.
pub(super) async fn show(State(bank): Till, headers: HeaderMap, Path(id): Path<String>) -> Response {
    match (bank.knows(&headers), bank.find(&id)) {
        (false, _) => refused(StatusCode::UNAUTHORIZED, "unknown key"),
        (true, None) => refused(StatusCode::NOT_FOUND, "no such session"),
        (true, Some(operation)) => Json(session(&bank, &operation)).into_response(),
    }
}

fn session(bank: &Bank, operation: &Operation) -> Value {
    let (status, payment) = match operation.outcome.map(|(outcome, _)| outcome) {
        None if operation.expired() => ("expired", "unpaid"),
        None => ("open", "unpaid"),
        Some(Outcome::Paid | Outcome::Debit | Outcome::OtherAmount) => ("complete", "paid"),
        Some(Outcome::Refused) => ("complete", "failed"),
        Some(Outcome::Cancelled) => ("canceled", "unpaid"),
        Some(Outcome::Odd) => ("complete", "on_hold"),
    };
    let paid_at = operation.outcome.filter(|_| payment == "paid").map(|(_, at)| at.timestamp());
    json!({
        "id": operation.id, "url": format!("{}/_local/paiement/{}", bank.origin, operation.id), "status": status,
        "payment_status": payment, "amount": operation.taken(), "currency": "eur", "reference": operation.reference,
        "paid_at": paid_at, "authorisation": paid_at.map(|_| "000042"),
    })
}
