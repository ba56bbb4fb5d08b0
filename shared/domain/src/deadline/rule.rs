//! The kinds of rules that communes publish, each as data.

use chrono::{Datelike, Months, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

use super::Never;
use super::limit::{Hour, Limit};
use crate::calendar::{Calendar, Counting};
use crate::day::{Day, Week, earlier, later};

/// How a limit is found for a day of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    /// Some days before the day of service; 0 is the day itself.
    DaysBefore {
        /// How many.
        days: u32,
        /// Which days count.
        counting: Counting,
        /// The hour on that day.
        hour: Hour,
    },
    /// Some hours before an hour of the day, as a clock on the wall shows them: 48 hours before midnight is always
    /// two days before, also in the night the clock changes.
    HoursBefore {
        /// How many.
        hours: u32,
        /// Before which minute of the day of service, from 0:00.
        from: u16,
    },
    /// A weekday, some weeks before the week of the day of service; 0 is the same week, 1 the week before.
    Weekly {
        /// The weekday of the limit.
        weekday: Weekday,
        /// How many weeks before.
        weeks: u32,
        /// The hour on that day.
        hour: Hour,
    },
    /// A weekly limit for each weekday of service; a weekday without one is never allowed.
    ByWeekday {
        /// The batches.
        batches: Vec<Batch>,
    },
    /// A day of a month before the month of the day of service.
    Monthly {
        /// The day, clipped to the month's end.
        day: u32,
        /// How many months before; 1 is the month before.
        months: u32,
        /// The hour on that day.
        hour: Hour,
        /// The day of that month on which it opens, when it does not before.
        from_day: Option<u32>,
    },
    /// Published dates: each for some days of service, with a closing and perhaps an opening instant.
    Periods {
        /// The periods, none over another.
        periods: Vec<Period>,
    },
    /// Fixed for the school year: until a day of the year in which it begins, else on request only.
    Annual {
        /// Month, day and hour in the calendar year in which the school year of the day of service begins.
        until: Option<(u32, u32, Hour)>,
    },
    /// Until the day of service ends.
    Open,
    /// Nobody books: who comes is there.
    NoBooking,
    /// Never: every booking is final, or only the organisation books.
    Never,
}

/// The days of service that share one weekly limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Weekdays of service.
    pub service: Vec<Weekday>,
    /// The weekday of the limit.
    pub weekday: Weekday,
    /// How many weeks before the week of the day of service.
    pub weeks: u32,
    /// The hour on that day.
    pub hour: Hour,
}

/// Published dates for some days of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day of service; `None` is since ever.
    pub from: Option<Day>,
    /// Last day of service; `None` is without end.
    pub to: Option<Day>,
    /// When it opens: a day, and minutes from 0:00.
    pub opens: Option<(Day, u16)>,
    /// The day it closes.
    pub closes: Day,
    /// The hour on that day.
    pub hour: Hour,
}

impl Period {
    fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Rule {
    /// The day and hour of the limit for a day of service.
    pub(super) fn closes(&self, day: Day, calendar: &Calendar) -> Result<(Day, Hour), Never> {
        match self {
            Self::DaysBefore { days, counting, hour } => Ok((calendar.days_before(day, *days, *counting), *hour)),
            Self::HoursBefore { hours, from } => Ok(hours_before(day, *hours, *from)),
            Self::Weekly { weekday, weeks, hour } => Ok((weekday_before(day, *weekday, *weeks), *hour)),
            Self::ByWeekday { batches } => {
                let batch = batches.iter().find(|batch| batch.service.contains(&day.weekday()));
                let batch = batch.ok_or(Never::OfficeOnly)?;
                Ok((weekday_before(day, batch.weekday, batch.weeks), batch.hour))
            }
            Self::Monthly { day: number, months, hour, .. } => Ok((day_of_month(day, *months, *number), *hour)),
            Self::Periods { periods } => {
                let period = periods.iter().find(|period| period.holds(day)).ok_or(Never::NotAnnounced)?;
                Ok((period.closes, period.hour))
            }
            Self::Annual { until } => {
                let (month, number, hour) = until.ok_or(Never::FixedForTheYear)?;
                Ok((clipped(school_year_of(day), month, number), hour))
            }
            Self::Open => Ok((day, Hour::Before(1440))),
            Self::NoBooking => Err(Never::NoBooking),
            Self::Never => Err(Never::OfficeOnly),
        }
    }

    /// The instant at which it opens, when it does not before.
    pub(super) fn opens(&self, day: Day) -> Option<Limit> {
        match self {
            Self::Monthly { months, from_day: Some(from), .. } => {
                Some(Limit::new(day_of_month(day, *months, *from), Hour::Before(0)))
            }
            Self::Periods { periods } => {
                let (opens, minutes) = periods.iter().find(|period| period.holds(day))?.opens?;
                Some(Limit::new(opens, Hour::Before(minutes)))
            }
            _ => None,
        }
    }
}

/// A Sunday belongs to the week that ends with it.
fn weekday_before(day: Day, weekday: Weekday, weeks: u32) -> Day {
    let monday = earlier(Week::of(day).monday(), 7 * u64::from(weeks));
    later(monday, u64::from(weekday.num_days_from_monday()))
}

fn hours_before(day: Day, hours: u32, from: u16) -> (Day, Hour) {
    let reference = day.and_hms_opt(0, 0, 0).unwrap_or_default() + TimeDelta::minutes(i64::from(from));
    let at = reference - TimeDelta::hours(i64::from(hours));
    let minutes = (at - at.date().and_hms_opt(0, 0, 0).unwrap_or_default()).num_minutes();
    match u16::try_from(minutes).unwrap_or_default() {
        // "Before 0:00" is said, and understood, as midnight of the day before.
        0 => (earlier(at.date(), 1), Hour::Before(1440)),
        minutes => (at.date(), Hour::Before(minutes)),
    }
}

fn day_of_month(day: Day, months: u32, number: u32) -> Day {
    let month = day.with_day(1).and_then(|first| first.checked_sub_months(Months::new(months))).unwrap_or(day);
    clipped(month.year(), month.month(), number)
}

/// That day of a month, or its last one.
fn clipped(year: i32, month: u32, number: u32) -> Day {
    (1..=number.clamp(1, 31)).rev().find_map(|number| Day::from_ymd_opt(year, month, number)).unwrap_or(Day::MIN)
}

/// The calendar year in which the school year of a day begins: 1 September.
fn school_year_of(day: Day) -> i32 {
    if day.month() >= 9 { day.year() } else { day.year() - 1 }
}
