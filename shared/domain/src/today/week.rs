//! The week around a day: what each of its seven days brings, from the lists of its places.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::activity::{Activity, ActivityKind, Closed};
use crate::day::{Day, Week};
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;

/// How many lists of places are read for a week at most, whatever an organisation offers.
pub const MOST_LISTS: usize = 60;

/// What is counted of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Meals: one for each booking.
    Meals,
    /// Children in leisure.
    Leisure,
    /// Children, where there is neither.
    Children,
}

/// A day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Square {
    /// The day.
    pub day: Day,
    /// Whether nothing opens.
    pub closed: bool,
    /// The word for why nothing does, where it is a closure or a holiday.
    pub reason: Option<String>,
    /// How many of what; nothing where it was not counted.
    pub counts: Vec<(Service, u32)>,
}

/// The activities that are counted on a day, with what they count as: meals and leisure, or all where it has neither.
fn counted(organisation: &Organisation, day: Day) -> Vec<(&ActivityId, Service)> {
    let open = || organisation.activities.iter().filter(|one| one.closed(day, &organisation.calendar).is_none());
    let told: Vec<_> = open().filter_map(|one| Some((&one.id, service(one)?))).collect();
    if told.is_empty() { open().map(|one| (&one.id, Service::Children)).collect() } else { told }
}

fn service(activity: &Activity) -> Option<Service> {
    match activity.kind {
        ActivityKind::Meal => Some(Service::Meals),
        ActivityKind::Leisure => Some(Service::Leisure),
        ActivityKind::Childcare | ActivityKind::Other => None,
    }
}

/// The lists that a week is counted from; none when they would be too many.
pub fn lists_of_week(organisation: &Organisation, week: Week) -> Vec<(Day, ActivityId)> {
    let of = |day: Day| counted(organisation, day).into_iter().map(move |(activity, _)| (day, activity.clone()));
    let lists: Vec<_> = week.days().into_iter().flat_map(of).collect();
    if lists.len() > MOST_LISTS { Vec::new() } else { lists }
}

/// The seven days, by who is booked on the lists that were read.
pub fn squares(
    organisation: &Organisation,
    week: Week,
    booked: &BTreeMap<(Day, ActivityId), Vec<ChildId>>,
) -> Vec<Square> {
    week.days().into_iter().map(|day| square(organisation, day, booked)).collect()
}

fn square(organisation: &Organisation, day: Day, booked: &BTreeMap<(Day, ActivityId), Vec<ChildId>>) -> Square {
    let (mut meals, mut children) = (BTreeMap::<Service, u32>::new(), BTreeMap::<Service, BTreeSet<&ChildId>>::new());
    for (activity, service) in counted(organisation, day) {
        let Some(list) = booked.get(&(day, activity.clone())) else { continue };
        match service {
            Service::Meals => *meals.entry(service).or_default() += number(list.len()),
            Service::Leisure | Service::Children => children.entry(service).or_default().extend(list),
        }
    }
    let counts = meals.into_iter().chain(children.into_iter().map(|(service, who)| (service, number(who.len()))));
    let closed = closed(organisation, day);
    Square { day, closed: closed.is_some(), reason: closed.flatten(), counts: counts.collect() }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Why nothing opens on a day, when nothing does: a closure or a holiday before what is merely no day of anything.
fn closed(organisation: &Organisation, day: Day) -> Option<Option<String>> {
    let reasons: Option<Vec<Closed>> =
        organisation.activities.iter().map(|one| one.closed(day, &organisation.calendar)).collect();
    Some(reasons?.into_iter().find_map(|reason| match reason {
        Closed::For(name) => Some(name),
        Closed::Unknown => Some("Calendrier non publié".to_owned()),
        Closed::NotADayOfIt => None,
    }))
}
