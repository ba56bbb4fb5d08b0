//! An abonnement: a recurring weekly pattern of a child, and what saving, changing or ending it does to each day.

mod cost;
mod fate;
mod plan;
mod tally;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::day::{Day, Week, later};
use super::id::{ActivityId, ChildId};

pub use cost::{Cost, Priced, cost};
pub use fate::{Fate, KnownOfCell, fate};
pub use plan::{Carried, Past, Plan, plan};
pub use tally::Tally;

/// Which weeks of the range a pattern means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Every week.
    Every,
    /// Weeks with an even ISO number.
    Even,
    /// Weeks with an odd ISO number.
    Odd,
    /// One week in two, beginning with the week of the first day.
    OneInTwo,
}

/// The weekdays of one activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The activity.
    pub activity: ActivityId,
    /// Its weekdays, each once.
    pub weekdays: Vec<Weekday>,
}

/// A pattern for a child, from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abonnement {
    /// Made by the page, one for each abonnement.
    pub id: String,
    /// The child.
    pub child: ChildId,
    /// What, on which weekdays.
    pub lines: Vec<Line>,
    /// In which weeks.
    pub turn: Turn,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Abonnement {
    /// Whether the pattern means an activity on a day.
    pub fn means(&self, activity: &ActivityId, day: Day) -> bool {
        self.weekdays(activity, day).any(|weekday| weekday == day.weekday())
    }

    /// The weekdays of an activity in the week of a day, when the pattern is in force on that day.
    pub fn weekdays(&self, activity: &ActivityId, day: Day) -> impl Iterator<Item = Weekday> {
        let holds = self.takes_turn(day) && self.from <= day && day <= self.to;
        let lines = self.lines.iter().filter(move |line| holds && line.activity == *activity);
        lines.flat_map(|line| line.weekdays.iter().copied())
    }

    fn takes_turn(&self, day: Day) -> bool {
        let even = day.iso_week().week().is_multiple_of(2);
        match self.turn {
            Turn::Every => true,
            Turn::Even => even,
            Turn::Odd => !even,
            Turn::OneInTwo => {
                let weeks = (Week::of(day).monday() - Week::of(self.from).monday()).num_weeks();
                weeks % 2 == 0
            }
        }
    }

    /// Its days.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let to = self.to;
        (0..)
            .map({
                let from = self.from;
                move |days| later(from, days)
            })
            .take_while(move |day| *day <= to)
    }
}
