//! How an organisation invoices: when, from what amount on, and what its invoices say.

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::day::{Day, later, month_name};
use crate::online::Online;

/// The settings of an organisation's invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// The day of the month on which the month before is invoiced, 1 to 28.
    pub day: u8,
    /// From this hour on.
    pub hour: u8,
    /// Invoices are issued without an agent's review; a family with something to settle is left until it is.
    pub automatic: bool,
    /// A smaller sum is carried to the next month, in cents.
    pub threshold: u32,
    /// How many days a family has to pay.
    pub due_days: u32,
    /// After how many days beyond the due day a family is reminded, each once; in order.
    #[serde(default)]
    pub reminders: Vec<u32>,
    /// Who invoices: name, address, SIRET, a line each.
    pub seller: Vec<String>,
    /// How to pay, a sentence each.
    pub how_to_pay: Vec<String>,
    /// Legal mentions, a sentence each.
    pub mentions: Vec<String>,
    /// Where transfers go, when they may.
    pub iban: Option<String>,
    /// Who takes payments online, when they may be made.
    #[serde(default)]
    pub online: Option<Online>,
}

impl Billing {
    /// The month whose run is to be open at a time of the organisation's own clock; none before its day and hour.
    pub fn due(&self, here: NaiveDateTime) -> Option<Period> {
        let reached = (here.day(), here.hour()) >= (u32::from(self.day), u32::from(self.hour));
        reached.then(|| Period::before(here.date()))
    }
}

/// A month that is invoiced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i32,
    month: u32,
}

impl Period {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The month before the one of a day.
    pub fn before(day: Day) -> Self {
        Self::of(day.with_day(1).unwrap_or(day).pred_opt().unwrap_or(day))
    }

    /// Whether its last day is before a day.
    pub fn is_over(self, today: Day) -> bool {
        self < Self::of(today)
    }

    /// Reads `2015-05`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let sound = year.len() == 4 && month.len() == 2;
        let period = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (sound && Day::from_ymd_opt(period.year, period.month, 1).is_some()).then_some(period)
    }

    /// Its first day.
    pub fn first(self) -> Day {
        Day::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// Its last day.
    pub fn last(self) -> Day {
        let next = later(self.first(), 31);
        next.with_day(1).and_then(|next| next.pred_opt()).unwrap_or(next)
    }

    /// `mai 2015`.
    pub fn said(self) -> String {
        format!("{} {}", month_name(self.first()), self.year)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("« {text} » n’est pas un mois"))
    }
}
