//! What is decided on, read in one wave: the caller's right, the organisation, the family, its days, its frozen months.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};
use domain::abonnement::Abonnement;
use domain::day::{Day, Week, later, paris_day, parse_day};
use domain::family::{Child, Family};
use domain::id::{ActivityId, ChildId, FamilyPath};
use domain::invoice::Period;
use domain::organisation::Organisation;
use domain::planning::{Cell, ChildWeek, Fact, State, child_week};
use store::changes::Maker;
use store::keys::{self, Key};
use store::records::{
    AbonnementRecord, BookingRecord, LotRecord, PeriodRecord, PiecesRecord, RoomRecord, WishesRecord,
};
use store::{Facts, Gathered, StoreError, Table, Transaction};
use web::app::App;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call};

use crate::cell_words::CellWords;

/// A family, loaded and allowed, without its days.
pub(crate) struct Household {
    pub(crate) call: FamilyCall,
    pub(crate) organisation: Organisation,
    pub(crate) family: Family,
    /// The version of the family that was read.
    version: u64,
    pub(crate) wishes: Option<WishesRecord>,
    /// Which documents the family has handed in.
    pieces: Option<PiecesRecord>,
    pub(crate) now: DateTime<Utc>,
}

impl Household {
    /// Opens the call and reads the family with it; further items are read in the same call.
    pub(crate) async fn open(app: &App, call: &Call, who: Who, further: &[Key]) -> Result<Self, ApiError> {
        let call = FamilyCall::open(app, call, who, |at, _| {
            let FamilyPath { organisation, family } = at;
            let mut needed = vec![
                keys::organisation(organisation),
                keys::family(organisation, family),
                keys::wishes(organisation, family),
                keys::pieces(organisation, family),
            ];
            needed.extend(further.iter().cloned());
            needed
        })
        .await?;
        let FamilyPath { organisation, family } = &call.at;
        let record = call.family()?;
        Ok(Self {
            organisation: call.organisation()?.effective(),
            family: record.family,
            version: record.version,
            wishes: call.get(&keys::wishes(organisation, family))?,
            pieces: call.get(&keys::pieces(organisation, family))?,
            now: call.moment.business,
            call,
        })
    }

    /// One of its children; 404 when it is not.
    pub(crate) fn child(&self, id: &ChildId) -> Result<&Child, ApiError> {
        self.family.child(id).ok_or_else(ApiError::not_found)
    }

    /// What every change of a family's days demands: the session, the right and the family as they were read.
    pub(crate) fn begin(&self) -> Transaction {
        let FamilyPath { organisation, family } = &self.call.at;
        let mut transaction = self.call.begin();
        transaction.check_version(&keys::family(organisation, family), self.version);
        // Only where a missing piece forbids something: elsewhere a click and an upload do not meet.
        if self.organisation.pieces.iter().any(|piece| piece.blocks) {
            let pieces = keys::pieces(organisation, family);
            match &self.pieces {
                Some(read) => transaction.check_version(&pieces, read.version),
                None => transaction.check_absent(&pieces),
            };
        }
        transaction
    }

    /// The caller as who changes days by a request.
    pub(crate) fn maker<'a>(&'a self, request: &'a str) -> Maker<'a> {
        Maker {
            organisation: &self.call.at.organisation,
            family: &self.call.at.family,
            account: Some(&self.call.caller.account),
            said: &self.call.access.said,
            request,
            reason: None,
            abonnement: None,
            undoes: None,
            moment: self.call.moment,
        }
    }

    fn facts(&self, (bookings, lots, rooms): Queried, invoiced: Vec<PeriodRecord>) -> Facts {
        let documents = Some(self.pieces.as_ref().map(|pieces| pieces.held.clone()).unwrap_or_default());
        Facts::from(Gathered { bookings, rooms, lots, invoiced, documents })
    }
}

/// Which days of a family are read.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    /// Whose bookings are read: the first day and the last.
    bookings: (Day, Day),
    /// Whose rooms, and whose months, are read.
    weeks: Vec<Week>,
}

impl Days {
    /// The week of a day, with the bookings of the day's whole month.
    pub(crate) fn week(day: Day) -> Self {
        let week = Week::of(day);
        let first = day.with_day(1).unwrap_or(day);
        let last = (28..=31).rev().find_map(|number| day.with_day(number)).unwrap_or(day);
        Self { bookings: (first.min(week.monday()), last.max(week.sunday())), weeks: vec![week] }
    }

    /// From one day to another.
    pub(crate) fn span(from: Day, to: Day) -> Self {
        let mondays = (0..).map(|weeks| later(Week::of(from).monday(), 7 * weeks));
        Self { bookings: (from, to), weeks: mondays.take_while(|monday| *monday <= to).map(Week::of).collect() }
    }

    /// The items that say whether their months are invoiced.
    fn months(&self, at: &FamilyPath) -> Vec<Key> {
        let mut months: Vec<Period> =
            self.weeks.iter().flat_map(|week| [Period::of(week.monday()), Period::of(week.sunday())]).collect();
        months.dedup();
        months.into_iter().map(|month| keys::family_period(&at.organisation, &at.family, month)).collect()
    }
}

type Queried = (Vec<BookingRecord>, Vec<LotRecord>, Vec<RoomRecord>);

