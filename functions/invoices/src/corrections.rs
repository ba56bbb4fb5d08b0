//! `…/families/{family}/corrections`: months that are invoiced and that the family's quotient or residence, set later,
//! prices otherwise. Lower is a credit note, higher a supplementary invoice, or carried below the threshold; the lines of
//! the invoice stay.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::abonnement::Abonnement;
use domain::day::{later, paris_day};
use domain::id::FamilyPath;
use domain::invoice::{ByHand, Charged, Line, Period, Repriced, Taken, kept_anew, reprice};
use domain::money::signed_euros;
use domain::role::Permission;
use domain::situation::Situations;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::{AbonnementRecord, BookingRecord, InvoiceRecord, PeriodRecord};
use store::regie::{Account, Numbering, follow_lots};
use store::{Attempts, Patience};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::account::LineView;
use crate::again::made_before;
use crate::charge::no_billing;

/// How many months are looked at, the latest first.
const MONTHS: usize = 24;

/// What is said of a month whose days, or whose sum, are not any more as they were charged.
const BY_HAND: &str =
    "Ce mois a changé depuis qu’il est facturé : corrigez-le par un avoir ou une facture que vous écrivez.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    period: Period,
    /// The difference that the agent was shown, in cents.
    difference: i64,
}

#[derive(Serialize)]
struct CorrectionsView {
    months: Vec<MonthView>,
}

#[derive(Serialize)]
struct MonthView {
    period: Period,
    month: String,
    /// The invoice that charged it.
    invoice: Option<String>,
    /// In cents; absent when a person has to correct it.
    difference: Option<i64>,
    /// Whether it changes what is carried to the next invoice, and no document is made.
    carries: bool,
    /// What would be done, in one sentence.
    sentence: String,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct CorrectedView {
    /// None where a carried sum was corrected.
    number: Option<String>,
    message: String,
}

/// A closed month, and what it is priced by today.
struct Month<'a> {
    closed: &'a PeriodRecord,
    /// Its invoice; none when its sum was carried.
    invoice: Option<&'a InvoiceRecord>,
    correction: Result<Repriced, ByHand>,
}

impl Month<'_> {
    /// Whether a difference changes what is carried to the next invoice: the month has no invoice of its own, more is due and
    /// that is below the threshold, or it takes back what was carried so.
    fn is_carried(&self, difference: i64, threshold: i64) -> bool {
        self.invoice.is_none()
            || if difference > 0 { difference < threshold } else { self.closed.carried + difference >= 0 }
    }
}

/// The smallest sum that is invoiced, in cents.
fn threshold(asked: &AccountCall) -> i64 {
    asked.organisation.billing.as_ref().map_or(0, |billing| i64::from(billing.threshold))
}

/// `GET …/corrections`: what would be corrected. Two waves.
pub(crate) async fn list_corrections(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), |_| Vec::new()).await?;
    let months = months(&app, &asked, None).await?;
    Reply::json(&CorrectionsView { months: months.iter().map(|month| month_view(month, threshold(&asked))).collect() })
}

