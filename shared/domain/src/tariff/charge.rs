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
            Self::Full => price,
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
    /// Fetched too late.
    pub late_leaving: Option<LateLeaving>,
}

impl Default for Charges {
    fn default() -> Self {
        Self {
            excused: Charge::Free,
            absences: Absences::default(),
            unexcused: Charge::Full,
            unbooked: Charge::Full,
            unbooked_from: 1,
            late_leaving: None,
        }
    }
}

/// Which days of an absence are excused, counted over booked days in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Absences {
    /// So many first days are due all the same (carence).
    pub first_due: u32,
    /// Only an absence of at least so many days is excused.
    pub at_least: u32,
    /// Only so many first days are excused, when it is not 0.
    pub at_most: u32,
}

impl Absences {
    /// Whether the `number`th day, from 1, of an absence of `length` days is excused.
    pub fn excuses(self, number: u32, length: u32) -> bool {
        number > self.first_due && length >= self.at_least && (self.at_most == 0 || number <= self.at_most)
    }
}

/// A child fetched after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateLeaving {
    /// From this minute of the day on.
    pub after: u16,
    /// Each started span of so many minutes; 0 is once.
    pub every: u16,
    /// Costs so many cents.
    pub cents: u32,
}

impl LateLeaving {
    /// How many spans a child that left then is late.
    pub fn spans(self, left: Option<u16>) -> u32 {
        let late = u32::from(left.unwrap_or_default().saturating_sub(self.after));
        match (late, self.every) {
            (0, _) => 0,
            (_, 0) => 1,
            (late, every) => late.div_ceil(u32::from(every)),
        }
    }
}

impl Charges {
    /// How a state is charged; an excused absence that does not count costs the price. `unbooked`: which day without a
    /// booking it is in the month, from 1.
    pub fn of(&self, presence: Option<Presence>, excused: bool, unbooked: u32) -> Charge {
        match presence {
            None | Some(Presence::Present) => Charge::Full,
            Some(Presence::AbsentExcused) if excused => self.excused,
            Some(Presence::AbsentExcused) => Charge::Full,
            Some(Presence::AbsentUnexcused) => self.unexcused,
            Some(Presence::PresentUnbooked) if unbooked < self.unbooked_from => Charge::Full,
            Some(Presence::PresentUnbooked) => self.unbooked,
        }
    }
}
