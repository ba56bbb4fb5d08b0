//! What is written in a cell or after a key: texts, identifiers, days, prices, hours.

use std::str::FromStr;

use chrono::{Datelike, Weekday};
use domain::account::is_mel;
use domain::day::{Day, Week, earlier, later, month_named, typed_day, weekday_named};
use domain::deadline::Hour;
use domain::money::parse_euros;
use domain::text::printable;

/// The longest text a folder may hold in one value, in characters.
const LONGEST: usize = 4_000;

/// How a day is written.
pub(crate) const DAY_HELP: &str = "écrivez un jour comme 2026-09-01 (année-mois-jour) ou 1/9/2026.";

/// A day as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenDay {
    /// The day.
    pub(crate) day: Day,
    /// Whether it was written `semaine+0 lundi`: nobody could know which day it would be.
    pub(crate) relative: bool,
}

/// Two days that may each be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first day; absent is since ever.
    pub(crate) from: Option<Day>,
    /// The last day; absent is without end.
    pub(crate) to: Option<Day>,
}

impl Span {
    /// Whether the first day is not after the last.
    pub(crate) fn is_ordered(self) -> bool {
        self.from.zip(self.to).is_none_or(|(from, to)| from <= to)
    }

    /// Whether some day is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        let before = |one: Self, two: Self| one.to.zip(two.from).is_some_and(|(to, from)| to < from);
        !before(self, other) && !before(other, self)
    }
}

/// A text without control characters, without blanks around it, not empty and not endless.
pub(crate) fn plain(text: &str) -> Result<String, String> {
    let text = text.trim();
    match () {
        () if text.is_empty() => Err("ce texte est vide.".to_owned()),
        () if text.chars().any(char::is_control) => Err("ce texte contient un caractère de contrôle.".to_owned()),
        () if text.chars().count() > LONGEST => Err(format!("ce texte a plus de {LONGEST} caractères.")),
        () => Ok(text.to_owned()),
    }
}

/// A text that stands on invoices.
pub(crate) fn printed(text: &str) -> Result<String, String> {
    printable(text).map(|()| text.to_owned())
}

/// An identifier.
pub(crate) fn id<I: FromStr<Err: ToString>>(text: &str) -> Result<I, String> {
    text.parse().map_err(|error: I::Err| format!("{}.", error.to_string()))
}

/// `2015-05-25`, `25/5/2015`, `25 mai 2015`, or `semaine+0 lundi`: that weekday of the week in which the import runs.
pub(crate) fn day(text: &str, week: Week) -> Result<WrittenDay, String> {
    if let Some(relative) = text.strip_prefix("semaine") {
        let day = relative_day(relative, week).ok_or_else(|| {
            format!(
                "« {text} » n’est pas un jour relatif : écrivez-le comme « semaine+0 lundi » ou « semaine-1 vendredi »."
            )
        })?;
        return Ok(WrittenDay { day, relative: true });
    }
    let day = typed_day(text).ok_or_else(|| format!("« {text} » n’est pas un jour : {DAY_HELP}"))?;
    Ok(WrittenDay { day, relative: false })
}

fn relative_day(text: &str, week: Week) -> Option<Day> {
    const MOST: u64 = 520;
    let (shift, name) = text.split_once(' ')?;
    let weekday = weekday_named(&name.trim().to_lowercase())?;
    let (sign, weeks) = shift.split_at_checked(1)?;
    let digits = weeks.bytes().all(|byte| byte.is_ascii_digit());
    let weeks = weeks.parse().ok().filter(|weeks: &u64| digits && *weeks <= MOST)?;
    let forward = match sign {
        "+" => true,
        "-" => false,
        _ => return None,
    };
    let monday = if forward { later(week.monday(), 7 * weeks) } else { earlier(week.monday(), 7 * weeks) };
    let day = later(monday, u64::from(weekday.num_days_from_monday()));
    (2000..=2099).contains(&day.year()).then_some(day)
}

/// `lundi`, in small or capital letters.
pub(crate) fn weekday(text: &str) -> Result<Weekday, String> {
    weekday_named(&text.to_lowercase())
        .ok_or_else(|| format!("« {text} » n’est pas un jour de la semaine : écrivez lundi, mardi… dimanche."))
}

