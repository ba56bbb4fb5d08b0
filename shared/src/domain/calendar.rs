//! The organisation's calendar: which days are school days, public holidays, school holidays or closed.

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::day::{Day, earlier};

/// A range of days with the word for it, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// What it is, in French: `Vacances de la Toussaint`.
    pub name: String,
}

impl Range {
    /// Whether a day is inside.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// What the organisation says of days, whatever the activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Weekdays on which there is school.
    pub school_weekdays: Vec<Weekday>,
    /// Public holidays; an activity says whether it closes on them.
    pub public_holidays: Vec<Range>,
    /// School holidays; an activity says whether it closes in them.
    pub school_holidays: Vec<Range>,
    /// Days on which everything is closed.
    pub closures: Vec<Range>,
}

/// Which days count when a limit says "N days before".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Every day.
    Calendar,
    /// Neither week-end nor public holiday.
    Working,
    /// Days on which there is school.
    School,
}

impl Calendar {
    /// The public holiday of a day.
    pub fn public_holiday(&self, day: Day) -> Option<&Range> {
        self.public_holidays.iter().find(|range| range.holds(day))
    }

    /// The school holidays a day lies in.
    pub fn school_holiday(&self, day: Day) -> Option<&Range> {
        self.school_holidays.iter().find(|range| range.holds(day))
    }

    /// The closure of everything a day lies in.
    pub fn closure(&self, day: Day) -> Option<&Range> {
        self.closures.iter().find(|range| range.holds(day))
    }

    fn counts(&self, day: Day, counting: Counting) -> bool {
        let week_end = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        match counting {
            Counting::Calendar => true,
            Counting::Working => !week_end && self.public_holiday(day).is_none(),
            Counting::School => {
                self.school_weekdays.contains(&day.weekday())
                    && self.public_holiday(day).is_none()
                    && self.school_holiday(day).is_none()
            }
        }
    }

    /// The day that lies `count` counted days before `day`; 0 is the day itself.
    ///
    /// A calendar without any counted day in the two years before gives the earliest day looked at.
    pub fn days_before(&self, day: Day, count: u32, counting: Counting) -> Day {
        const TWO_YEARS: u32 = 731;
        let mut left = count;
        let mut at = day;
        for _ in 0..TWO_YEARS {
            if left == 0 {
                break;
            }
            at = earlier(at, 1);
            if self.counts(at, counting) {
                left -= 1;
            }
        }
        at
    }
}
