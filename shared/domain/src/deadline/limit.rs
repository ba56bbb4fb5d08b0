//! A limit: an hour of a day in Paris, and the first instant that is too late.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::day::{Day, earlier, hour, later, paris_day, paris_instant, short_date, start_of};

/// An hour of the day that ends something.
///
/// *Before* 9:00 allows 8:59:59; *until* 23:59 allows the whole minute. *Before* 24:00 is midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hour {
    /// The first minute that is too late, in minutes from 0:00, at most 1440.
    Before(u16),
    /// The last minute that is in time.
    Until(u16),
}

impl Hour {
    /// Reads `9:00`, `09:00` or `24:00` as minutes from 0:00.
    pub fn minutes(text: &str) -> Option<u16> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |part: &str| (1..=2).contains(&part.len()).then(|| part.parse::<u16>().ok()).flatten();
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 1440).then_some(total)
    }

    /// The first instant on `day` that is too late. Midnight has no minute after it: *until* 24:00 is *before* 24:00.
    fn end(self, day: Day) -> DateTime<Utc> {
        match self {
            Self::Before(1440..) | Self::Until(1439..) => start_of(later(day, 1)),
            Self::Before(minutes) => paris_instant(day, time_of(minutes)),
            Self::Until(minutes) => paris_instant(day, time_of(minutes)) + TimeDelta::minutes(1),
        }
    }

    /// `avant 9 h`, `jusqu’à 23 h 59`, `avant minuit`.
    pub(super) fn said(self) -> String {
        match self {
            Self::Before(1440..) => "avant minuit".to_owned(),
            Self::Until(1440..) => "jusqu’à minuit".to_owned(),
            Self::Before(minutes) => format!("avant {}", hour(time_of(minutes))),
            Self::Until(minutes) => format!("jusqu’à {}", hour(time_of(minutes))),
        }
    }
}

pub(crate) fn time_of(minutes: u16) -> NaiveTime {
    NaiveTime::from_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0).unwrap_or_default()
}

/// A limit: the first instant that is too late, and the day and hour by which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// From this instant on it is too late.
    pub at: DateTime<Utc>,
    pub(super) day: Day,
    pub(super) hour: Hour,
}

impl Limit {
    pub(super) fn new(day: Day, hour: Hour) -> Self {
        Self { at: hour.end(day), day, hour }
    }

    fn day_said(&self, now: DateTime<Utc>) -> String {
        let today = paris_day(now);
        match self.day {
            day if day == today => "aujourd’hui".to_owned(),
            day if day == later(today, 1) => "demain".to_owned(),
            day if day == earlier(today, 1) => "hier".to_owned(),
            day => short_date(day),
        }
    }

    /// `aujourd’hui avant 9 h`, `demain jusqu’à 23 h 59`, `mardi 26 mai avant 12 h`.
    pub fn said(&self, now: DateTime<Utc>) -> String {
        format!("{} {}", self.day_said(now), self.hour.said())
    }

    /// `aujourd’hui à 9 h` said of a limit that has passed.
    pub fn said_passed(&self, now: DateTime<Utc>) -> String {
        self.said(now).replace(" avant ", " à ").replace(" jusqu’à ", " à ")
    }

    /// `mardi 26 mai à 14 h` said of an instant at which something opens.
    pub fn said_opening(&self, now: DateTime<Utc>) -> String {
        match self.hour {
            Hour::Before(0) => self.day_said(now),
            _ => self.said_passed(now),
        }
    }
}
