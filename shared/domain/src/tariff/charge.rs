//! What is charged of a day that was not simply used as booked.

use serde::{Deserialize, Serialize};

use crate::attendance::Presence;

/// How a state is charged, from the price of the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// The price.
    #[default]
    Full,
    /// Nothing.
    Free,
    /// A share of the price, in percent, rounded to the cent, half up.
    Percent(u32),
    /// So many cents instead of the price.
    Instead(u32),
    /// The price and so many cents more.
    More(u32),
    /// Nothing, and so many cents are given back: of a flat price.
    Back(u32),
    /// The price of so many minutes, whatever the hours were: of a price of started spans.
    Minutes(u16),
}

impl Charge {
    /// Whether it comes to the same whatever the price is, so that no hours are needed to find it.
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::Free | Self::Instead(_) | Self::Back(_))
    }

    /// What one unit comes to, in cents; negative when it is given back.
    pub fn of(self, price: u32) -> i64 {
        let price = i64::from(price);
        match self {
            Self::Full | Self::Minutes(_) => price,
            Self::Free => 0,
            Self::Percent(percent) => (price * i64::from(percent) + 50) / 100,
            Self::Instead(cents) => i64::from(cents),
            Self::More(cents) => price + i64::from(cents),
            Self::Back(cents) => -i64::from(cents),
        }
    }
}

/// What each state of a day costs. Present, and what nobody checked, cost the price. Where nothing is written an excused
/// absence is free and all else costs the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Charges {
    /// Absent with an accepted reason.
    pub excused: Charge,
    /// Which excused absences are charged as `excused`; the others cost the price.
    pub absences: Absences,
    /// Absent without one.
    pub unexcused: Charge,
    /// There without a booking.
    pub unbooked: Charge,
    /// From which such day of the month on, from 1, `unbooked` is charged; those before cost the price.
    pub unbooked_from: u32,
    /// What it costs from one such day on instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unbooked_again: Option<Again<Charge>>,
    /// What an unexcused absence costs from one on instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unexcused_again: Option<Again<Charge>>,
    /// Fetched too late.
    pub late_leaving: Option<LateLeaving>,
}

/// What something costs once it has happened before, counted by child and activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again<T> {
    /// Over which span it is counted.
    pub within: Within,
    /// From which time on, the first being 1, it costs what; in order.
    pub steps: Vec<(u32, T)>,
}

/// A span over which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// The month.
    Month,
    /// The school year, from 1 September on.
    SchoolYear,
}

impl<T: Copy> Again<T> {
    /// What it costs the `number`th time; `first` where no step has begun.
    pub fn at(&self, number: u32, first: T) -> T {
        self.steps.iter().rev().find(|(from, _)| *from <= number).map_or(first, |(_, cost)| *cost)
    }
}

impl Default for Charges {
    fn default() -> Self {
        Self {
            excused: Charge::Free,
            absences: Absences::default(),
            unexcused: Charge::Full,
            unbooked: Charge::Full,
            unbooked_from: 1,
            unbooked_again: None,
            unexcused_again: None,
            late_leaving: None,
        }
    }
}

/// Which days of an absence are excused, counted over booked days in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Absences {
    /// So many first days are due all the same (carence).
    pub first_due: u32,
    /// Only an absence of at least so many days is excused.
    pub at_least: u32,
    /// Only so many first days are excused, when it is not 0.
    pub at_most: u32,
    /// Days that are due all the same, from 1: first and last of each row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub due: Vec<(u32, u32)>,
}

impl Absences {
    /// Whether the `number`th day, from 1, of an absence of `length` days is excused.
    pub fn excuses(&self, number: u32, length: u32) -> bool {
        let within = number > self.first_due && length >= self.at_least;
        let due = self.due.iter().any(|(first, last)| (*first..=*last).contains(&number));
        within && !due && (self.at_most == 0 || number <= self.at_most)
    }
}

/// A child fetched after the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateLeaving {
    /// From this minute of the day on.
    pub after: u16,
    /// Each started span of so many minutes; 0 is once.
    pub every: u16,
    /// Costs so many cents.
    pub cents: u32,
    /// What it costs once it has happened before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again<u32>>,
}

impl LateLeaving {
    /// How many spans a child that left then is late.
    pub fn spans(&self, left: Option<u16>) -> u32 {
        let late = u32::from(left.unwrap_or_default().saturating_sub(self.after));
        match (late, self.every) {
            (0, _) => 0,
            (_, 0) => 1,
            (late, every) => late.div_ceil(u32::from(every)),
        }
    }
}

impl Charges {
    /// All that is said of states of a day.
    pub fn all(&self) -> Vec<Charge> {
        let again = self.unbooked_again.iter().chain(&self.unexcused_again).flat_map(|again| &again.steps);
        let first = [self.excused, self.unexcused, self.unbooked];
        first.into_iter().chain(again.map(|(_, charge)| *charge)).collect()
    }

    /// Whether something is counted over more than a month.
    pub(super) fn asks_earlier_months(&self) -> bool {
        let again = self.unbooked_again.iter().chain(&self.unexcused_again).map(|again| again.within);
        let fetched = self.late_leaving.iter().flat_map(|late| &late.again).map(|again| again.within);
        let counted = again.chain(fetched).any(|within| within == Within::SchoolYear);
        counted || self.absences != Absences::default()
    }

    /// How a state is charged; an excused absence that does not count costs the price. `number`: which such day it is, from 1,
    /// over the span in which they are counted.
    pub fn of(&self, presence: Option<Presence>, excused: bool, number: u32) -> Charge {
        match presence {
            None | Some(Presence::Present) => Charge::Full,
            Some(Presence::AbsentExcused) if excused => self.excused,
            Some(Presence::AbsentExcused) => Charge::Full,
            Some(Presence::AbsentUnexcused) => again(&self.unexcused_again, number, self.unexcused),
            Some(Presence::PresentUnbooked) if number < self.unbooked_from => Charge::Full,
            Some(Presence::PresentUnbooked) => again(&self.unbooked_again, number, self.unbooked),
        }
    }
}

fn again(again: &Option<Again<Charge>>, number: u32, first: Charge) -> Charge {
    again.as_ref().map_or(first, |again| again.at(number, first))
}
