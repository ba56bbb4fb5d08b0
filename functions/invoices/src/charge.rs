//! `POST …/families/{family}/invoices`: an invoice outside the months, numbered at once: a trip, a lost badge.

use std::sync::Arc;

use domain::day::{later, paris_day};
use domain::id::{ActivityId, ChildId};
use domain::invoice::Line;
use domain::money::{parse_euros, signed_euros};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{FamilyRecord, InvoiceRecord, OrganisationRecord};
use store::regie::Account;
use store::{Failure, keys};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::correct::{TRIES, busy};
use crate::number::Numbering;
use crate::office::{Office, Place};

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
    let place = Place::of(&call)?;
    let body: Body = call.body()?;
    let (request, lines) = (body.request.to_string(), lines(&body.lines)?);
    let today = paris_day(call.moment.business);
    let (series, organisation, family) = (
        Numbering::key(&place.organisation, today),
        keys::organisation(&place.organisation),
        keys::family(&place.organisation, &place.family),
    );
    for _ in 0..TRIES {
        let further = [series.clone(), organisation.clone(), family.clone()];
        let span = keys::account_of_family(&place.organisation, &place.family);
        let (opened, lying) =
            tokio::join!(Office::open(&app.app, &call, Permission::Bill, &further), app.app.table.query_mixed(&span));
        let (office, items) = opened?;
        let home: FamilyRecord = items.get(&family)?.ok_or_else(ApiError::not_found)?;
        let known: OrganisationRecord = items.get(&organisation)?.ok_or_else(ApiError::not_found)?;
        let account = Account::of(&lying?)?;
        if let Some(known) = account.invoices.iter().find(|one| one.request.as_ref() == Some(&request)) {
            return Reply::json(&view(known));
        }
        check(&lines, &known, &home)?;
        let numbers = Numbering::of(&items, &place.organisation, today)?;
        let invoice = invoice(&known, &home, lines.clone(), &numbers, &request)?;
        match app.app.table.write(numbers.issue(office.guard(), &invoice, call.moment.wall)).await {
            Ok(()) => return Reply::json(&view(&invoice)),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(busy("La facture n’est pas faite"))
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
    if !(1..=MOST_UNITS).contains(&written.quantity) {
        return Err(ApiError::invalid("quantity", format!("Écrivez un nombre de 1 à {MOST_UNITS}.")));
    }
    let (sign, digits) = written.price.trim().strip_prefix('-').map_or((1, written.price.trim()), |rest| (-1, rest));
    let cents = parse_euros(digits).filter(|cents| *cents > 0);
    let cents = cents.ok_or_else(|| ApiError::invalid("price", "Écrivez un prix, par exemple 12,50."))?;
    let (child, activity) = (written.child.clone(), written.activity.clone());
    let plain = Line::plain(label.to_owned(), sign * i64::from(cents));
    Ok(Line { child, activity, quantity: written.quantity, ..plain })
}

/// Children and activities are the family's and the organisation's own.
fn check(lines: &[Line], known: &OrganisationRecord, home: &FamilyRecord) -> Result<(), ApiError> {
    let child = |line: &Line| line.child.as_ref().is_none_or(|child| home.family.child(child).is_some());
    let activity = |line: &Line| line.activity.as_ref().is_none_or(|id| known.organisation.activity(id).is_some());
    if lines.iter().all(|line| child(line) && activity(line)) { Ok(()) } else { Err(ApiError::not_found()) }
}

fn invoice(
    known: &OrganisationRecord,
    home: &FamilyRecord,
    lines: Vec<Line>,
    numbers: &Numbering,
    request: &str,
) -> Result<InvoiceRecord, ApiError> {
    let billing = known.organisation.billing.as_ref().ok_or_else(|| {
        let detail = "Cette organisation n’a pas de réglages de facturation : ajoutez [billing] à organisation.toml.";
        ApiError::new(StatusCode::CONFLICT, "no-billing", detail)
    })?;
    let family = &home.family;
    Ok(InvoiceRecord {
        organisation: known.organisation.id.clone(),
        family: family.id.clone(),
        number: numbers.number(),
        period: None,
        corrects: None,
        issued: numbers.issued(),
        due: later(numbers.issued(), u64::from(billing.due_days)),
        payer: vec![format!("Famille {}", family.name), family.town.clone()],
        total: lines.iter().map(Line::amount).sum(),
        lines,
        request: Some(request.to_owned()),
        imported: false,
        filed: false,
        version: 1,
    })
}

fn view(invoice: &InvoiceRecord) -> ChargedView {
    let message = format!("Facture {} de {} : elle part par mél.", invoice.number, signed_euros(invoice.total));
    ChargedView { number: invoice.number.clone(), message }
}
