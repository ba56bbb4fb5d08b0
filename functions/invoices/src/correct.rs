//! `POST …/invoices/{number}/credit-note`: an invoice is never changed; a credit note takes it back whole, of tickets those
//! that are not used.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::aws::records::{FamilyRecord, InvoiceRecord, OrganisationRecord};
use shared::aws::{Failure, keys};
use shared::domain::day::paris_day;
use shared::domain::invoice::Line;
use shared::domain::money::signed_euros;
use shared::domain::role::Permission;
use shared::http::{ApiError, Call, Reply};
use shared::regie::{Account, follow_lots};

use crate::InvoicesApp;
use crate::number::Numbering;
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

/// Once for an invoice: asked again, the note that is there is told. Tickets that came back since are another note.
pub(crate) async fn make_credit_note(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let original: String = call.path("number")?;
    let body: Body = call.body()?;
    let reason = body.reason.trim();
    if !(3..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ApiError::invalid("reason", "Écrivez le motif en 3 à 200 caractères : la famille le lira."));
    }
    let today = paris_day(call.moment.business);
    let further = [
        Numbering::key(&place.organisation, today),
        keys::family(&place.organisation, &place.family),
        keys::organisation(&place.organisation),
    ];
    for _ in 0..TRIES {
        let span = keys::account_of_family(&place.organisation, &place.family);
        let (opened, lying) =
            tokio::join!(Office::open(&app.app, &call, Permission::Bill, &further), app.app.table.query_mixed(&span));
        let (office, items) = opened?;
        let family: FamilyRecord = items.get(&further[1])?.ok_or_else(ApiError::not_found)?;
        let organisation: OrganisationRecord = items.get(&further[2])?.ok_or_else(ApiError::not_found)?;
        let mut account = Account::of(&lying?)?;
        let lot = account.lots.iter().find(|record| record.lot.id.as_str() == original).cloned();
        let unused = lot.as_ref().is_some_and(|record| record.lot.left > 0);
        let known = account.invoices.iter().rfind(|one| one.corrects.as_ref() == Some(&original));
        if let Some(known) = known.filter(|_| !unused) {
            return Reply::json(&view(known));
        }
        let invoice = account.invoices.iter().find(|one| one.number == original && one.corrects.is_none());
        let invoice = invoice.ok_or_else(ApiError::not_found)?;
        if lot.is_some() && !unused {
            let detail =
                "Tous les tickets de cette facture sont utilisés. Annulez d’abord les inscriptions à rembourser.";
            return Err(ApiError::new(StatusCode::CONFLICT, "tickets-used", detail));
        }
        let numbering = Numbering::of(&items, &place.organisation, today)?;
        let mut guard = office.guard();
        let mut note = note(invoice, numbering.number(), numbering.issued(), reason);
        if let Some(mut lot) = lot {
            let read = lot.version;
            only_unused(&mut note, lot.lot.refund());
            lot.version = read + 1;
            guard = guard.put_over(&lot, read);
        }
        // The invoice itself is demanded as it was read: two notes for it cannot both be written.
        let marked = InvoiceRecord { version: invoice.version + 1, ..invoice.clone() };
        account.lots.retain(|record| record.lot.id.as_str() != original);
        account.invoices.push(note.clone());
        let guard = guard.put_over(&marked, marked.version - 1);
        let guard = follow_lots(guard, &account, &organisation.organisation, &family.family);
        match app.app.table.write(numbering.issue(guard, &note, call.moment.wall)).await {
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

/// Of tickets, a note takes back those that are not used.
fn only_unused(note: &mut InvoiceRecord, unused: u32) {
    for line in note.lines.iter_mut().filter(|line| line.activity.is_some()) {
        line.quantity = unused;
    }
    note.total = note.lines.iter().map(Line::amount).sum();
}

fn view(note: &InvoiceRecord) -> NoteView {
    let of = note.corrects.clone().unwrap_or_default();
    let message = format!("Avoir {} de {} sur la facture {of}.", note.number, signed_euros(note.total));
    NoteView { number: note.number.clone(), message }
}
