//! A day of an organisation as its agents begin it: how many children each activity expects, school by school, how many
//! were marked, how many places there are.

mod week;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::activity::{Activity, Closed};
use crate::attendance::Presence;
use crate::capacity::Capacity;
use crate::day::Day;
use crate::family::Child;
use crate::id::ActivityId;
use crate::organisation::Organisation;
use crate::text::folded;

pub use week::{MOST_LISTS, Service, Square, lists_of_week, squares};

/// A child on the roll of an activity.
#[derive(Debug, Clone)]
pub struct OnRoll<'a> {
    /// The activity.
    pub activity: &'a ActivityId,
    /// The child, as the family that answers for the day has it.
    pub child: &'a Child,
    /// Whether it is booked; else it was there all the same.
    pub booked: bool,
    /// Whether a parent has said that it will not come.
    pub announced: bool,
    /// What an agent saw, and when it was noted.
    pub seen: Option<(Presence, DateTime<Utc>)>,
}

/// How many of each. Whoever is on a roll is present, absent, announced or awaited: one of the four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Booked.
    pub booked: u32,
    /// Seen there, booked or not.
    pub present: u32,
    /// Booked and seen missing.
    pub absent: u32,
    /// Booked, not marked yet, and a parent has said that it will not come.
    pub announced: u32,
    /// Booked, not marked yet, and nobody has said anything.
    pub awaited: u32,
    /// Of all these, whose health or meal must be read about.
    pub care: u32,
    /// When the last of them was marked.
    pub marked: Option<DateTime<Utc>>,
}

impl Counts {
    fn add(&mut self, one: &OnRoll) {
        let counted = match (one.seen, one.announced) {
            (Some((Presence::Present | Presence::PresentUnbooked, _)), _) => &mut self.present,
            (Some((Presence::AbsentExcused | Presence::AbsentUnexcused, _)), _) => &mut self.absent,
            (None, true) => &mut self.announced,
            (None, false) => &mut self.awaited,
        };
        *counted += 1;
        self.booked += u32::from(one.booked);
        self.care += u32::from(one.child.asks_for_care());
        self.marked = self.marked.max(one.seen.map(|(_, at)| at));
    }
}

/// The children of one school in an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InSchool {
    /// The school; none where a child's is not known.
    pub school: Option<String>,
    /// How many.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The places of an activity, and how many of them are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Places {
    /// How many there are that day.
    pub places: u32,
    /// How many are taken, by all activities that share them.
    pub taken: u32,
    /// For which classes; none means every child.
    pub classes: Vec<String>,
    /// With which other activities they are shared, by name.
    pub shared: Vec<String>,
}

/// An activity on a day on which it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDay<'a> {
    /// Which.
    pub activity: &'a Activity,
    /// All its children.
    pub counts: Counts,
    /// The same by school, in alphabetical order, unknown schools last.
    pub schools: Vec<InSchool>,
    /// Its places, where they are counted.
    pub places: Vec<Places>,
}

/// The activities that open on a day, in the organisation's order, with what their rolls say.
pub fn activities_of_day<'a>(organisation: &'a Organisation, day: Day, rolls: &[OnRoll]) -> Vec<ActivityDay<'a>> {
    let open = organisation.activities.iter().filter(|one| one.closed(day, &organisation.calendar).is_none());
    let counted = |activity: &'a Activity| {
        let (mut counts, mut schools) = (Counts::default(), BTreeMap::<_, InSchool>::new());
        for one in rolls.iter().filter(|one| *one.activity == activity.id) {
            counts.add(one);
            let school = one.child.school.as_deref().map(str::trim).filter(|school| !school.is_empty());
            let place = (school.is_none(), school.map(folded));
            let group = || InSchool { school: school.map(str::to_owned), counts: Counts::default() };
            schools.entry(place).or_insert_with(group).counts.add(one);
        }
        let places = organisation.capacities.iter().filter(|one| one.activities.contains(&activity.id));
        let places = places.map(|capacity| places_of(organisation, capacity, activity, day, rolls)).collect();
        ActivityDay { activity, counts, schools: schools.into_values().collect(), places }
    };
    open.map(counted).collect()
}

fn places_of(org: &Organisation, capacity: &Capacity, of: &Activity, day: Day, rolls: &[OnRoll]) -> Places {
    let counts =
        |one: &&OnRoll| one.booked && org.capacity(one.activity, one.child).is_some_and(|its| its.id == capacity.id);
    let others = org.activities.iter().filter(|one| one.id != of.id && capacity.activities.contains(&one.id));
    Places {
        places: capacity.places_on(day),
        taken: u32::try_from(rolls.iter().filter(counts).count()).unwrap_or(u32::MAX),
        classes: capacity.classes.clone(),
        shared: others.map(|one| one.name.clone()).collect(),
    }
}

/// The activities that would open on a day but for a closure or holidays, each with the word for it.
pub fn closed_on(organisation: &Organisation, day: Day) -> Vec<(&Activity, String)> {
    let named = |activity: &Activity| match activity.closed(day, &organisation.calendar)? {
        Closed::For(name) => Some(name),
        Closed::NotADayOfIt | Closed::Unknown => None,
    };
    organisation.activities.iter().filter_map(|activity| Some((activity, named(activity)?))).collect()
}

#[cfg(test)]
mod tests;
