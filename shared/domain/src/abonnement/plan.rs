//! What an abonnement does to all the days it reaches: each is decided like a click, and weeks stay whole.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Abonnement, Fate, KnownOfCell, Tally, fate};
use crate::activity::Activity;
use crate::day::{Day, Week};
use crate::family::Child;
use crate::id::ActivityId;
use crate::organisation::Organisation;
use crate::planning::{Action, Facts, Spot, Step, cell_of, refuses_week};

/// An abonnement that is carried out, at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    /// The pattern, as it is to be.
    pub abonnement: &'a Abonnement,
    /// It was ended: what it booked goes.
    pub ended: bool,
    /// The organisation.
    pub organisation: &'a Organisation,
    /// Whose days.
    pub child: &'a Child,
    /// When, on the business clock.
    pub now: DateTime<Utc>,
}

/// What happened to its days before.
#[derive(Debug, Default)]
pub struct Past {
    /// Booked by it, or by an earlier form of it.
    pub own: BTreeSet<(ActivityId, Day)>,
    /// Cancelled since by a person: left as they chose.
    pub by_hand: BTreeSet<(ActivityId, Day)>,
    /// Booked by the child's other family, as a failed write has shown.
    pub held: BTreeSet<(ActivityId, Day)>,
}

/// Every day decided.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is left to do.
    pub steps: Vec<Step>,
    /// How many days of each kind.
    pub tally: Tally,
    /// The days that are left alone, and why.
    pub skipped: Vec<(ActivityId, Day, Fate)>,
}

/// A day as it is decided.
struct Decided {
    day: Day,
    fate: Fate,
    its_own: bool,
    surcharge: u32,
}

/// Decides every day that it means or has booked.
pub fn plan(carried: &Carried, past: &Past, facts: &impl Facts) -> Plan {
    let mut plan = Plan::default();
    for activity in &carried.organisation.activities {
        let mut decided = carried.days(activity, past, facts);
        carried.keep_weeks_whole(activity, &mut decided, facts);
        decided.into_iter().for_each(|day| plan.add(&activity.id, day));
    }
    plan
}

impl Carried<'_> {
    fn means(&self, activity: &ActivityId, day: Day) -> bool {
        !self.ended && self.abonnement.means(activity, day)
    }

    fn spot<'a>(&'a self, activity: &'a Activity, day: Day) -> Spot<'a> {
        Spot { organisation: self.organisation, child: self.child, activity, day }
    }

    /// The days of one activity, each for itself; each that is booked takes a ticket.
    fn days(&self, activity: &Activity, past: &Past, facts: &impl Facts) -> Vec<Decided> {
        let own = past.own.iter().filter(|(id, _)| *id == activity.id).map(|(_, day)| *day);
        let meant = self.abonnement.days().filter(|day| self.means(&activity.id, *day));
        let days: BTreeSet<Day> = meant.chain(own).collect();
        let mut tickets = facts.tickets(&self.child.id, &activity.id).left;
        let decide = |day| {
            let here = (activity.id.clone(), day);
            let known = KnownOfCell { its_own: past.own.contains(&here), by_hand: past.by_hand.contains(&here) };
            let cell = cell_of(self.spot(activity, day), facts, self.now);
            let meant = self.means(&activity.id, day);
            let fate = match fate(meant, &cell, known, day, &self.organisation.calendar) {
                Fate::Book if past.held.contains(&here) => Fate::OtherFamily,
                // Once there are no tickets left, the other days are left alone.
                Fate::Book if activity.needs_ticket() && tickets == 0 => Fate::NoTicket,
                fate => fate,
            };
            tickets = tickets.saturating_sub(u32::from(fate == Fate::Book));
            Decided { day, fate, its_own: known.its_own, surcharge: cell.surcharge }
        };
        days.into_iter().map(decide).collect()
    }

    /// A week that would have fewer days than go together is left alone.
    fn keep_weeks_whole(&self, activity: &Activity, decided: &mut [Decided], facts: &impl Facts) {
        if activity.week.is_none() {
            return;
        }
        let changed: BTreeMap<Day, Fate> = decided.iter().map(|one| (one.day, one.fate)).collect();
        let booked = |day: &Day| match changed.get(day) {
            Some(Fate::Book) => true,
            Some(Fate::Cancel) => false,
            _ => facts.held(&self.child.id, &activity.id, *day).is_booking(),
        };
        for one in decided.iter_mut().filter(|one| one.fate == Fate::Book) {
            let days = Week::of(one.day).days().iter().filter(|day| booked(day)).count();
            if refuses_week(self.spot(activity, one.day), days).is_some() {
                one.fate = Fate::ShortWeek;
            }
        }
    }
}

impl Plan {
    fn add(&mut self, activity: &ActivityId, decided: Decided) {
        let Decided { day, fate, its_own, surcharge } = decided;
        self.tally.count(fate, its_own);
        let action = match fate {
            Fate::Book => Action::Book,
            Fate::Cancel => Action::Cancel,
            Fate::None | Fate::Already => return,
            skipped => return self.skipped.push((activity.clone(), day, skipped)),
        };
        self.steps.push(Step { activity: activity.clone(), day, action, surcharge });
    }
}
