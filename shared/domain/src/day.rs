//! Days, weeks and instants in Europe/Paris, and how they are said in French.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Europe::Paris;
use chrono_tz::Tz;

/// A calendar day.
pub type Day = NaiveDate;

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `lundi`.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS[weekday.num_days_from_monday() as usize]
}

/// The weekday a French name says.
pub fn weekday_named(name: &str) -> Option<Weekday> {
    let index = WEEKDAYS.iter().position(|known| *known == name)?;
    Weekday::try_from(u8::try_from(index).ok()?).ok()
}

/// `mai`, the month of a day.
pub fn month_name(day: Day) -> &'static str {
    month_named(day.month())
}

/// `mai`, for a month from 1 to 12.
pub fn month_named(month: u32) -> &'static str {
    MONTHS.get((month as usize).wrapping_sub(1)).copied().unwrap_or_default()
}

fn ordinal(day: Day) -> String {
    if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() }
}

/// `25 mai 2015`.
pub fn long_date(day: Day) -> String {
    format!("{} {} {}", ordinal(day), month_name(day), day.year())
}

/// `lundi 25 mai 2015`.
pub fn full_date(day: Day) -> String {
    format!("{} {}", weekday_name(day.weekday()), long_date(day))
}

/// `lundi 25 mai`.
pub fn short_date(day: Day) -> String {
    format!("{} {} {}", weekday_name(day.weekday()), ordinal(day), month_name(day))
}

/// `9 h`, `23 h 59`, with non-breaking spaces.
pub fn hour(time: NaiveTime) -> String {
    match time.minute() {
        0 => format!("{}\u{a0}h", time.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", time.hour()),
    }
}

/// The day it is in Paris.
pub fn paris_day(instant: DateTime<Utc>) -> Day {
    instant.with_timezone(&Paris).date_naive()
}

/// The instant with the offset of Paris, to be shown.
pub fn in_paris(instant: DateTime<Utc>) -> DateTime<Tz> {
    instant.with_timezone(&Paris)
}

/// The instant a clock in Paris shows `time` on `day`.
///
/// In the hour that is shown twice in autumn this is the first time; in the hour that is
/// skipped in spring it is the instant of the change.
pub fn paris_instant(day: Day, time: NaiveTime) -> DateTime<Utc> {
    match Paris.from_local_datetime(&day.and_time(time)) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.to_utc(),
        LocalResult::None => {
            let change = day.and_time(NaiveTime::from_hms_opt(3, 0, 0).unwrap_or_default());
            Paris.from_local_datetime(&change).earliest().map(|instant| instant.to_utc()).unwrap_or_default()
        }
    }
}

/// The first instant of a day in Paris.
pub fn start_of(day: Day) -> DateTime<Utc> {
    paris_instant(day, NaiveTime::MIN)
}

/// The day `count` days later.
pub fn later(day: Day, count: u64) -> Day {
    day.checked_add_days(Days::new(count)).unwrap_or(Day::MAX)
}

/// The day `count` days earlier.
pub fn earlier(day: Day, count: u64) -> Day {
    day.checked_sub_days(Days::new(count)).unwrap_or(Day::MIN)
}

/// A week, Monday to Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: Day,
}

impl Week {
    /// The week that holds a day; a Sunday belongs to the week that ends with it.
    pub fn of(day: Day) -> Self {
        Self { monday: earlier(day, u64::from(day.weekday().num_days_from_monday())) }
    }

    /// Its first day.
    pub fn monday(self) -> Day {
        self.monday
    }

    /// Its last day.
    pub fn sunday(self) -> Day {
        later(self.monday, 6)
    }

    /// Its seven days.
    pub fn days(self) -> [Day; 7] {
        std::array::from_fn(|index| later(self.monday, index as u64))
    }

    /// `Semaine du 25 mai 2015 au 31 mai 2015`.
    pub fn title(self) -> String {
        format!("Semaine du {} au {}", long_date(self.monday), long_date(self.sunday()))
    }
}

/// Reads `2015-05-25` and nothing else; years 2000 to 2099.
pub fn parse_day(text: &str) -> Option<Day> {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = if shaped { Day::parse_from_str(text, "%Y-%m-%d").ok()? } else { return None };
    (2000..=2099).contains(&day.year()).then_some(day)
}

