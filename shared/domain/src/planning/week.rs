//! The seven days of a child: rows, what "toutes les activités" offers, and the next limits.

use chrono::{DateTime, Utc};

use super::cell::{Cell, Held, Spot, State, Why, cell};
use super::decision::Want;
use crate::activity::{Activity, Closed};
use crate::capacity::Room;
use crate::day::{Day, Week, later, paris_day, short_date};
use crate::deadline::Stage;
use crate::document::{self, unblocked_by};
use crate::family::Child;
use crate::id::{ActivityId, CapacityId, ChildId};
use crate::organisation::Organisation;
use crate::text::list;
use crate::wallet::Tickets;

/// One activity's seven cells for one child.
#[derive(Debug)]
pub struct Row<'a> {
    /// The activity.
    pub activity: &'a Activity,
    /// Monday to Sunday.
    pub cells: [Cell; 7],
}

/// A child's block of the week.
#[derive(Debug)]
pub struct ChildWeek<'a> {
    /// The child.
    pub child: &'a Child,
    /// Its rows, none when it has nothing this week.
    pub rows: Vec<Row<'a>>,
    /// Instead of rows: what comes after this week.
    pub empty: Option<Empty<'a>>,
}

/// A week in which a child has nothing.
#[derive(Debug)]
pub struct Empty<'a> {
    /// The first day, within three months, on which it may take part in something, and in what.
    pub next: Option<(&'a Activity, Day)>,
}

impl Empty<'_> {
    /// `Aucune activité cette semaine. Prochaine date, Théâtre : mercredi 3 juin.`
    pub fn sentence(&self) -> String {
        match self.next {
            Some((activity, day)) => {
                format!("Aucune activité cette semaine. Prochaine date, {} : {}.", activity.name, short_date(day))
            }
            None => "Aucune activité cette semaine.".to_owned(),
        }
    }
}

/// What "toutes les activités" would do on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Book every open cell.
    Book,
    /// Cancel every open booking: everything that is open is booked.
    Cancel,
    /// No cell is open.
    None,
}

impl Offer {
    /// The state it wants, when it wants one.
    pub fn want(self) -> Option<Want> {
        match self {
            Self::Book => Some(Want::Booked),
            Self::Cancel => Some(Want::Free),
            Self::None => None,
        }
    }
}

/// What "toutes les activités" offers for these cells of one day.
pub fn offer<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Offer {
    cells.into_iter().fold(Offer::None, |offer, cell| match (cell.state, offer) {
        (State::OpenFree, _) => Offer::Book,
        (State::OpenBooked, Offer::None) => Offer::Cancel,
        _ => offer,
    })
}

/// What a family has, and what room there is: the facts a week is decided on.
pub trait Facts {
    /// What the family has in a cell.
    fn held(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Held;
    /// The room of a capacity on a day.
    fn room(&self, capacity: &CapacityId, day: Day) -> &Room;
    /// The tickets it has for a child's days of an activity; none where nobody sells any.
    fn tickets(&self, _child: &ChildId, _activity: &ActivityId) -> Tickets {
        Tickets::default()
    }
    /// The documents the family has handed in; `None` where nobody asks whether one is missing.
    fn documents(&self) -> Option<&[document::HandedIn]> {
        None
    }
}

/// Decides the cell of a spot on the facts.
pub fn cell_of(spot: Spot, facts: &impl Facts, now: DateTime<Utc>) -> Cell {
    const NOBODY: &Room = &Room { taken: 0, line: Vec::new(), next_ticket: 0 };
    let capacity = spot.organisation.capacity(&spot.activity.id, spot.child);
    let room = capacity.map_or(NOBODY, |capacity| facts.room(&capacity.id, spot.day));
    let cell = cell(spot, facts.held(&spot.child.id, &spot.activity.id, spot.day), room, now);
    let cell = match spot.activity.needs_ticket() {
        true => cell.needing(facts.tickets(&spot.child.id, &spot.activity.id)),
        false => cell,
    };
    let missing = |held| unblocked_by(&spot.organisation.pieces, spot.child, &spot.activity.id, held, paris_day(now));
    let missing = facts.documents().map(missing).unwrap_or_default();
    let full = capacity.is_some_and(|capacity| room.free(capacity.places_on(spot.day)) == 0);
    cell.unless_missing(missing.clone()).with_beyond(full, missing)
}

/// The block of one child.
pub fn child_week<'a>(
    organisation: &'a Organisation,
    child: &'a Child,
    week: Week,
    now: DateTime<Utc>,
    facts: &impl Facts,
) -> ChildWeek<'a> {
    let row = |activity: &'a Activity| {
        let at = |day| cell_of(Spot { organisation, child, activity, day }, facts, now);
        Row { activity, cells: week.days().map(at) }
    };
    let held = |activity: &Activity, day: Day| facts.held(&child.id, &activity.id, day);
    let enrolled = |activity: &&Activity| week.days().iter().any(|day| child.enrolled(&activity.id, *day));
    let kept = |activity: &&Activity| week.days().iter().any(|day| kept_there(held(activity, *day)));
    let wanted = organisation.activities.iter().filter(|activity| enrolled(activity) || kept(activity));
    let rows: Vec<Row> = wanted.map(row).filter(|row| row.cells.iter().any(says_something)).collect();
    let empty = rows.is_empty().then(|| Empty { next: next_date(organisation, child, week) });
    ChildWeek { child, rows, empty }
}