/// `POST …/corrections`: makes the correction of a month that was shown; the same request twice, or two agents at once, make
/// one.
pub(crate) async fn correct_month(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let numbers = |at: &FamilyPath| vec![Numbering::Invoices.key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), numbers).await?;
        let body: Body = call.body()?;
        let request = body.request.to_string();
        let of_month = |one: &InvoiceRecord| {
            let original = one.corrects.as_ref().or(one.completes.as_ref());
            let mut months = asked.account.periods.iter().filter(|closed| closed.period == body.period);
            original.is_some() && months.any(|closed| closed.invoice.as_ref() == original)
        };
        if let Some(known) = made_before(&asked.account, &request, of_month)? {
            return Reply::json(&corrected(known));
        }
        let done = |closed: &&PeriodRecord| closed.corrected_by.as_ref() == Some(&request);
        if let Some(known) = asked.account.periods.iter().find(done) {
            return Reply::json(&carried(known));
        }
        let months = months(&app, &asked, Some(body.period)).await?;
        let month = months.into_iter().next().ok_or_else(nothing)?;
        let Ok(repriced) = &month.correction else { return Err(by_hand()) };
        if repriced.difference() != body.difference {
            return Err(ApiError::changed_meanwhile());
        }
        // The month is demanded as it was read: of two corrections the second finds it corrected.
        let next = PeriodRecord {
            priced_by: Some(asked.family.priced_by()),
            flats: kept_anew(&month.closed.flats, &repriced.flats),
            version: month.closed.version + 1,
            ..month.closed.clone()
        };
        let invoice = month.invoice.filter(|_| !month.is_carried(repriced.difference(), threshold(&asked)));
        let Some(invoice) = invoice else {
            let difference = repriced.difference();
            let (charged, carried_now) = (next.charged + difference, next.carried + difference);
            let mut lines = next.lines.clone();
            // What is carried beside an invoice is said by no other document.
            lines.extend(month.invoice.iter().flat_map(|_| repriced.lines.iter().cloned()));
            let next = PeriodRecord { charged, carried: carried_now, lines, corrected_by: Some(request), ..next };
            let mut transaction = asked.begin();
            asked.demand_family(&mut transaction);
            transaction.put_over(&next, month.closed.version);
            match attempts.wrote(app.app.table.write(transaction).await)?.yes() {
                true => return Reply::json(&carried(&next)),
                false => continue,
            }
        };
        let billing = asked.organisation.billing.as_ref().ok_or_else(no_billing)?;
        let mut numbers = Numbering::Invoices.of(asked.items(), &asked.at.organisation, today)?;
        let mut transaction = asked.begin();
        // What it is priced by is the family as it was read.
        asked.demand_family(&mut transaction);
        let reason = format!("quotient ou résidence de {}", body.period.said());
        let document = if repriced.difference() < 0 {
            transaction.put_over(&InvoiceRecord { version: invoice.version + 1, ..invoice.clone() }, invoice.version);
            invoice.note(numbers.take(), repriced.lines.clone(), &reason)
        } else {
            let mut lines = repriced.lines.clone();
            lines.push(Line::plain(format!("Complément à la facture {} : {reason}", invoice.number), 0));
            let (organisation, number) = (&asked.at.organisation, numbers.take());
            let supplement = InvoiceRecord::of_family(organisation, &asked.family, number, billing, lines);
            InvoiceRecord { completes: Some(invoice.number.clone()), ..supplement }
        };
        let document = document.by_request(request);
        transaction.put_over(&next, month.closed.version);
        numbers.issue(&mut transaction, &document, call.moment.wall);
        let mut account = asked.account.clone();
        account.invoices.push(document.clone());
        follow_lots(&mut transaction, &account, &asked.organisation, &asked.family);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&corrected(&document));
        }
    }
}

/// The closed months that the family's situations price otherwise than they were, the latest first; one alone where only
/// that is asked for.
async fn months<'a>(
    app: &InvoicesApp,
    asked: &'a AccountCall,
    only: Option<Period>,
) -> Result<Vec<Month<'a>>, ApiError> {
    let (FamilyPath { organisation, family }, now) = (&asked.at, asked.family.priced_by());
    let wanted = |closed: &&PeriodRecord| only.is_none_or(|only| only == closed.period);
    let otherwise = |closed: &&PeriodRecord| differ(&priced_by(closed, &now), &now, closed.period);
    let mut closed: Vec<&PeriodRecord> = asked.account.periods.iter().filter(wanted).filter(otherwise).collect();
    closed.sort_by_key(|closed| std::cmp::Reverse(closed.period));
    closed.truncate(MONTHS);
    let abonnements = match asked.organisation.asks_usual_week() && !closed.is_empty() {
        true => app.app.table.query::<AbonnementRecord>(&keys::abonnements(organisation, family)).await?,
        false => Vec::new(),
    };
    let abonnements: Vec<Abonnement> =
        abonnements.into_iter().filter(|record| !record.ended).map(|record| record.abonnement).collect();
    let mut months = Vec::new();
    for closed in closed {
        let span = keys::bookings(organisation, family, closed.period.first(), closed.period.last());
        let bookings: Vec<BookingRecord> = app.app.table.query(&span).await?;
        months.extend(month(asked, closed, bookings, &abonnements));
    }
    Ok(months)
}

/// A month that is to be corrected; none when it comes to the same.
fn month<'a>(
    asked: &'a AccountCall,
    closed: &'a PeriodRecord,
    bookings: Vec<BookingRecord>,
    abonnements: &[Abonnement],
) -> Option<Month<'a>> {
    let account = &asked.account;
    let invoice = account.invoices.iter().find(|one| closed.invoice.as_ref() == Some(&one.number));
    if invoice.is_some_and(|invoice| invoice.imported) {
        return None;
    }
    let others = account.periods.iter().filter(|other| other.period != closed.period);
    let flats: BTreeSet<String> = others.flat_map(|other| other.flats.iter().cloned()).collect();
    let bookings = bookings.into_iter().filter(|booking| booking.paid.is_none());
    let taken: Vec<Taken> = bookings.filter_map(|booking| booking.taken()).collect();
    let priced_by = priced_by(closed, &asked.family.priced_by());
    let charged = Charged { taken: &taken, flats: &flats, abonnements, priced_by: &priced_by };
    let lines = invoice.map(|invoice| {
        let documents = documents(account, invoice);
        documents.iter().flat_map(|one| &one.lines).chain(&closed.lines).collect()
    });
    let repriced = reprice(&asked.organisation, &asked.family, charged, lines).transpose()?;
    let correction = repriced.and_then(|one| {
        let sound = match invoice {
            // A credit note takes back no more than is left of its invoice, less of the carry no more than that holds.
            Some(invoice) => {
                let noted: i64 = account.notes_of(&invoice.number).map(|note| note.total).sum();
                invoice.total + noted + one.difference() >= 0 || closed.carried + one.difference() >= 0
            }
            // A sum that another invoice has taken up is that invoice's.
            None => closed.carried != 0,
        };
        if sound { Ok(one) } else { Err(ByHand) }
    });
    Some(Month { closed, invoice, correction })
}