/// Reads a day as people type it: `1/9/2026`, `01.09.26`, `1er septembre 2026`, `mardi 1 sept. 2026`, and as data have it;
/// years 2000 to 2099. The one reader of days that a person types.
pub fn typed_day(text: &str) -> Option<Day> {
    let text = text.trim().to_lowercase();
    if let Some(day) = parse_day(&text) {
        return Some(day);
    }
    let parts: Vec<&str> = text
        .split(|mark: char| mark.is_whitespace() || "/.-,".contains(mark))
        .filter(|part| !part.is_empty())
        .collect();
    let parts = match parts.split_first() {
        Some((first, rest)) if weekday_named(first).is_some() => rest,
        _ => parts.as_slice(),
    };
    let (day, month, year) = match parts {
        [year, month, day] if year.len() == 4 => (*day, *month, *year),
        [day, month, year] if matches!(year.len(), 2 | 4) => (*day, *month, *year),
        _ => return None,
    };
    let number = |text: &str, most: usize| {
        let plain = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain { text.parse::<u32>().ok() } else { None }
    };
    let day = number(day, 2).or_else(|| (day == "1er").then_some(1))?;
    let month = number(month, 2).or_else(|| month_typed(month))?;
    let year = number(year, 4).map(|number| if year.len() == 2 { 2000 + number } else { number })?;
    let day = Day::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (2000..=2099).contains(&day.year()).then_some(day)
}

/// The month whose name this is, or begins so: `septembre`, `sept`, `fevrier`, `aout`; none when two begin so.
fn month_typed(text: &str) -> Option<u32> {
    const SHORTEST: usize = 3;
    let plain = |text: &str| text.replace(['é', 'è'], "e").replace('û', "u");
    let typed = plain(text);
    let mut found = (1..=12).filter(|month| plain(month_named(*month)).starts_with(&typed));
    let first = found.next().filter(|_| typed.len() >= SHORTEST)?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn the_guides_week_has_the_guides_title() {
        for any in ["2015-05-25", "2015-05-28", "2015-05-31"] {
            assert_eq!(Week::of(day(any)).title(), "Semaine du 25 mai 2015 au 31 mai 2015");
        }
        assert_eq!(Week::of(day("2015-06-01")).monday(), day("2015-06-01"));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for bad in ["2015-02-30", "2015-2-3", "15-02-03", "2015-02-03 ", "1999-12-31", "2100-01-01", "", "+2015-2-3"] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
        assert!(parse_day("2016-02-29").is_some());
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        for text in [
            "2026-09-01",
            "1/9/2026",
            "01/09/2026",
            "01.09.26",
            "1-9-26",
            "01 09 2026",
            "2026/09/01",
            "1er septembre 2026",
            "1\u{a0}septembre\u{202f}2026",
            "Mardi 1er Septembre 2026",
            "1 sept. 2026",
            " 1er sep 26 ",
        ] {
            assert_eq!(typed_day(text), parse_day("2026-09-01"), "{text}");
        }
        assert_eq!(typed_day("14 fevrier 2021"), parse_day("2021-02-14"));
        assert_eq!(typed_day("15 AOÛT 2021"), parse_day("2021-08-15"));
        assert_eq!(typed_day("15 aout 2021"), parse_day("2021-08-15"));
        assert_eq!(typed_day("3 juil. 2021"), parse_day("2021-07-03"));
    }

    #[test]
    fn what_could_be_another_day_is_none() {
        for text in [
            "",
            "1/9",
            "31/02/2026",
            "9/13/2026",
            "1/9/1999",
            "1/9/126",
            "1/9/2",
            "1 jui 2026",
            "1 ma 2026",
            "septembre 2026",
            "1er septembre",
            "32 mai 2026",
            "1/9/2026 10h",
            "2e mai 2026",
        ] {
            assert_eq!(typed_day(text), None, "{text}");
        }
    }

    #[test]
    fn both_clock_changes_give_exact_instants() {
        let at = |text, hour, minute| {
            paris_instant(day(text), NaiveTime::from_hms_opt(hour, minute, 0).unwrap()).to_rfc3339()
        };
        assert_eq!(at("2025-03-30", 1, 59), "2025-03-30T00:59:00+00:00");
        assert_eq!(at("2025-03-30", 2, 30), "2025-03-30T01:00:00+00:00");
        assert_eq!(at("2025-03-30", 3, 0), "2025-03-30T01:00:00+00:00");
        assert_eq!(at("2025-10-26", 2, 30), "2025-10-26T00:30:00+00:00");
        assert_eq!(at("2025-10-26", 3, 0), "2025-10-26T02:00:00+00:00");
    }

    #[test]
    fn hours_and_first_days_are_said_the_french_way() {
        assert_eq!(hour(NaiveTime::from_hms_opt(8, 3, 0).unwrap()), "8\u{a0}h\u{a0}03");
        assert_eq!(hour(NaiveTime::from_hms_opt(12, 0, 0).unwrap()), "12\u{a0}h");
        assert_eq!(full_date(day("2015-06-01")), "lundi 1er juin 2015");
    }
}
