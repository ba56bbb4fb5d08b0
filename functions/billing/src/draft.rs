//! What one family would be charged for a month.

use std::collections::BTreeSet;

use domain::abonnement::Abonnement;
use domain::day::long_date;
use domain::id::FamilyId;
use domain::invoice::{Fault, Line, Period, Taken, draft};
use domain::organisation::Organisation;
use store::keys;
use store::records::{AbonnementRecord, BookingRecord, CreditRecord, DraftRecord, FamilyRecord, PeriodRecord};
use store::{Items, Listing, StoreError};

use crate::BillingApp;

/// How many credits one invoice takes up; the rest is taken up by the next.
const CREDITS: usize = 20;
/// An item of the table ends at 400 KB.
const LONGEST: usize = 300_000;

/// What a month of a family is drafted from.
struct Month {
    bookings: Vec<BookingRecord>,
    periods: Vec<PeriodRecord>,
    credits: Vec<CreditRecord>,
    /// None where no price asks for them.
    abonnements: Vec<Abonnement>,
}

/// The draft of a family that is among the records read; none when there is nothing to charge, or the month is closed
/// already. What lies there and cannot be read is a fault of this family, and of no other.
pub(crate) async fn of_family(
    app: &BillingApp,
    organisation: &Organisation,
    period: Period,
    family: FamilyId,
    records: &Items,
) -> Result<Option<DraftRecord>, StoreError> {
    let id = &organisation.id;
    let bookings = keys::bookings(id, &family, period.first(), period.last());
    let (periods, credits) = (keys::family_periods(id, &family), keys::credits(id, &family));
    let abonnements = async {
        let span = organisation.asks_usual_week().then(|| keys::abonnements(id, &family));
        match span {
            Some(span) => app.table.list(&span).await.map(Some),
            None => Ok(None),
        }
    };
    let (bookings, periods, credits, abonnements) =
        tokio::join!(app.table.list(&bookings), app.table.list(&periods), app.table.list(&credits), abonnements);
    let items = (bookings?, periods?, credits?, abonnements?);
    let drafted = records.get::<FamilyRecord>(&keys::family(id, &family)).and_then(|record| {
        let Some(record) = record else { return Ok(None) };
        Ok(of_month(organisation, period, &record, Month::read(items)?))
    });
    Ok(drafted.unwrap_or_else(|error| {
        let why = error.to_string();
        tracing::error!(organisation = id.as_str(), family = family.as_str(), why, "a family cannot be drafted");
        Some(unreadable(organisation, period, &family))
    }))
}

impl Month {
    fn read(
        (bookings, periods, credits, abonnements): (Listing, Listing, Listing, Option<Listing>),
    ) -> Result<Self, StoreError> {
        let abonnements: Vec<AbonnementRecord> = abonnements.map_or(Ok(Vec::new()), Listing::records)?;
        let abonnements = abonnements.into_iter().filter(|record| !record.ended).map(|record| record.abonnement);
        Ok(Self {
            bookings: bookings.records()?,
            periods: periods.records()?,
            credits: credits.records()?,
            abonnements: abonnements.collect(),
        })
    }
}

fn of_month(organisation: &Organisation, period: Period, record: &FamilyRecord, month: Month) -> Option<DraftRecord> {
    let Month { bookings, periods, mut credits, abonnements } = month;
    if periods.iter().any(|closed| closed.period == period) {
        return None;
    }
    let charged: BTreeSet<String> = periods.iter().flat_map(|closed| closed.flats.iter().cloned()).collect();
    // What is paid for already is not charged again.
    let bookings = bookings.into_iter().filter(|booking| booking.paid.is_none());
    let taken: Vec<Taken> = bookings.filter_map(|booking| booking.taken()).collect();
    let drafted = draft(organisation, &record.family, &taken, &charged, &abonnements);
    let mut lines = drafted.lines;
    let carried = periods
        .iter()
        .filter(|closed| closed.carried != 0 && closed.period < period)
        .max_by_key(|closed| closed.period);
    lines.extend(carried.map(|closed| Line::carried_from(closed.period, closed.carried)));
    credits.truncate(CREDITS);
    lines.extend(credits.iter().map(|credit| {
        let activity = organisation.activity(&credit.activity).map_or(credit.activity.as_str(), |known| &known.name);
        let label = format!("Avoir : {}, {activity} du {}", credit.reason, long_date(credit.day));
        Line::plain(label, -i64::from(credit.cents))
    }));
    if lines.is_empty() && drafted.faults.is_empty() {
        return None;
    }
    let whole = DraftRecord {
        organisation: organisation.id.clone(),
        period,
        family: record.family.id.clone(),
        name: record.family.name.clone(),
        payer: record.family.invoice_address(),
        total: lines.iter().map(Line::amount).sum(),
        lines,
        faults: drafted.faults,
        flats: drafted.flats,
        takes_up: carried.map(|closed| closed.period),
        carried: carried.map_or(0, |closed| closed.carried),
        credits: credits.into_iter().map(|credit| (credit.day, credit.child, credit.activity)).collect(),
        priced_by: Some(record.family.priced_by()),
    };
    Some(if weight(&whole) > LONGEST { too_long(whole) } else { whole })
}

/// How many bytes a draft takes in the table at most, roughly; its invoice takes no more.
pub(crate) fn weight(draft: &DraftRecord) -> usize {
    let line = |line: &Line| 250 + line.label.len() + 16 * line.days.len();
    let lines: usize = draft.lines.iter().map(line).sum();
    let faults: usize = draft.faults.iter().map(|fault| 30 + fault.sentence.len()).sum();
    let situations = draft.priced_by.as_ref().map_or(0, |by| by.dated.len() + by.quotients.len());
    500 + lines + faults + 100 * (draft.flats.len() + draft.credits.len() + situations)
}

fn too_long(draft: DraftRecord) -> DraftRecord {
    let sentence = format!("{} lignes ne tiennent pas sur une facture", draft.lines.len());
    DraftRecord { lines: Vec::new(), total: 0, faults: vec![Fault { sentence }], ..draft }
}

fn unreadable(organisation: &Organisation, period: Period, family: &FamilyId) -> DraftRecord {
    let sentence = "Les données de cette famille ne se lisent pas : elles sont à réparer".to_owned();
    DraftRecord {
        organisation: organisation.id.clone(),
        period,
        family: family.clone(),
        name: family.to_string(),
        payer: Vec::new(),
        lines: Vec::new(),
        faults: vec![Fault { sentence }],
        total: 0,
        flats: BTreeSet::new(),
        takes_up: None,
        carried: 0,
        credits: Vec::new(),
        priced_by: None,
    }
}