/// Whether a child has something in a cell, whatever its enrolments say today.
fn kept_there(held: Held) -> bool {
    !matches!(held, Held::Nothing | Held::Invoiced(false))
}

/// A cell that is more than "this is no day of that activity".
fn says_something(cell: &Cell) -> bool {
    !matches!(cell.why, Some(Why::Closed(Closed::NotADayOfIt) | Why::NotEnrolled | Why::NotForChild(_)))
}

fn next_date<'a>(organisation: &'a Organisation, child: &Child, week: Week) -> Option<(&'a Activity, Day)> {
    const LOOK_AHEAD: u64 = 92;
    (1..=LOOK_AHEAD).map(|days| later(week.sunday(), days)).find_map(|day| {
        let opens = |activity: &&Activity| {
            child.custody.holds(day)
                && child.enrolled(&activity.id, day)
                && activity.who.refuses(child, day).is_none()
                && activity.closed(day, &organisation.calendar).is_none()
        };
        organisation.activities.iter().find(opens).map(|activity| (activity, day))
    })
}

/// A limit that still concerns open cells of the week.
#[derive(Debug, PartialEq, Eq)]
pub struct NextLimit {
    /// The first instant that is too late.
    pub at: DateTime<Utc>,
    /// `aujourd’hui avant 9 h`.
    pub when: String,
    /// `pour Garderie midi, mardi 26 mai`.
    pub what: String,
}

/// The next limits of these blocks, soonest first, at most `count`.
pub fn next_limits(weeks: &[ChildWeek], week: Week, now: DateTime<Utc>, count: usize) -> Vec<NextLimit> {
    let mut open: Vec<(DateTime<Utc>, String, Day, &str)> = Vec::new();
    for row in weeks.iter().flat_map(|block| &block.rows) {
        for (cell, day) in row.cells.iter().zip(week.days()) {
            if let Some(limit) = cell.limit {
                open.push((limit.at, limit.said(now), day, &row.activity.name));
            }
        }
    }
    open.sort();
    open.dedup();
    open.chunk_by(|one, other| one.0 == other.0).take(count).map(next_limit).collect()
}

/// The first limit of the weeks after this one, for what children may still be booked for; eight weeks are looked at.
pub fn limit_ahead(
    organisation: &Organisation,
    children: &[Child],
    week: Week,
    now: DateTime<Utc>,
) -> Option<NextLimit> {
    const WEEKS: u64 = 8;
    (1..=WEEKS).find_map(|ahead| {
        let next = Week::of(later(week.monday(), 7 * ahead));
        let spots =
            children.iter().flat_map(|child| organisation.activities.iter().map(move |activity| (child, activity)));
        let limits = spots.flat_map(|(child, activity)| {
            next.days().into_iter().filter_map(move |day| {
                let takes_part = child.custody.holds(day) && child.enrolled(&activity.id, day);
                let open = takes_part && activity.closed(day, &organisation.calendar).is_none();
                match activity.book.stage(day, &organisation.calendar, now) {
                    Stage::Open(limit) if open => Some(limit),
                    _ => None,
                }
            })
        });
        let limit = limits.min_by_key(|limit| limit.at)?;
        let what = match Week::of(paris_day(now)) {
            current if later(current.monday(), 7) == next.monday() => "pour la semaine prochaine".to_owned(),
            _ => format!("pour la semaine du {}", short_date(next.monday())),
        };
        Some(NextLimit { at: limit.at, when: limit.said(now), what })
    })
}

fn next_limit(group: &[(DateTime<Utc>, String, Day, &str)]) -> NextLimit {
    let mut names: Vec<String> = group.iter().map(|(_, _, _, name)| (*name).to_owned()).collect();
    names.sort();
    names.dedup();
    let mut days: Vec<Day> = group.iter().map(|(_, _, day, _)| *day).collect();
    days.dedup();
    let days = match days.as_slice() {
        [only] => short_date(*only),
        [first, .., last] => format!("du {} au {}", short_date(*first), short_date(*last)),
        [] => String::new(),
    };
    let (at, when, _, _) = &group[0];
    NextLimit { at: *at, when: when.clone(), what: format!("pour {}, {days}", list(&names)) }
}
