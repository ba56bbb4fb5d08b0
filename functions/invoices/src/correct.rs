//! `POST …/invoices/{number}/credit-note`: an invoice is never changed; a credit note takes back chosen units, or all.

use std::sync::Arc;

use domain::day::paris_day;
use domain::invoice::{Line, NotCreditable, credit_note};
use domain::money::signed_euros;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{FamilyRecord, InvoiceRecord, OrganisationRecord};
use store::regie::{Account, follow_lots};
use store::{Failure, keys};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::number::Numbering;
use crate::office::{Office, Place};

pub(crate) const TRIES: u32 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    reason: String,
    lines: Option<Vec<Chosen>>,
}

/// So many units of the line at that place of the invoice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    line: usize,
    quantity: u32,
}

#[derive(Serialize)]
struct NoteView {
    number: String,
    message: String,
}

/// The same request twice is one credit note.
pub(crate) async fn make_credit_note(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let original: String = call.path("number")?;
    let body: Body = call.body()?;
    let reason = said(&body.reason)?;
    let request = body.request.to_string();
    let chosen: Option<Vec<(usize, u32)>> =
        body.lines.map(|lines| lines.iter().map(|chosen| (chosen.line, chosen.quantity)).collect());
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
        if let Some(known) = account.invoices.iter().find(|one| one.request.as_ref() == Some(&request)) {
            return Reply::json(&view(known));
        }
        let invoice = account.invoices.iter().find(|one| one.number == original && one.corrects.is_none()).cloned();
        let invoice = invoice.ok_or_else(ApiError::not_found)?;
        let mut guard = office.guard();
        let mut chosen = chosen.clone();
        if let Some(mut record) = account.lots.iter().find(|record| record.lot.id.as_str() == original).cloned() {
            // Of tickets, a note takes back those that are not used, whatever was chosen.
            chosen = Some(unused(&invoice, record.lot.refund())?);
            let read = record.version;
            record.version = read + 1;
            guard = guard.put_over(&record, read);
        }
        let earlier = account.notes_of(&invoice.number).map(|note| note.lines.as_slice());
        let lines = credit_note(&invoice.lines, earlier, chosen.as_deref()).map_err(refused)?;
        let numbering = Numbering::of(&items, &place.organisation, today)?;
        let note = note(&invoice, lines, &numbering, &reason, &request);
        // The invoice itself is demanded as it was read: what is left of it is taken back once.
        let marked = InvoiceRecord { version: invoice.version + 1, ..invoice.clone() };
        account.lots.retain(|record| record.lot.id.as_str() != original);
        account.invoices.push(note.clone());
        let guard = guard.put_over(&marked, invoice.version);
        let guard = follow_lots(guard, &account, &organisation.organisation, &family.family);
        match app.app.table.write(numbering.issue(guard, &note, call.moment.wall)).await {
            Ok(()) => return Reply::json(&view(&note)),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(busy("L’avoir n’est pas fait"))
}

/// The tickets of an invoice that are not used, as units of its line.
fn unused(invoice: &InvoiceRecord, units: u32) -> Result<Vec<(usize, u32)>, ApiError> {
    let line = invoice.lines.iter().position(|line| line.activity.is_some()).filter(|_| units > 0);
    line.map(|line| vec![(line, units)]).ok_or_else(|| {
        let detail = "Tous les tickets de cette facture sont utilisés. Annulez d’abord les inscriptions à rembourser.";
        ApiError::new(StatusCode::CONFLICT, "tickets-used", detail)
    })
}

/// 409: others number at the same time.
pub(crate) fn busy(what: &str) -> ApiError {
    let detail = format!("Une facturation est en cours. {what} : recommencez dans un instant.");
    ApiError::new(StatusCode::CONFLICT, "conflict-busy", detail)
}

fn said(reason: &str) -> Result<String, ApiError> {
    let reason = reason.trim();
    if !(3..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ApiError::invalid("reason", "Écrivez le motif en 3 à 200 caractères : la famille le lira."));
    }
    Ok(reason.to_owned())
}

fn refused(why: NotCreditable) -> ApiError {
    match why {
        NotCreditable::Nothing => ApiError::new(StatusCode::CONFLICT, "nothing-to-credit", why.to_string()),
        NotCreditable::NoSuchLine | NotCreditable::TooMany { .. } => ApiError::invalid("lines", why.to_string()),
    }
}

fn note(
    invoice: &InvoiceRecord,
    mut lines: Vec<Line>,
    numbering: &Numbering,
    reason: &str,
    request: &str,
) -> InvoiceRecord {
    let total = lines.iter().map(Line::amount).sum();
    lines.push(Line::plain(format!("Motif : {reason}"), 0));
    InvoiceRecord {
        number: numbering.number(),
        period: None,
        corrects: Some(invoice.number.clone()),
        issued: numbering.issued(),
        due: numbering.issued(),
        lines,
        total,
        request: Some(request.to_owned()),
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
