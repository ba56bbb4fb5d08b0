//! Until when an action on a day is allowed: a rule is data, a limit is an instant in Europe/Paris.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Counting};
use super::day::{Day, Week, earlier, hour, later, paris_day, paris_instant, short_date, start_of, weekday_name};

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

    /// The first instant on `day` that is too late.
    fn end(self, day: Day) -> DateTime<Utc> {
        let at = |minutes: u16| match minutes {
            1440.. => start_of(later(day, 1)),
            _ => paris_instant(day, time_of(minutes)),
        };
        match self {
            Self::Before(minutes) => at(minutes),
            Self::Until(minutes) => at(minutes) + TimeDelta::minutes(1),
        }
    }

    /// `avant 9 h`, `jusqu’à 23 h 59`, `avant minuit`.
    fn said(self) -> String {
        match self {
            Self::Before(1440..) => "avant minuit".to_owned(),
            Self::Before(minutes) => format!("avant {}", hour(time_of(minutes))),
            Self::Until(minutes) => format!("jusqu’à {}", hour(time_of(minutes))),
        }
    }
}

fn time_of(minutes: u16) -> NaiveTime {
    NaiveTime::from_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0).unwrap_or_default()
}

/// Until when booking, or cancelling, is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deadline {
    /// Some days before the day of service; 0 is the day itself.
    DaysBefore {
        /// How many.
        days: u32,
        /// Which days count.
        counting: Counting,
        /// The hour on that day.
        hour: Hour,
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
    /// Until the day of service ends.
    Open,
    /// Never: every booking is final, or only the organisation books.
    Never,
}

/// A limit: the first instant that is too late, and the day and hour by which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// From this instant on it is too late.
    pub at: DateTime<Utc>,
    day: Day,
    hour: Hour,
}

impl Limit {
    /// `aujourd’hui avant 9 h`, `demain jusqu’à 23 h 59`, `mardi 26 mai avant 12 h`.
    pub fn said(&self, now: DateTime<Utc>) -> String {
        let today = paris_day(now);
        let day = match self.day {
            day if day == today => "aujourd’hui".to_owned(),
            day if day == later(today, 1) => "demain".to_owned(),
            day if day == earlier(today, 1) => "hier".to_owned(),
            day => short_date(day),
        };
        format!("{day} {}", self.hour.said())
    }

    /// `aujourd’hui à 9 h` said of a limit that has passed.
    pub fn said_passed(&self, now: DateTime<Utc>) -> String {
        self.said(now).replace(" avant ", " à ").replace(" jusqu’à ", " à ")
    }
}

impl Deadline {
    /// The limit for a day of service; `None` when the action is never allowed.
    pub fn limit(&self, day: Day, calendar: &Calendar) -> Option<Limit> {
        let (limit_day, hour) = match *self {
            Self::DaysBefore { days, counting, hour } => (calendar.days_before(day, days, counting), hour),
            Self::Weekly { weekday, weeks, hour } => {
                let monday = earlier(Week::of(day).monday(), 7 * u64::from(weeks));
                (later(monday, u64::from(weekday.num_days_from_monday())), hour)
            }
            Self::Open => (day, Hour::Before(1440)),
            Self::Never => return None,
        };
        let rule = Limit { at: hour.end(limit_day), day: limit_day, hour };
        let end = Limit { at: start_of(later(day, 1)), day, hour: Hour::Before(1440) };
        Some(if rule.at <= end.at { rule } else { end })
    }

    /// The rule in words, after "Réservation" or "Annulation".
    pub fn sentence(&self) -> String {
        match *self {
            Self::DaysBefore { days: 0, hour, .. } => format!("le jour même, {}", hour.said()),
            Self::DaysBefore { days: 1, counting: Counting::Calendar, hour } => format!("la veille, {}", hour.said()),
            Self::DaysBefore { days, counting, hour } => {
                format!("{} avant, {}", counted_days(days, counting), hour.said())
            }
            Self::Weekly { weekday, weeks, hour } => {
                let week = match weeks {
                    0 => "de la même semaine".to_owned(),
                    1 => "de la semaine précédente".to_owned(),
                    more => format!("de la semaine, {more} semaines avant"),
                };
                format!("le {} {week}, {}", weekday_name(weekday), hour.said())
            }
            Self::Open => "jusqu’au jour même".to_owned(),
            Self::Never => "auprès de l’accueil seulement".to_owned(),
        }
    }
}

