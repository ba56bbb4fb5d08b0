//! How many days a week a child usually comes in a month: what a flat price beyond a week goes by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::{Period, Taken};
use crate::abonnement::Abonnement;
use crate::attendance::Presence;
use crate::day::{Day, Week, later};
use crate::organisation::Organisation;

/// The abonnement in force decides; without one, the most days booked in a full open week of the month. A short week (a
/// holiday, the first of a month) decides only where there is no other.
pub(super) fn usual_week(organisation: &Organisation, abonnements: &[Abonnement], taken: &[Taken], one: &Taken) -> u8 {
    let days = match subscribed(organisation, abonnements, one) {
        0 => booked(organisation, taken, one),
        days => days,
    };
    u8::try_from(days).unwrap_or(7)
}

/// The most weekdays that the child's abonnements, taken together, mean on one day of the month.
fn subscribed(organisation: &Organisation, abonnements: &[Abonnement], one: &Taken) -> usize {
    let period = Period::of(one.day);
    let opens = organisation.activity(&one.activity).map(|activity| activity.weekdays.as_slice()).unwrap_or_default();
    let of_child: Vec<&Abonnement> = abonnements.iter().filter(|known| known.child == one.child).collect();
    let weekdays = |day: Day| -> BTreeSet<u32> {
        let meant = of_child.iter().flat_map(|known| known.weekdays(&one.activity, day));
        meant.filter(|weekday| opens.contains(weekday)).map(|weekday| weekday.num_days_from_monday()).collect()
    };
    let days = (0..31).map(|count| later(period.first(), count)).take_while(|day| *day <= period.last());
    days.map(|day| weekdays(day).len()).max().unwrap_or_default()
}

/// The most days in a full open week; in any week where no full one has a booking.
fn booked(organisation: &Organisation, taken: &[Taken], one: &Taken) -> usize {
    let period = Period::of(one.day);
    let same =
        |other: &&Taken| (&other.child, &other.activity, Period::of(other.day)) == (&one.child, &one.activity, period);
    let all: Vec<&Taken> = taken.iter().filter(same).collect();
    let regular = narrowed(all, |other| other.regular);
    let usual = narrowed(regular, |other| other.presence != Some(Presence::PresentUnbooked));
    let mut weeks: BTreeMap<Week, BTreeSet<Day>> = BTreeMap::new();
    for other in usual {
        weeks.entry(Week::of(other.day)).or_default().insert(other.day);
    }
    let most = |full: bool| {
        let counted = weeks.iter().filter(|(week, _)| !full || is_full(organisation, one, **week));
        counted.map(|(_, days)| days.len()).max()
    };
    most(true).or_else(|| most(false)).unwrap_or_default()
}

/// Those of a kind, or all where there is none.
fn narrowed(all: Vec<&Taken>, kind: impl Fn(&Taken) -> bool) -> Vec<&Taken> {
    let some: Vec<&Taken> = all.iter().copied().filter(|one| kind(one)).collect();
    if some.is_empty() { all } else { some }
}

/// Whether the activity opens on all its weekdays of a week, and all of these are in the month.
fn is_full(organisation: &Organisation, one: &Taken, week: Week) -> bool {
    let Some(activity) = organisation.activity(&one.activity) else { return false };
    let open =
        |day: Day| Period::of(day) == Period::of(one.day) && activity.closed(day, &organisation.calendar).is_none();
    let mut days = week.days().into_iter().filter(|day| activity.weekdays.contains(&day.weekday())).peekable();
    days.peek().is_some() && days.all(open)
}
