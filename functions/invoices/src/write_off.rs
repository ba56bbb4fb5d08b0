//! `POST …/invoices/{number}/write-off`: what is owed of an invoice is given up, with the reason; the act is kept and shown.

use std::sync::Arc;

use domain::day::paris_day;
use domain::id::FamilyPath;
use domain::invoice::GivenUp;
use domain::money::signed_euros;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{InvoiceRecord, SeriesRecord, WrittenOff};
use store::regie::{Receipts, follow_lots};
use store::{Attempts, Patience};
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    reason: GivenUp,
    note: String,
}

#[derive(Serialize)]
struct WrittenOffView {
    message: String,
}

/// The same asked for again changes nothing.
pub(crate) async fn write_off(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let receipts = |at: &FamilyPath| vec![Receipts::key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), receipts).await?;
        let number: String = call.path("number")?;
        let body: Body = call.body()?;
        let note = checked(&body.note)?;
        let mut account = asked.account.clone();
        let invoice = account.invoices.iter_mut().find(|one| one.number == number && one.corrects.is_none());
        let invoice = invoice.ok_or_else(ApiError::not_found)?;
        if let Some(known) = &invoice.written_off {
            return if known.reason == body.reason { Reply::json(&view(invoice)) } else { Err(otherwise(known)) };
        }
        let cents = asked.ledger().owed_of(&number);
        if cents <= 0 {
            let detail = "Rien n’est dû de cette facture : il n’y a rien à abandonner.";
            return Err(ApiError::new(StatusCode::CONFLICT, "nothing-owed", detail));
        }
        let (reason, day, said) = (body.reason, today, asked.access.said.clone());
        let read = invoice.version;
        invoice.written_off = Some(WrittenOff { reason, note, cents, day, at: Some(call.moment.business), said });
        invoice.version = read + 1;
        let invoice = invoice.clone();
        let mut transaction = asked.begin();
        transaction.put_over(&invoice, read);
        // What is given up is what no payment has settled meanwhile.
        let receipts = Receipts::key(&asked.at.organisation, today);
        match asked.items().get::<SeriesRecord>(&receipts)? {
            Some(series) => transaction.check_version(&receipts, series.version),
            None => transaction.check_absent(&receipts),
        };
        follow_lots(&mut transaction, &account, &asked.organisation, &asked.family);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&invoice));
        }
    }
}

fn checked(note: &str) -> Result<String, ApiError> {
    let note = note.trim();
    if !(3..=200).contains(&note.chars().count()) || note.chars().any(char::is_control) {
        let detail = "Écrivez la décision en 3 à 200 caractères : la délibération, le mandat, la date.";
        return Err(ApiError::invalid("note", detail));
    }
    Ok(note.to_owned())
}

fn otherwise(known: &WrittenOff) -> ApiError {
    let detail = format!("Cette facture est déjà {}.", known.reason.said());
    ApiError::new(StatusCode::CONFLICT, "written-off", detail)
}

fn view(invoice: &InvoiceRecord) -> WrittenOffView {
    let said = invoice.written_off.as_ref().map_or("", |written_off| written_off.reason.said());
    let cents = invoice.written_off.as_ref().map_or(0, |written_off| written_off.cents);
    WrittenOffView { message: format!("Facture {} {said} : {} ne sont plus dus.", invoice.number, signed_euros(cents)) }
}