/// `12:00` as minutes.
pub(crate) fn minutes(text: &str) -> Result<u16, String> {
    Hour::minutes(text).ok_or_else(|| format!("« {text} » n’est pas une heure : écrivez-la comme 9:00 ou 23:59."))
}

/// `3,70` or `3,70 €` in cents.
pub(crate) fn price(text: &str) -> Result<u32, String> {
    parse_euros(text).ok_or_else(|| format!("« {text} » n’est pas un prix : écrivez-le comme \"3,70\" ou \"0\"."))
}

/// `yes` or `no`.
pub(crate) fn yes(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(format!("« {other} » : écrivez yes ou no.")),
    }
}

/// An address that mails can go to.
pub(crate) fn mel(text: &str) -> Result<String, String> {
    if is_mel(text) { Ok(text.to_owned()) } else { Err(format!("« {text} » n’est pas un mél.")) }
}

/// The day a child was born.
pub(crate) fn born(text: &str) -> Result<Day, String> {
    typed_day(text).ok_or_else(|| format!("« {text} » n’est pas un jour : {DAY_HELP}"))
}

/// A day of any year: `31 août`, as month and day.
pub(crate) fn day_of_year(text: &str) -> Result<(u32, u32), String> {
    let help = || format!("« {text} » : écrivez un jour de l’année comme \"31 août\", ou \"fixed\".");
    let (number, name) = text.split_once(' ').ok_or_else(help)?;
    let number: u32 = number.trim_end_matches("er").parse().map_err(|_| help())?;
    let month = (1..=12).find(|month| month_named(*month) == name.trim()).ok_or_else(help)?;
    Day::from_ymd_opt(2000, month, number).map(|_| (month, number)).ok_or_else(help)
}

/// `11:30-13:30`, in minutes from 0:00.
pub(crate) fn hours(text: &str) -> Result<(u16, u16), String> {
    let help = || format!("« {text} » : écrivez les heures comme \"11:30-13:30\".");
    let (from, to) = text.split_once('-').ok_or_else(help)?;
    let (from, to) = (minutes(from.trim())?, minutes(to.trim())?);
    if from < to { Ok((from, to)) } else { Err(help()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    #[test]
    fn prices_are_cents_and_never_floats() {
        for (text, expected) in [
            ("3,70", 370),
            ("0", 0),
            ("21,70 €", 2170),
            ("12", 1200),
            ("0,05", 5),
            ("3.70", 370),
            ("3,7", 370),
            ("1 000,00", 100_000),
        ] {
            assert_eq!(price(text), Ok(expected), "{text}");
        }
        for bad in ["3,700", "-1", "", ",50", "1e3", "999999", "3,70 $", "10 00,00"] {
            assert!(price(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_read_as_a_spreadsheet_has_them() {
        let week = Week::of(Day::default());
        for text in ["2021-03-14", "14/03/2021", "14/3/21", "14.03.2021", "14 mars 2021"] {
            assert_eq!(day(text, week).map(|written| written.day.to_string()).as_deref(), Ok("2021-03-14"), "{text}");
            assert_eq!(born(text).map(|day| day.to_string()).as_deref(), Ok("2021-03-14"), "{text}");
        }
        assert!(born("03/14/2021").is_err());
    }

    #[test]
    fn relative_days_are_in_the_week_of_the_import() {
        let sunday = typed_day("2015-05-31").unwrap();
        let read = |text: &str| day(text, Week::of(sunday)).map(|written| written.day.to_string());
        assert_eq!(read("semaine+0 lundi").as_deref(), Ok("2015-05-25"));
        assert_eq!(read("semaine+1 dimanche").as_deref(), Ok("2015-06-07"));
        assert_eq!(read("semaine-1 mercredi").as_deref(), Ok("2015-05-20"));
        for bad in [
            "semaine lundi",
            "semaine+0",
            "semaine+0 monday",
            "semaine+a lundi",
            "semaine+999999 lundi",
            "semaine+",
            "semaine++1 lundi",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_that_touch_on_a_day_meet() {
        let day = |text| typed_day(text);
        let span = |from, to| Span { from, to };
        assert!(span(None, day("2015-05-25")).meets(span(day("2015-05-25"), None)));
        assert!(!span(None, day("2015-05-24")).meets(span(day("2015-05-25"), None)));
        assert!(span(None, None).meets(span(day("2015-05-25"), day("2015-05-25"))));
    }
}
