//! An activity: the days it opens, who may take part, and until when it is booked and cancelled.

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Range};
use super::day::Day;
use super::deadline::Deadline;
use super::family::Child;
use super::id::ActivityId;
use super::text::list;
use super::wallet::Prepaid;

/// What sort of service an activity is: which means may pay it, and whether a tax certificate counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A meal.
    Meal,
    /// Garderie: before or after class.
    Childcare,
    /// Accueil de loisirs.
    Leisure,
    /// Anything else.
    #[default]
    Other,
}

/// Something children take part in on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its identifier.
    pub id: ActivityId,
    /// Its name: `Cantine maternelle`.
    pub name: String,
    /// What sort of service it is.
    #[serde(default)]
    pub kind: ActivityKind,
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
    /// When it begins and ends, in minutes from 0:00, when that is known.
    pub hours: Option<(u16, u16)>,
    /// Who may take part.
    pub who: Who,
    /// How many days of a week go together.
    pub week: Option<WeekRule>,
    /// Until when a day is booked.
    pub book: Deadline,
    /// Until when a booking is cancelled.
    pub cancel: Deadline,
    /// The flat price of a day, in cents, when there is one.
    pub price: Option<u32>,
    /// How it sells tickets, when it is paid for in advance.
    #[serde(default)]
    pub prepaid: Option<Prepaid>,
}

/// Who may take part; an empty list and `None` mean everyone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Classes.
    pub classes: Vec<String>,
    /// Schools.
    pub schools: Vec<String>,
    /// The youngest age, in full years on the day.
    pub from_age: Option<u32>,
    /// The oldest age, in full years on the day.
    pub to_age: Option<u32>,
}

/// How many days of a week go together: none, or at least so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeekRule {
    /// All days on which it opens: one click books, or cancels, the week.
    #[serde(rename = "whole")]
    Whole,
    /// At least so many; fewer in a week in which a day of it falls on a public holiday.
    #[serde(rename = "least")]
    Least {
        /// In an ordinary week.
        days: u32,
        /// In a week with a public holiday.
        short: u32,
    },
}

/// Why an activity is closed on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It does not open on that weekday, or not in that season.
    NotADayOfIt,
    /// A closure, a public holiday or school holidays: the word for it.
    For(String),
    /// The school calendar of that day is not published yet.
    Unknown,
}

impl Who {
    /// Why a child may not take part on a day; `None` when it may. What is not known of a child stands in no way.
    pub fn refuses(&self, child: &Child, day: Day) -> Option<String> {
        let among = |known: &Option<String>, list: &[String]| {
            known.as_ref().is_none_or(|known| list.is_empty() || list.contains(known))
        };
        if !among(&child.class, &self.classes) {
            return Some(format!("pour {} seulement", list(&self.classes)));
        }
        if !among(&child.school, &self.schools) {
            return Some(format!("pour {} seulement", list(&self.schools)));
        }
        let age = child.born.and_then(|born| day.years_since(born))?;
        let young = self.from_age.filter(|from| age < *from).map(|from| format!("à partir de {from} ans"));
        young.or_else(|| self.to_age.filter(|to| age > *to).map(|to| format!("jusqu’à {to} ans")))
    }
}

impl Activity {
    /// Whether a booking must take a ticket.
    pub fn needs_ticket(&self) -> bool {
        self.prepaid.as_ref().is_some_and(|prepaid| !prepaid.without_ticket)
    }

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
        public.or(school).map(named).or_else(|| self.is_unknown(day, calendar).then_some(Closed::Unknown))
    }

    fn is_unknown(&self, day: Day, calendar: &Calendar) -> bool {
        (self.closes_in_school_holidays && !calendar.school_is_known(day))
            || (self.closes_on_public_holidays && !calendar.public_is_known(day))
    }

    /// The two rules in one French sentence.
    pub fn rule(&self) -> String {
        let week = match self.week {
            None => String::new(),
            Some(WeekRule::Whole) => " Par semaine entière.".to_owned(),
            Some(WeekRule::Least { days, short }) if days == short => format!(" Au moins {days} jours par semaine."),
            Some(WeekRule::Least { days, short }) => {
                format!(" Au moins {days} jours par semaine, {short} avec un jour férié.")
            }
        };
        let (book, cancel) = (self.book.sentence(), self.cancel.sentence());
        match book == cancel {
            true => format!("Réserver et annuler : {book}.{week}"),
            false => format!("Réservation : {book}. Annulation : {cancel}.{week}"),
        }
    }
}