/// The bookings, the tickets and the rooms: queries side by side.
async fn query(table: &Table, at: &FamilyPath, days: &Days) -> Result<Queried, StoreError> {
    let (from, to) = days.bookings;
    let bookings = keys::bookings(&at.organisation, &at.family, from, to);
    let lots = keys::lots(&at.organisation, &at.family);
    tokio::try_join!(table.query(&bookings), table.query(&lots), rooms(table, at, &days.weeks))
}

async fn rooms(table: &Table, at: &FamilyPath, weeks: &[Week]) -> Result<Vec<RoomRecord>, StoreError> {
    let mut rooms = Vec::new();
    let mut reading = tokio::task::JoinSet::new();
    for week in weeks {
        let (table, span) = (table.clone(), keys::rooms(&at.organisation, *week));
        reading.spawn(async move { table.query::<RoomRecord>(&span).await });
    }
    while let Some(read) = reading.join_next().await {
        rooms.extend(read.map_err(|error| StoreError(error.to_string()))??);
    }
    Ok(rooms)
}

/// The family of the path.
pub(crate) fn path_of(call: &Call) -> Result<FamilyPath, ApiError> {
    Ok(FamilyPath { organisation: call.path("organisation")?, family: call.path("family")? })
}

/// A family and what is decided of its days.
pub(crate) struct Loaded {
    pub(crate) household: Household,
    pub(crate) facts: Facts,
}

impl Loaded {
    /// Reads them: one wave, revocation included.
    pub(crate) async fn read(app: &App, call: &Call, who: Who, days: &Days) -> Result<Self, ApiError> {
        let at = path_of(call)?;
        let months = days.months(&at);
        let queried = async { Ok(query(&app.table, &at, days).await?) };
        let (household, queried) = tokio::try_join!(Household::open(app, call, who, &months), queried)?;
        let invoiced: Result<Vec<Option<PeriodRecord>>, _> = months.iter().map(|key| household.call.get(key)).collect();
        let facts = household.facts(queried, invoiced?.into_iter().flatten().collect());
        Ok(Self { household, facts })
    }

    /// Reads what is decided of many days of a family that is loaded already. Rooms only where places are counted: a year has
    /// many.
    pub(crate) async fn with_days(app: &App, household: Household, (from, to): (Day, Day)) -> Result<Self, ApiError> {
        let (at, mut days) = (&household.call.at, Days::span(from, to));
        if household.organisation.capacities.is_empty() {
            days.weeks.clear();
        }
        let months = keys::family_periods(&at.organisation, &at.family);
        let (queried, invoiced) = tokio::try_join!(query(&app.table, at, &days), app.table.query(&months))?;
        let facts = household.facts(queried, invoiced);
        Ok(Self { household, facts })
    }
}

/// A family's week, loaded and allowed; the bookings are those of the week and of the month of the day asked for.
pub(crate) struct LoadedWeek {
    pub(crate) household: Household,
    pub(crate) week: Week,
    /// The day asked for: its month is estimated.
    pub(crate) day: Day,
    pub(crate) facts: Facts,
    pub(crate) other: OtherMonths,
}

/// What the price of a month may ask beside its days.
pub(crate) struct OtherMonths {
    /// Where a price depends on them.
    pub(crate) abonnements: Vec<Abonnement>,
    /// What other months have kept, where a price depends on it.
    pub(crate) charged: BTreeSet<String>,
}

impl OtherMonths {
    /// Reads what some price of the organisation asks; of the months, those that are not drafted.
    pub(crate) async fn read(
        app: &App,
        household: &Household,
        drafted: impl Fn(&Period) -> bool,
    ) -> Result<Self, ApiError> {
        let Household { organisation, family, .. } = household;
        let records: Vec<AbonnementRecord> = match organisation.asks_usual_week() {
            true => app.table.query(&keys::abonnements(&organisation.id, &family.id)).await?,
            false => Vec::new(),
        };
        let abonnements = records.into_iter().filter(|record| !record.ended).map(|record| record.abonnement).collect();
        let months: Vec<PeriodRecord> = match organisation.asks_earlier_months() {
            true => app.table.query(&keys::family_periods(&organisation.id, &family.id)).await?,
            false => Vec::new(),
        };
        let others = months.into_iter().filter(|closed| !drafted(&closed.period));
        Ok(Self { abonnements, charged: others.flat_map(|closed| closed.flats).collect() })
    }
}

impl LoadedWeek {
    /// Reads the week of a day.
    pub(crate) async fn read(app: &App, call: &Call, who: Who, day: Day) -> Result<Self, ApiError> {
        let Loaded { household, facts } = Loaded::read(app, call, who, &Days::week(day)).await?;
        let other = OtherMonths::read(app, &household, |period| *period == Period::of(day)).await?;
        Ok(Self { household, week: Week::of(day), day, facts, other })
    }

    /// The blocks of all children.
    pub(crate) fn blocks(&self) -> Vec<ChildWeek<'_>> {
        let Household { organisation, family, now, .. } = &self.household;
        let block = |child| child_week(organisation, child, self.week, *now, &self.facts);
        family.children.iter().map(block).collect()
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
    pub(crate) fn told(&self, child: &ChildId, activity: &ActivityId, day: Day, cell: &Cell) -> CellWords {
        let absent = self.facts.booking(child, activity, day).is_some_and(|booking| booking.absence.is_some());
        match cell.fact() {
            Some(Fact::Checked) => CellWords::of(cell, self.household.now),
            _ if absent => CellWords::absence(cell),
            _ => CellWords::of(cell, self.household.now),
        }
    }
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
