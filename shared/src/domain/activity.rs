//! An activity: the days it opens, and until when it is booked and cancelled.

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Range};
use super::day::Day;
use super::deadline::Deadline;
use super::id::ActivityId;

/// Something children take part in on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its identifier.
    pub id: ActivityId,
    /// Its name: `Cantine maternelle`.
    pub name: String,
    /// The weekdays on which it opens.
    pub weekdays: Vec<Weekday>,
    /// The first and last day on which it exists; `None` is without end.
    pub season: Option<Range>,
    /// Whether it closes on public holidays.
    pub closes_on_public_holidays: bool,
    /// Whether it closes in school holidays.
    pub closes_in_school_holidays: bool,
    /// Days on which it alone is closed.
    pub closures: Vec<Range>,
    /// Days on which it opens all the same.
    pub openings: Vec<Day>,
    /// Until when a day is booked.
    pub book: Deadline,
    /// Until when a booking is cancelled.
    pub cancel: Deadline,
    /// The flat price of a day, in cents, when there is one.
    pub price: Option<u32>,
}

/// Why an activity is closed on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It does not open on that weekday, or not in that season.
    NotADayOfIt,
    /// A closure, a public holiday or school holidays: the word for it.
    For(String),
}

impl Activity {
    /// Why it is closed on a day; `None` when it opens.
    pub fn closed(&self, day: Day, calendar: &Calendar) -> Option<Closed> {
        if self.openings.contains(&day) {
            return None;
        }
        let named = |range: &Range| Closed::For(range.name.clone());
        let closure = self.closures.iter().find(|range| range.holds(day)).or_else(|| calendar.closure(day));
        if let Some(closure) = closure {
            return Some(named(closure));
        }
        if !self.weekdays.contains(&day.weekday()) || self.season.as_ref().is_some_and(|season| !season.holds(day)) {
            return Some(Closed::NotADayOfIt);
        }
        let public = calendar.public_holiday(day).filter(|_| self.closes_on_public_holidays);
        let school = calendar.school_holiday(day).filter(|_| self.closes_in_school_holidays);
        public.or(school).map(named)
    }

    /// The two rules in one French sentence.
    pub fn rule(&self) -> String {
        format!("Réservation : {}. Annulation : {}.", self.book.sentence(), self.cancel.sentence())
    }
}
