//! The organisation's calendar: which days are school days, public holidays, school holidays or closed.

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::day::{Day, earlier};
use super::published;

pub use super::range::Range;

/// Which of the published calendars an organisation follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCalendars {
    /// The school zone: `A`, `B`, `C`…
    pub zone: String,
    /// Whose public holidays: `Métropole`, `Alsace-Moselle`…
    pub territory: String,
    /// Whether Good Friday is kept, where the territory has it.
    pub good_friday: bool,
}

/// What the organisation says of days, whatever the activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Weekdays on which there is school.
    pub school_weekdays: Vec<Weekday>,
    /// The published calendars it follows; none when it writes all days itself.
    #[serde(default)]
    pub published: Option<PublishedCalendars>,
    /// Public holidays of its own; an activity says whether it closes on them.
    pub public_holidays: Vec<Range>,
    /// School holidays of its own; an activity says whether it closes in them.
    pub school_holidays: Vec<Range>,
    /// Days with school whatever is published: a rector moved them, or a Saturday makes up for one.
    #[serde(default)]
    pub school_days: Vec<Range>,
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

fn among(ranges: &[Range], day: Day) -> Option<&Range> {
    ranges.iter().find(|range| range.holds(day))
}

impl Calendar {
    /// The public holiday of a day.
    pub fn public_holiday(&self, day: Day) -> Option<&Range> {
        among(&self.public_holidays, day).or_else(|| {
            let published = self.published.as_ref()?;
            published::public_holiday(&published.territory, published.good_friday, day)
        })
    }

    /// The school holidays a day lies in.
    pub fn school_holiday(&self, day: Day) -> Option<&Range> {
        if among(&self.school_days, day).is_some() {
            return None;
        }
        let published = || published::school_holiday(&self.published.as_ref()?.zone, day);
        among(&self.school_holidays, day).or_else(published)
    }

    /// Whether the school calendar says anything of a day: beyond the published years it is unknown, not guessed.
    pub fn school_is_known(&self, day: Day) -> bool {
        let own = || among(&self.school_holidays, day).or_else(|| among(&self.school_days, day)).is_some();
        self.published.as_ref().is_none_or(|published| published::school_is_known(&published.zone, day) || own())
    }

    /// Whether the public holidays of a day's year are known.
    pub fn public_is_known(&self, day: Day) -> bool {
        self.published.is_none() || published::public_is_known(day)
    }

    /// The closure of everything a day lies in.
    pub fn closure(&self, day: Day) -> Option<&Range> {
        among(&self.closures, day)
    }

    /// Whether a day counts when days are counted.
    pub fn counts(&self, day: Day, counting: Counting) -> bool {
        let week_end = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        match counting {
            Counting::Calendar => true,
            Counting::Working => !week_end && self.public_holiday(day).is_none(),
            Counting::School => {
                (self.school_weekdays.contains(&day.weekday()) || among(&self.school_days, day).is_some())
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

    /// The day itself when it counts and nothing closes everything on it, else the last such day before.
    pub fn last_open_day(&self, day: Day, counting: Counting) -> Day {
        let mut at = day;
        while (day - at).num_days() < 366 && !(self.counts(at, counting) && self.closure(at).is_none()) {
            at = earlier(at, 1);
        }
        at
    }
}
