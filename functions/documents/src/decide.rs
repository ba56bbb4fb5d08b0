//! `PUT …/documents/{document}/decision`: an agent accepts a document, until a day or for good, or says why not.

use std::sync::Arc;

use domain::day::{Day, paris_day, typed_day};
use domain::document::Status;
use serde::Deserialize;
use store::records::{DocumentRecord, ExpiryRecord, Message, OutboxRecord, PiecesRecord};
use store::{Attempts, Patience, Transaction, keys};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::household::{JUDGES, Opened};
use crate::view::DocumentView;

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
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let Opened { household, document } = Opened::open(&app, &call, JUDGES).await?;
        let body: Body = call.body()?;
        let today = paris_day(call.moment.business);
        let status = decided(&body, today)?;
        if document.status == status {
            return Reply::json(&DocumentView::of(&document, &household, today));
        }
        if !document.status.on(today).has_file() || document.version != body.version {
            return Err(ApiError::changed_meanwhile());
        }
        let read = document.version;
        let by = Some((household.asked.access.said.clone(), call.moment.business));
        let next = DocumentRecord { status, decided: by, version: read + 1, ..document.clone() };
        let (pieces, pieces_read) = PiecesRecord::with(household.pieces.clone(), &next);
        let mut transaction = household.asked.begin();
        transaction.put_over(&next, read);
        transaction.delete(&keys::review(&next.organisation, &next.family, &next.id));
        followed(&mut transaction, &document, &next, &call);
        transaction.put_over(&pieces, pieces_read);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&DocumentView::of(&next, &household, today));
        }
    }
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
    typed_day(text).filter(|day| *day >= today).ok_or_else(wrong)
}

/// What follows a decision: a mail when it is refused, a date to be reminded of when it ends.
fn followed(transaction: &mut Transaction, before: &DocumentRecord, next: &DocumentRecord, call: &Call) {
    let (organisation, family, document) = (next.organisation.clone(), next.family.clone(), next.id.clone());
    if let Status::Accepted { valid_until: Some(last) } = &before.status {
        transaction.delete(&keys::expiry(&organisation, *last, &family, &document));
    }
    match &next.status {
        Status::Refused { .. } => {
            let message = Message::DocumentRefused { organisation, family, document };
            transaction.put_new(&OutboxRecord::for_family(secret::id(), message, call.moment.wall));
        }
        Status::Accepted { valid_until: Some(last) } => {
            transaction.put(&ExpiryRecord { organisation, family, document, last: *last });
        }
        _ => {}
    }
}
