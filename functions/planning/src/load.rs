//! What a week and a click need, read in one wave: the caller's right, the organisation, the family, its bookings.

use chrono::{DateTime, Datelike, Utc};
use domain::day::{Day, Week, later, paris_day, parse_day};
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::invoice::Period;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{Cell, ChildWeek, Fact, State, child_week};
use store::keys;
use store::records::{FamilyRecord, OrganisationRecord, PeriodRecord, PiecesRecord, WishesRecord};
use store::{Facts, Items, StoreError};
use web::app::{Access, App, Caller};
use web::{ApiError, Call};

use crate::told::Told;

/// Which family.
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

/// A family, loaded and allowed, without its bookings.
pub(crate) struct Household {
    pub(crate) access: Access,
    pub(crate) organisation: Organisation,
    pub(crate) family: FamilyRecord,
    pub(crate) wishes: Option<WishesRecord>,
    /// Which documents the family has handed in.
    pub(crate) pieces: Option<PiecesRecord>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) moment: Moment,
}

impl Household {
    /// Decides whether the caller may see what was read.
    pub(crate) fn from(caller: &Caller, place: &Place, moment: Moment, items: &Items) -> Result<Self, ApiError> {
        let access = caller.family_access(items, &place.organisation, &place.family, moment.wall)?;
        let family: Option<FamilyRecord> = items.get(&keys::family(&place.organisation, &place.family))?;
        let organisation: Option<OrganisationRecord> = items.get(&keys::organisation(&place.organisation))?;
        let organisation = organisation.ok_or_else(|| StoreError("an organisation is missing".to_owned()))?;
        Ok(Self {
            access,
            organisation: organisation.effective(),
            family: family.ok_or_else(ApiError::not_found)?,
            wishes: items.get(&keys::wishes(&place.organisation, &place.family))?,
            pieces: items.get(&keys::pieces(&place.organisation, &place.family))?,
            now: moment.business,
            moment,
        })
    }
}

/// A family's week, loaded and allowed; the bookings are those of the week and of the month of the day asked for.
pub(crate) struct Loaded {
    pub(crate) household: Household,
    pub(crate) week: Week,
    /// The day asked for: its month is estimated.
    pub(crate) day: Day,
    pub(crate) facts: Facts,
}

impl Loaded {
    /// Reads a week: four calls side by side, revocation included.
    pub(crate) async fn read(
        app: &App,
        caller: &Caller,
        place: &Place,
        day: Day,
        moment: Moment,
    ) -> Result<Self, ApiError> {
        let (bookings, rooms) = spans(place, day);
        let mut wanted = needed(caller, place);
        wanted.extend(months(place, Week::of(day)));
        let lots = keys::lots(&place.organisation, &place.family);
        let (items, bookings, lots, rooms) = tokio::join!(
            app.table.batch_get(&wanted),
            app.table.query(&bookings),
            app.table.query(&lots),
            app.table.query(&rooms)
        );
        let items = items?;
        let household = Household::from(caller, place, moment, &items)?;
        let facts = Facts::of(bookings?, lots?, rooms?)
            .with_invoiced(invoiced(&items, place, Week::of(day))?)
            .with_documents(household.pieces.as_ref());
        Ok(Self { household, week: Week::of(day), day, facts })
    }

    /// The blocks of all children.
    pub(crate) fn blocks(&self) -> Vec<ChildWeek<'_>> {
        let Household { organisation, family, now, .. } = &self.household;
        let block = |child| child_week(organisation, child, self.week, *now, &self.facts);
        family.family.children.iter().map(block).collect()
    }

    /// The state and rank of each cell of the week but those of one child's day.
    pub(crate) fn states_but(&self, child: &ChildId, day: Day) -> Vec<(State, Option<usize>)> {
        let days = self.week.days();
        let blocks = self.blocks();
        let rows = blocks.iter().flat_map(|block| block.rows.iter().map(move |row| (block.child, row)));
        let cells = rows.flat_map(|(of, row)| row.cells.iter().zip(days).map(move |(cell, at)| (of, at, cell)));
        let others = cells.filter(|(of, at, _)| of.id != *child || *at != day);
        others.map(|(_, _, cell)| (cell.state, cell.rank)).collect()
    }

    /// What is told of a cell beside its state.
    pub(crate) fn told(&self, child: &ChildId, activity: &ActivityId, day: Day, cell: &Cell) -> Told {
        let absent = self.facts.booking(child, activity, day).is_some_and(|booking| booking.absence.is_some());
        match cell.fact() {
            Some(Fact::Checked) => Told::of(cell, self.household.now),
            _ if absent => Told::absence(cell),
            _ => Told::of(cell, self.household.now),
        }
    }
}

/// The bookings of the week and the month of a day, and the rooms of the week.
pub(crate) fn spans(place: &Place, day: Day) -> (keys::Span, keys::Span) {
    let week = Week::of(day);
    let first = day.with_day(1).unwrap_or(day);
    let last = (28..=31).rev().find_map(|number| day.with_day(number)).unwrap_or(day);
    let (from, to) = (first.min(week.monday()), last.max(week.sunday()));
    (keys::bookings(&place.organisation, &place.family, from, to), keys::rooms(&place.organisation, week))
}

/// The items that say whether the months of a week are invoiced: one month, or two.
pub(crate) fn months(place: &Place, week: Week) -> Vec<keys::Key> {
    let (first, last) = (Period::of(week.monday()), Period::of(week.sunday()));
    let mut months = vec![keys::family_period(&place.organisation, &place.family, first)];
    if last != first {
        months.push(keys::family_period(&place.organisation, &place.family, last));
    }
    months
}

/// Those of them that are there.
pub(crate) fn invoiced(items: &Items, place: &Place, week: Week) -> Result<Vec<PeriodRecord>, StoreError> {
    let found: Result<Vec<Option<PeriodRecord>>, _> = months(place, week).iter().map(|key| items.get(key)).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// The items every request about a family reads.
pub(crate) fn needed(caller: &Caller, place: &Place) -> Vec<keys::Key> {
    let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
    needed.push(keys::organisation(&place.organisation));
    needed.push(keys::family(&place.organisation, &place.family));
    needed.push(keys::wishes(&place.organisation, &place.family));
    needed.push(keys::pieces(&place.organisation, &place.family));
    needed
}

/// The day the query names; without one, today.
pub(crate) fn asked_day(call: &Call) -> Result<Day, ApiError> {
    match call.query("day") {
        None => Ok(paris_day(call.moment.business)),
        Some(text) => day_of("day", &text),
    }
}

/// A day as the wire has it.
pub(crate) fn day_of(field: &str, text: &str) -> Result<Day, ApiError> {
    parse_day(text).ok_or_else(|| ApiError::invalid(field, "Cette date n’existe pas. Écrivez-la ainsi : 2015-05-28."))
}

/// Two days as the wire has them, the second not before the first nor more than `most` days later.
pub(crate) fn days_of(from: &str, to: &str, most: u64) -> Result<(Day, Day), ApiError> {
    let (from, to) = (day_of("from", from)?, day_of("to", to)?);
    if to < from {
        return Err(ApiError::invalid("to", "La date de fin est avant la date de début."));
    }
    if to > later(from, most) {
        return Err(ApiError::invalid("to", format!("Du début à la fin, {most} jours au plus.")));
    }
    Ok((from, to))
}