/// What charged a month: its invoice, what completes it, and their credit notes.
fn documents<'a>(account: &'a Account, invoice: &'a InvoiceRecord) -> Vec<&'a InvoiceRecord> {
    let completing = account.invoices.iter().filter(|one| one.completes.as_ref() == Some(&invoice.number));
    let bills: Vec<&InvoiceRecord> = std::iter::once(invoice).chain(completing).collect();
    let notes = bills.iter().flat_map(|bill| account.notes_of(&bill.number)).collect::<Vec<_>>();
    bills.into_iter().chain(notes).collect()
}

/// What a month was priced by. One that was closed before that was kept knew nothing but what holds since ever.
fn priced_by(closed: &PeriodRecord, now: &Situations) -> Situations {
    closed.priced_by.clone().unwrap_or_else(|| Situations { dated: Vec::new(), ..now.clone() })
}

/// Whether two differ on a day of a month.
fn differ(one: &Situations, other: &Situations, period: Period) -> bool {
    let days = (0..31).map(|count| later(period.first(), count)).take_while(|day| *day <= period.last());
    one != other && days.into_iter().any(|day| one.on(day) != other.on(day))
}

fn month_view(month: &Month, threshold: i64) -> MonthView {
    let (period, invoice) = (month.closed.period, month.invoice.map(|invoice| invoice.number.clone()));
    let repriced = month.correction.as_ref().ok();
    let difference = repriced.map(Repriced::difference);
    let carried = difference.is_some_and(|cents| month.is_carried(cents, threshold));
    let (was, now) = (month.closed.carried, month.closed.carried + difference.unwrap_or_default());
    let sentence = match (difference, &invoice) {
        (None, _) => BY_HAND.to_owned(),
        (Some(cents), Some(number)) if carried && cents > 0 => format!(
            "Complément de {} à la facture {number} : sous le seuil de {}, il est reporté à la prochaine facture.",
            signed_euros(cents),
            signed_euros(threshold)
        ),
        (Some(_), Some(number)) if carried => {
            let (was, now) = (signed_euros(was), signed_euros(now));
            format!("Le complément à la facture {number} n’est que reporté : le report passe de {was} à {now}.")
        }
        (Some(cents @ ..0), Some(number)) => format!("Avoir de {} sur la facture {number}.", signed_euros(-cents)),
        (Some(cents), Some(number)) => {
            format!("Facture complémentaire de {}, qui cite la facture {number}.", signed_euros(cents))
        }
        (Some(_), None) => {
            format!("Ce mois n’est que reporté : le report passe de {} à {}.", signed_euros(was), signed_euros(now))
        }
    };
    MonthView {
        period,
        month: period.said(),
        invoice,
        difference,
        carries: carried,
        sentence,
        lines: repriced.map(|repriced| repriced.lines.iter().map(LineView::of).collect()).unwrap_or_default(),
    }
}

fn corrected(document: &InvoiceRecord) -> CorrectedView {
    let message = match &document.corrects {
        Some(of) => format!("Avoir {} de {} sur la facture {of}.", document.number, signed_euros(document.total)),
        None => format!("Facture {} de {} : elle part par mél.", document.number, signed_euros(document.total)),
    };
    CorrectedView { number: Some(document.number.clone()), message }
}

fn carried(closed: &PeriodRecord) -> CorrectedView {
    let (month, sum) = (closed.period.said(), signed_euros(closed.carried));
    CorrectedView { number: None, message: format!("Le report de {month} est maintenant de {sum}.") }
}

fn nothing() -> ApiError {
    let detail = "Ce mois est déjà facturé selon ce qui est connu de la famille : il n’y a rien à corriger.";
    ApiError::new(StatusCode::CONFLICT, "nothing-to-correct", detail)
}

fn by_hand() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "by-hand", BY_HAND)
}
