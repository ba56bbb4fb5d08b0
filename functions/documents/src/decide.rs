//! `PUT …/documents/{document}/decision`: an agent accepts a document, until a day or for good, or says why not.

use std::sync::Arc;

use domain::day::{Day, paris_day, parse_day};
use domain::document::Status;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::records::{DocumentRecord, ExpiryRecord, Message, OutboxRecord, PiecesRecord};
use store::{Chain, keys};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::place::{Opened, Place};
use crate::view::DocumentView;
use crate::write::write_with_pieces;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    decision: Decision,
    version: u64,
    reason: Option<String>,
    valid_until: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Accept,
    Refuse,
}

/// What was decided by the version that was seen; said again, it changes nothing and sends no second mail.
pub(crate) async fn decide(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    demand_role(&app, &call).await?;
    let body: Body = call.body()?;
    let mut opened = Opened::open(&app, &call).await?;
    let today = paris_day(call.moment.business);
    let status = decided(&body, today)?;
    if opened.document.status == status {
        return Reply::json(&DocumentView::of(&opened.document, &opened.household, today));
    }
    if !opened.document.status.on(today).has_file() || opened.document.version != body.version {
        return Err(changed());
    }
    let read = opened.document.version;
    let by = Some((opened.household.access.said.clone(), call.moment.business));
    let next = DocumentRecord { status, decided: by, version: read + 1, ..opened.document.clone() };
    let written = write_with_pieces(&app, &mut opened, |opened, before| {
        let review = keys::review(&next.organisation, &next.family, &next.id);
        let transaction = opened.household.guard().put_over(&next, read).delete(&review);
        let transaction = followed(transaction, before, &next, &call);
        (transaction, PiecesRecord::with(opened.household.pieces.clone(), &next))
    });
    match written.await? {
        true => Reply::json(&DocumentView::of(&next, &opened.household, today)),
        false => Err(changed()),
    }
}

/// An agent whose role is too low is told so before the document is looked at; anybody else sees nothing.
async fn demand_role(app: &DocumentsApp, call: &Call) -> Result<(), ApiError> {
    let place = Place::of(call)?;
    let caller = app.app.caller(call).await?;
    let needed = [caller.session_key(), keys::role(&caller.account, &place.organisation)];
    let items = app.app.table.batch_get(&needed).await?;
    caller.agent_access(&items, &place.organisation, call.moment.wall)?.demand(Permission::KeepDocuments)
}

/// 409: somebody else has decided, or the family took it back.
fn changed() -> ApiError {
    let detail = "Ce document a changé depuis que vous l’avez ouvert. Relisez-le, puis décidez.";
    ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
}

fn decided(body: &Body, today: Day) -> Result<Status, ApiError> {
    match body.decision {
        Decision::Accept => {
            let valid_until = body.valid_until.as_deref().map(|text| last_day(text, today)).transpose()?;
            Ok(Status::Accepted { valid_until })
        }
        Decision::Refuse => {
            let reason = body.reason.as_deref().unwrap_or_default().trim();
            match reason.chars().count() {
                10..=300 => Ok(Status::Refused { reason: reason.to_owned() }),
                _ => Err(ApiError::invalid(
                    "reason",
                    "Dites à la famille ce qui ne va pas et quoi renvoyer, en 10 à 300 caractères.",
                )),
            }
        }
    }
}

fn last_day(text: &str, today: Day) -> Result<Day, ApiError> {
    let wrong = || ApiError::invalid("valid_until", "Écrivez le dernier jour de validité, à venir : 31/08/2016.");
    parse_day(text).filter(|day| *day >= today).ok_or_else(wrong)
}

/// What follows a decision: a mail when it is refused, a date to be reminded of when it ends.
fn followed(transaction: Chain, before: &DocumentRecord, next: &DocumentRecord, call: &Call) -> Chain {
    let (organisation, family, document) = (next.organisation.clone(), next.family.clone(), next.id.clone());
    let transaction = match &before.status {
        Status::Accepted { valid_until: Some(last) } if before.status != next.status => {
            transaction.delete(&keys::expiry(&organisation, *last, &family, &document))
        }
        _ => transaction,
    };
    match &next.status {
        Status::Refused { .. } => {
            let message = Message::DocumentRefused { organisation, family, document };
            transaction.put_new(&OutboxRecord::for_family(secret::id(), message, call.moment.wall))
        }
        Status::Accepted { valid_until: Some(last) } => {
            transaction.put(&ExpiryRecord { organisation, family, document, last: *last })
        }
        _ => transaction,
    }
}
