//! `POST …/families/{family}/invoices`: an invoice outside the months, numbered at once: a trip, a lost badge.

use std::sync::Arc;

use domain::day::paris_day;
use domain::id::{ActivityId, ChildId, FamilyPath};
use domain::invoice::Line;
use domain::money::{parse_signed_euros, signed_euros};
use domain::role::Permission;
use domain::text::printable;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::InvoiceRecord;
use store::regie::Numbering;
use store::{Attempts, Patience};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::again::made_before;

/// How many lines one request has at most.
const MOST_LINES: usize = 20;
/// How many units one line has at most.
const MOST_UNITS: u32 = 999;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    lines: Vec<Charged>,
}

/// A line as the agent writes it: a price that begins with `-` is given back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Charged {
    label: String,
    quantity: u32,
    price: String,
    child: Option<ChildId>,
    activity: Option<ActivityId>,
}

#[derive(Serialize)]
struct ChargedView {
    number: String,
    message: String,
}

/// The same request twice is one invoice.
pub(crate) async fn make_invoice(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let numbers = |at: &FamilyPath| vec![Numbering::Invoices.key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), numbers).await?;
        let body: Body = call.body()?;
        let (request, lines) = (body.request.to_string(), lines(&body.lines)?);
        let sum = lines.iter().map(Line::amount).sum::<i64>();
        let charged = |one: &InvoiceRecord| one.corrects.is_none() && one.completes.is_none() && one.total == sum;
        if let Some(known) = made_before(&asked.account, &request, charged)? {
            return Reply::json(&view(known));
        }
        check(&lines, &asked)?;
        let billing = asked.organisation.billing.as_ref().ok_or_else(no_billing)?;
        let mut numbers = Numbering::Invoices.of(asked.items(), &asked.at.organisation, today)?;
        let invoice = InvoiceRecord::of_family(&asked.at.organisation, &asked.family, numbers.take(), billing, lines);
        let invoice = invoice.by_request(request);
        let mut transaction = asked.begin();
        numbers.issue(&mut transaction, &invoice, call.moment.wall);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&invoice));
        }
    }
}

fn lines(written: &[Charged]) -> Result<Vec<Line>, ApiError> {
    if !(1..=MOST_LINES).contains(&written.len()) {
        return Err(ApiError::invalid("lines", format!("Écrivez de 1 à {MOST_LINES} lignes.")));
    }
    let lines = written.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    if lines.iter().map(Line::amount).sum::<i64>() <= 0 {
        let detail = "Le total doit être plus grand que 0. Pour rendre une somme, faites un avoir sur la facture.";
        return Err(ApiError::invalid("price", detail));
    }
    Ok(lines)
}

fn line(written: &Charged) -> Result<Line, ApiError> {
    let label = written.label.trim();
    if !(3..=120).contains(&label.chars().count()) || label.chars().any(char::is_control) {
        return Err(ApiError::invalid("label", "Dites ce qui est facturé, en 3 à 120 caractères."));
    }
    printable(label).map_err(|detail| ApiError::invalid("label", detail))?;
    if !(1..=MOST_UNITS).contains(&written.quantity) {
        return Err(ApiError::invalid("quantity", format!("Écrivez un nombre de 1 à {MOST_UNITS}.")));
    }
    let cents = parse_signed_euros(&written.price).filter(|cents| *cents != 0);
    let cents = cents.ok_or_else(|| ApiError::invalid("price", "Écrivez un prix, par exemple 12,50."))?;
    let (child, activity) = (written.child.clone(), written.activity.clone());
    let plain = Line::plain(label.to_owned(), cents);
    Ok(Line { child, activity, quantity: written.quantity, ..plain })
}

/// Children and activities are the family's and the organisation's own.
fn check(lines: &[Line], asked: &AccountCall) -> Result<(), ApiError> {
    let child = |line: &Line| line.child.as_ref().is_none_or(|child| asked.family.child(child).is_some());
    let activity = |line: &Line| line.activity.as_ref().is_none_or(|id| asked.organisation.activity(id).is_some());
    if lines.iter().all(|line| child(line) && activity(line)) { Ok(()) } else { Err(ApiError::not_found()) }
}

/// 409: the organisation does not invoice.
pub(crate) fn no_billing() -> ApiError {
    let detail = "Cette organisation n’a pas de réglages de facturation : ajoutez [billing] à organisation.toml.";
    ApiError::new(StatusCode::CONFLICT, "no-billing", detail)
}

fn view(invoice: &InvoiceRecord) -> ChargedView {
    let message = format!("Facture {} de {} : elle part par mél.", invoice.number, signed_euros(invoice.total));
    ChargedView { number: invoice.number.clone(), message }
}
