//! `POST …/invoices/{number}/credit-note`: an invoice is never changed; a credit note takes back chosen units, or all.

use std::sync::Arc;

use domain::day::{long_date, paris_day};
use domain::id::FamilyPath;
use domain::invoice::{Line, NotCreditable, credit_note, takes_back};
use domain::money::signed_euros;
use domain::role::Permission;
use domain::text::{counted, printable};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::InvoiceRecord;
use store::regie::{Account, Numbering, follow_lots};
use store::{Attempts, Patience, Transaction};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::again::made_before;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    reason: String,
    lines: Option<Vec<Chosen>>,
    /// The agent knows of the credit notes that a closure has made on these lines, and means other days.
    #[serde(default)]
    other_days: bool,
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
    let today = paris_day(call.moment.business);
    let numbers = |at: &FamilyPath| vec![Numbering::Invoices.key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), numbers).await?;
        let original: String = call.path("number")?;
        let body: Body = call.body()?;
        let (reason, request) = (checked(&body.reason)?, body.request.to_string());
        let of_this = |note: &InvoiceRecord| note.corrects.as_ref() == Some(&original);
        if let Some(known) = made_before(&asked.account, &request, of_this)? {
            return Reply::json(&view(known));
        }
        let mut numbers = Numbering::Invoices.of(asked.items(), &asked.at.organisation, today)?;
        if !body.other_days {
            known_notes(&asked.account, &original, body.lines.as_deref().unwrap_or_default())?;
        }
        let mut transaction = asked.begin();
        let mut account = asked.account.clone();
        let (invoice, lines) = take_back(&mut transaction, &mut account, &original, body.lines)?;
        let note = invoice.note(numbers.take(), lines, &reason).by_request(request);
        // The invoice itself is demanded as it was read: what is left of it is taken back once.
        transaction.put_over(&InvoiceRecord { version: invoice.version + 1, ..invoice.clone() }, invoice.version);
        numbers.issue(&mut transaction, &note, call.moment.wall);
        account.invoices.push(note.clone());
        follow_lots(&mut transaction, &account, &asked.organisation, &asked.family);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&note));
        }
    }
}

/// 409 where a closure has taken back days of the chosen lines: who means these days is told that it is done.
fn known_notes(account: &Account, number: &str, chosen: &[Chosen]) -> Result<(), ApiError> {
    let Some(invoice) = account.invoices.iter().find(|one| one.number == number) else { return Ok(()) };
    let lines = chosen.iter().filter_map(|chosen| invoice.lines.get(chosen.line));
    let known = lines.filter(|line| line.quantity > 1).find_map(|line| {
        let of_line = |back: &&Line| takes_back(back, line) && !back.days.is_empty() && back.quantity < line.quantity;
        account.notes_of(number).find_map(|note| note.lines.iter().find(of_line).map(|back| (note, back)))
    });
    let Some((note, back)) = known else { return Ok(()) };
    let (Some(first), Some(last)) = (back.days.first(), back.days.last()) else { return Ok(()) };
    let days = match first == last {
        true => format!("le {}", long_date(*first)),
        false => format!("du {} au {}", long_date(*first), long_date(*last)),
    };
    let detail = format!(
        "L’avoir {} a déjà repris {} de cette ligne, {days}. Pour d’autres jours, confirmez.",
        note.number,
        counted(back.quantity, "jour", "jours")
    );
    Err(ApiError::new(StatusCode::CONFLICT, "days-credited", detail))
}

/// The invoice with the lines that take back what was chosen of it. Of tickets, a note takes back those that are not used,
/// whatever was chosen; their lot is written, and is no more to follow.
fn take_back(
    transaction: &mut Transaction,
    account: &mut Account,
    number: &str,
    chosen: Option<Vec<Chosen>>,
) -> Result<(InvoiceRecord, Vec<Line>), ApiError> {
    let invoice = account.invoices.iter().find(|one| one.number == number && one.corrects.is_none()).cloned();
    let invoice = invoice.ok_or_else(ApiError::not_found)?;
    if let Some(written_off) = &invoice.written_off {
        let detail = format!("Cette facture est {} : rien n’en est plus dû.", written_off.reason.said());
        return Err(ApiError::new(StatusCode::CONFLICT, "written-off", detail));
    }
    let mut chosen = chosen.map(|lines| lines.iter().map(|chosen| (chosen.line, chosen.quantity)).collect());
    if let Some(at) = account.lots.iter().position(|record| record.lot.id.as_str() == number) {
        let mut record = account.lots.remove(at);
        chosen = Some(unused(&invoice, record.lot.refund())?);
        let read = record.version;
        record.version = read + 1;
        transaction.put_over(&record, read);
    }
    let chosen: Option<Vec<(usize, u32)>> = chosen;
    let earlier = account.notes_of(number).map(|note| note.lines.as_slice());
    let lines = credit_note(&invoice.lines, earlier, chosen.as_deref()).map_err(refused)?;
    Ok((invoice, lines))
}

/// The tickets of an invoice that are not used, as units of its line.
fn unused(invoice: &InvoiceRecord, units: u32) -> Result<Vec<(usize, u32)>, ApiError> {
    let line = invoice.lines.iter().position(|line| line.activity.is_some()).filter(|_| units > 0);
    line.map(|line| vec![(line, units)]).ok_or_else(|| {
        let detail = "Tous les tickets de cette facture sont utilisés. Annulez d’abord les inscriptions à rembourser.";
        ApiError::new(StatusCode::CONFLICT, "tickets-used", detail)
    })
}

fn checked(reason: &str) -> Result<String, ApiError> {
    let reason = reason.trim();
    if !(3..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ApiError::invalid("reason", "Écrivez le motif en 3 à 200 caractères : la famille le lira."));
    }
    printable(reason).map_err(|detail| ApiError::invalid("reason", detail))?;
    Ok(reason.to_owned())
}

fn refused(why: NotCreditable) -> ApiError {
    match why {
        NotCreditable::Nothing => ApiError::new(StatusCode::CONFLICT, "nothing-to-credit", why.to_string()),
        NotCreditable::NoSuchLine | NotCreditable::TooMany { .. } => ApiError::invalid("lines", why.to_string()),
    }
}

fn view(note: &InvoiceRecord) -> NoteView {
    let of = note.corrects.clone().unwrap_or_default();
    let message = format!("Avoir {} de {} sur la facture {of}.", note.number, signed_euros(note.total));
    NoteView { number: note.number.clone(), message }
}
