//! Every booking has its place, and every place its booking.

use std::collections::{BTreeMap, BTreeSet};

use domain::day::{Day, full_date};
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use futures_util::{StreamExt, TryStreamExt, stream};
use store::records::{BookingRecord, PlaceRecord};
use store::{StoreError, Table, keys};

use crate::AT_ONCE;
use crate::family::Family;
use crate::report::Finding;

/// Who holds what a child has on a day of an activity.
type Held<'a> = BTreeMap<&'a ChildId, &'a FamilyId>;

pub(crate) async fn findings(
    table: &Table,
    place: &OrganisationId,
    families: &[Family],
) -> Result<Vec<Finding>, StoreError> {
    let mut days: BTreeMap<(Day, &ActivityId), Held<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for booking in families.iter().flat_map(|family| &family.bookings) {
        let held = days.entry((booking.day, &booking.activity)).or_default();
        if held.insert(&booking.child, &booking.family).is_some() {
            findings.push(told(&booking.family, booking, "est là dans deux familles"));
        }
    }
    let known: BTreeSet<&FamilyId> = families.iter().map(|family| &family.id).collect();
    let reading: Vec<_> = days.iter().map(|(key, held)| of_day(table, place, *key, held, &known)).collect();
    let found: Vec<Vec<Finding>> = stream::iter(reading).buffered(AT_ONCE).try_collect().await?;
    Ok(findings.into_iter().chain(found.into_iter().flatten()).collect())
}

async fn of_day(
    table: &Table,
    place: &OrganisationId,
    (day, activity): (Day, &ActivityId),
    held: &Held<'_>,
    known: &BTreeSet<&FamilyId>,
) -> Result<Vec<Finding>, StoreError> {
    let places: Vec<PlaceRecord> = table.query(&keys::places(place, day, activity)).await?;
    let by_child: Held<'_> = places.iter().map(|place| (&place.child, &place.family)).collect();
    let of_day = format!("{activity}, {}", full_date(day));
    let without = held.iter().filter(|(child, family)| by_child.get(*child) != Some(*family));
    let alone =
        places.iter().filter(|place| known.contains(&place.family) && held.get(&place.child) != Some(&&place.family));
    let without = without
        .map(|(child, family)| Finding::of(family, format!("l’inscription de {child} ({of_day}) n’a pas sa place")));
    let alone = alone.map(|place| {
        Finding::of(&place.family, format!("la place de {} ({of_day}) n’a pas d’inscription", place.child))
    });
    Ok(without.chain(alone).collect())
}

fn told(family: &FamilyId, booking: &BookingRecord, what: &str) -> Finding {
    let BookingRecord { child, activity, day, .. } = booking;
    Finding::of(family, format!("l’inscription de {child} ({activity}, {}) {what}", full_date(*day)))
}
