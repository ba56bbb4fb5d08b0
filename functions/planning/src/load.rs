//! What a week and a click need, read in one wave: the caller's right, the organisation, the family, its bookings.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use shared::app::{Access, App, Caller};
use shared::aws::keys;
use shared::aws::records::{BookingRecord, FamilyRecord, OrganisationRecord};
use shared::aws::{Items, StoreError};
use shared::clock::Moment;
use shared::domain::day::{Day, Week, paris_day, parse_day};
use shared::domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use shared::domain::organisation::Organisation;
use shared::domain::planning::{ChildWeek, child_week};
use shared::http::{ApiError, Call};

/// Which family's which week.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) organisation: OrganisationId,
    pub(crate) family: FamilyId,
}

impl Place {
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        Ok(Self { organisation: call.path("organisation")?, family: call.path("family")? })
    }
}

/// A family's week, loaded and allowed.
pub(crate) struct Loaded {
    pub(crate) access: Access,
    pub(crate) organisation: Organisation,
    pub(crate) family: FamilyRecord,
    pub(crate) week: Week,
    pub(crate) booked: HashSet<(ChildId, ActivityId, Day)>,
    pub(crate) now: DateTime<Utc>,
}

impl Loaded {
    /// Reads a week: two calls side by side, revocation included.
    pub(crate) async fn read(
        app: &App,
        caller: &Caller,
        place: &Place,
        week: Week,
        moment: Moment,
    ) -> Result<Self, ApiError> {
        let bookings = keys::bookings_of_week(&place.organisation, &place.family, week);
        let keys = needed(caller, place);
        let (items, bookings) = tokio::join!(app.table.batch_get(&keys), app.table.query(&bookings));
        Self::from(caller, place, week, moment, &items?, bookings?)
    }

    /// Decides whether the caller may see what was read.
    pub(crate) fn from(
        caller: &Caller,
        place: &Place,
        week: Week,
        moment: Moment,
        items: &Items,
        bookings: Vec<BookingRecord>,
    ) -> Result<Self, ApiError> {
        let access = caller.family_access(items, &place.organisation, &place.family, moment.wall)?;
        let family: Option<FamilyRecord> = items.get(&keys::family(&place.organisation, &place.family))?;
        let organisation: Option<OrganisationRecord> = items.get(&keys::organisation(&place.organisation))?;
        let organisation = organisation.ok_or_else(|| StoreError("an organisation is missing".to_owned()))?;
        Ok(Self {
            access,
            organisation: organisation.organisation,
            family: family.ok_or_else(ApiError::not_found)?,
            week,
            booked: bookings.into_iter().map(|booking| (booking.child, booking.activity, booking.day)).collect(),
            now: moment.business,
        })
    }

    /// The blocks of all children.
    pub(crate) fn blocks(&self) -> Vec<ChildWeek<'_>> {
        let booked = |child: &ChildId, activity: &ActivityId, day: Day| {
            self.booked.contains(&(child.clone(), activity.clone(), day))
        };
        let children = self.family.family.children.iter();
        children.map(|child| child_week(&self.organisation, child, self.week, self.now, booked)).collect()
    }
}

/// The items every request about a family reads.
pub(crate) fn needed(caller: &Caller, place: &Place) -> Vec<keys::Key> {
    let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
    needed.push(keys::organisation(&place.organisation));
    needed.push(keys::family(&place.organisation, &place.family));
    needed
}

/// The week the query names by any of its days; without one, the week of today.
pub(crate) fn asked_week(call: &Call) -> Result<Week, ApiError> {
    match call.query("day") {
        None => Ok(Week::of(paris_day(call.moment.business))),
        Some(text) => Ok(Week::of(day_of("day", &text)?)),
    }
}

/// A day as the wire has it.
pub(crate) fn day_of(field: &str, text: &str) -> Result<Day, ApiError> {
    parse_day(text).ok_or_else(|| ApiError::invalid(field, "Cette date n’existe pas. Écrivez-la ainsi : 2015-05-28."))
}
