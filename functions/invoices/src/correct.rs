//! `POST …/invoices/{number}/credit-note`: an invoice is never changed; a credit note takes it back whole.

use std::sync::Arc;

use chrono::Datelike;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::aws::records::{InvoiceRecord, SeriesRecord, Work, WorkRecord};
use shared::aws::{Failure, keys};
use shared::domain::day::paris_day;
use shared::domain::invoice::{Line, number as numbered};
use shared::domain::money::signed_euros;
use shared::domain::role::Permission;
use shared::http::{ApiError, Call, Reply};
use shared::regie::Account;
use shared::secret;

use crate::InvoicesApp;
use crate::office::{Office, Place};

const TRIES: u32 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    reason: String,
}

#[derive(Serialize)]
struct NoteView {
    number: String,
    message: String,
}

/// Once for an invoice: asked again, the note that is there is told.
pub(crate) async fn make_credit_note(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let original: String = call.path("number")?;
    let body: Body = call.body()?;
    let reason = body.reason.trim();
    if !(3..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ApiError::invalid("reason", "Écrivez le motif en 3 à 200 caractères : la famille le lira."));
    }
    let today = paris_day(call.moment.business);
    let series_key = keys::series(&place.organisation, &today.year().to_string());
    for _ in 0..TRIES {
        let span = keys::account_of_family(&place.organisation, &place.family);
        let (opened, lying) = tokio::join!(
            Office::open(&app.app, &call, Permission::Bill, std::slice::from_ref(&series_key)),
            app.app.table.query_mixed(&span)
        );
        let (office, items) = opened?;
        let account = Account::of(&lying?)?;
        if let Some(known) = account.invoices.iter().find(|one| one.corrects.as_ref() == Some(&original)) {
            return Reply::json(&view(known));
        }
        let invoice = account.invoices.iter().find(|one| one.number == original && one.corrects.is_none());
        let invoice = invoice.ok_or_else(ApiError::not_found)?;
        let known: Option<SeriesRecord> = items.get(&series_key)?;
        let read = known.as_ref().map_or(0, |series| series.version);
        let (next, latest) = known.map_or((1, today), |series| (series.next, series.latest));
        let issued = today.max(latest);
        let note = note(invoice, numbered(today.year(), next), issued, reason);
        let series = SeriesRecord {
            organisation: place.organisation.clone(),
            series: today.year().to_string(),
            next: next + 1,
            latest: issued,
            version: read + 1,
        };
        let work = Work::Print {
            organisation: place.organisation.clone(),
            family: place.family.clone(),
            number: note.number.clone(),
        };
        let work = WorkRecord { id: secret::id(), work, at: call.moment.wall };
        // The invoice itself is demanded as it was read: two notes for it cannot both be written.
        let marked = InvoiceRecord { version: invoice.version + 1, ..invoice.clone() };
        let transaction = office.guard().put_over(&marked, invoice.version).put_over(&series, read).put_new(&note);
        match app.app.table.write(transaction.put_new(&work)).await {
            Ok(()) => return Reply::json(&view(&note)),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    let detail = "Une facturation est en cours. L’avoir n’est pas fait : recommencez dans un instant.";
    Err(ApiError::new(StatusCode::CONFLICT, "conflict-busy", detail))
}

fn note(invoice: &InvoiceRecord, number: String, issued: shared::domain::day::Day, reason: &str) -> InvoiceRecord {
    let back = |line: &Line| Line { unit: -line.unit, ..line.clone() };
    let mut lines: Vec<Line> = invoice.lines.iter().map(back).collect();
    lines.push(Line::plain(format!("Motif : {reason}"), 0));
    InvoiceRecord {
        number,
        period: None,
        corrects: Some(invoice.number.clone()),
        issued,
        due: issued,
        lines,
        total: -invoice.total,
        imported: false,
        filed: false,
        version: 1,
        ..invoice.clone()
    }
}

fn view(note: &InvoiceRecord) -> NoteView {
    let of = note.corrects.clone().unwrap_or_default();
    let message = format!("Avoir {} de {} sur la facture {of}.", note.number, signed_euros(note.total));
    NoteView { number: note.number.clone(), message }
}
