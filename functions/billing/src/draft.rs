//! What one family would be charged for a month.

use std::collections::BTreeSet;

use shared::aws::records::{BookingRecord, CreditRecord, DraftRecord, FamilyRecord, PeriodRecord};
use shared::aws::{StoreError, keys};
use shared::domain::day::long_date;
use shared::domain::id::FamilyId;
use shared::domain::invoice::{Line, Period, Taken, draft};
use shared::domain::organisation::Organisation;

use crate::BillingApp;

/// How many credits one invoice takes up; the rest is taken up by the next.
const CREDITS: usize = 20;

/// The draft of a family; none when there is nothing to charge, or the month is closed already.
pub(crate) async fn of_family(
    app: &BillingApp,
    organisation: &Organisation,
    period: Period,
    family: &FamilyId,
) -> Result<Option<DraftRecord>, StoreError> {
    let place = &organisation.id;
    let (family_key, bookings) =
        (keys::family(place, family), keys::bookings(place, family, period.first(), period.last()));
    let (periods, credits) = (keys::family_periods(place, family), keys::credits(place, family));
    let (record, bookings, periods, credits) = tokio::join!(
        app.table.get::<FamilyRecord>(&family_key),
        app.table.query::<BookingRecord>(&bookings),
        app.table.query::<PeriodRecord>(&periods),
        app.table.query::<CreditRecord>(&credits),
    );
    let (record, periods, mut credits) = (record?, periods?, credits?);
    let Some(record) = record else { return Ok(None) };
    if periods.iter().any(|closed| closed.period == period) {
        return Ok(None);
    }
    let charged: BTreeSet<String> = periods.iter().flat_map(|closed| closed.flats.iter().cloned()).collect();
    // What is paid for already is not charged again.
    let bookings = bookings?.into_iter().filter(|booking| booking.paid.is_none());
    let taken: Vec<Taken> = bookings.filter_map(|booking| booking.taken()).collect();
    let drafted = draft(organisation, &record.family, &taken, &charged);
    let mut lines = drafted.lines;
    let carried = periods
        .iter()
        .filter(|closed| closed.carried != 0 && closed.period < period)
        .max_by_key(|closed| closed.period);
    lines.extend(carried.map(|closed| Line::plain(format!("Report de {}", closed.period.said()), closed.carried)));
    credits.truncate(CREDITS);
    lines.extend(credits.iter().map(|credit| {
        let activity = organisation.activity(&credit.activity).map_or(credit.activity.as_str(), |known| &known.name);
        let label = format!("Avoir : {}, {activity} du {}", credit.reason, long_date(credit.day));
        Line::plain(label, -i64::from(credit.cents))
    }));
    if lines.is_empty() && drafted.faults.is_empty() {
        return Ok(None);
    }
    Ok(Some(DraftRecord {
        organisation: place.clone(),
        period,
        family: family.clone(),
        name: record.family.name.clone(),
        payer: vec![format!("Famille {}", record.family.name), record.family.town.clone()],
        total: lines.iter().map(Line::amount).sum(),
        lines,
        faults: drafted.faults,
        flats: drafted.flats,
        takes_up: carried.map(|closed| closed.period),
        credits: credits.into_iter().map(|credit| (credit.day, credit.child, credit.activity)).collect(),
    }))
}