fn counted_days(days: u32, counting: Counting) -> String {
    let plural = if days > 1 { "s" } else { "" };
    match counting {
        Counting::Calendar => format!("{days} jour{plural}"),
        Counting::Working => format!("{days} jour{plural} ouvré{plural}"),
        Counting::School => format!("{days} jour{plural} d’école"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Range;
    use crate::domain::day::{in_paris, parse_day};

    fn calendar() -> Calendar {
        use Weekday::{Fri, Mon, Thu, Tue};
        let day = parse_day("2025-11-11").unwrap();
        let armistice = Range { from: day, to: day, name: "Armistice".to_owned() };
        Calendar { school_weekdays: vec![Mon, Tue, Thu, Fri], public_holidays: vec![armistice], ..Calendar::default() }
    }

    fn limit(rule: Deadline, day: &str) -> String {
        let limit = rule.limit(parse_day(day).unwrap(), &calendar()).unwrap();
        in_paris(limit.at).format("%a %-d %b %H:%M").to_string()
    }

    #[test]
    fn two_working_days_before_at_noon_skips_the_week_end() {
        let rule = Deadline::DaysBefore { days: 2, counting: Counting::Working, hour: Hour::Before(720) };
        assert_eq!(limit(rule, "2025-09-08"), "Thu 4 Sep 12:00");
        assert_eq!(limit(rule, "2025-09-09"), "Fri 5 Sep 12:00");
        assert_eq!(limit(rule, "2025-09-11"), "Tue 9 Sep 12:00");
        assert_eq!(limit(rule, "2025-09-12"), "Wed 10 Sep 12:00");
    }

    #[test]
    fn one_working_day_before_skips_a_public_holiday() {
        let rule = Deadline::DaysBefore { days: 1, counting: Counting::Working, hour: Hour::Before(600) };
        assert_eq!(limit(rule, "2025-11-12"), "Mon 10 Nov 10:00");
    }

    #[test]
    fn the_week_before_a_sunday_is_the_week_before_the_one_it_ends() {
        let rule = Deadline::Weekly { weekday: Weekday::Tue, weeks: 1, hour: Hour::Before(720) };
        for day in ["2025-09-08", "2025-09-12", "2025-09-14"] {
            assert_eq!(limit(rule, day), "Tue 2 Sep 12:00", "{day}");
        }
    }

    #[test]
    fn until_allows_the_whole_minute_and_before_does_not() {
        let until = Deadline::DaysBefore { days: 1, counting: Counting::Calendar, hour: Hour::Until(1439) };
        let midnight = Deadline::DaysBefore { days: 1, counting: Counting::Calendar, hour: Hour::Before(1440) };
        assert_eq!(limit(until, "2025-09-09"), "Tue 9 Sep 00:00");
        assert_eq!(limit(midnight, "2025-09-09"), "Tue 9 Sep 00:00");
        let nine = Deadline::DaysBefore { days: 0, counting: Counting::Calendar, hour: Hour::Before(540) };
        assert_eq!(limit(nine, "2025-09-09"), "Tue 9 Sep 09:00");
    }

    #[test]
    fn no_limit_is_later_than_the_day_of_service() {
        let rule = Deadline::Weekly { weekday: Weekday::Fri, weeks: 0, hour: Hour::Before(720) };
        assert_eq!(limit(rule, "2025-09-08"), "Tue 9 Sep 00:00");
        assert_eq!(limit(Deadline::Open, "2025-10-26"), "Mon 27 Oct 00:00");
    }

    #[test]
    fn rules_are_told_in_words() {
        let rule = Deadline::Weekly { weekday: Weekday::Tue, weeks: 1, hour: Hour::Before(720) };
        assert_eq!(rule.sentence(), "le mardi de la semaine précédente, avant 12\u{a0}h");
        let rule = Deadline::DaysBefore { days: 2, counting: Counting::School, hour: Hour::Until(1439) };
        assert_eq!(rule.sentence(), "2 jours d’école avant, jusqu’à 23\u{a0}h\u{a0}59");
    }
}
