//! What several days, activities or children come to together: a cap, or the price of a package.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::{Payer, Per, Use, When};
use crate::calendar::Range;
use crate::day::{Day, Week, later, long_date, month_name};
use crate::id::{ActivityId, JointPriceId};
use crate::invoice::Period;

/// What activities come to together in a span of days, once each day is priced. An organisation's joint prices act one after the
/// other, in the order written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointPrice {
    /// Its identifier: what earlier months have charged is kept under it.
    pub id: JointPriceId,
    /// `Matin et soir`: shown on the invoice.
    pub name: String,
    /// The activities that count together.
    pub activities: Vec<ActivityId>,
    /// Whose days count together.
    pub of: Counted,
    /// In which span of days.
    pub over: Over,
    /// The first day it holds on; `None` is since ever.
    pub from: Option<Day>,
    /// The last day; `None` is without end.
    pub to: Option<Day>,
    /// For whom, on the first day used of a span.
    pub when: When,
    /// What it comes to.
    pub rule: JointRule,
}

/// Whose days count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Each child's.
    Child,
    /// Those of all children of the family.
    Family,
}

/// The span of days in which they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// A week, Monday to Sunday.
    Week,
    /// A month.
    Month,
    /// The school year, from 1 September on.
    SchoolYear,
    /// Each of these ranges; days in none do not count.
    Periods(Vec<Range>),
}

/// What the days of a span come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JointRule {
    /// So much at most.
    Most {
        /// In cents.
        cents: u32,
        /// Only from so many days on, 1 being always.
        from_days: u32,
    },
    /// A price for so many days, or weeks, instead of theirs.
    Package {
        /// What is counted.
        counting: Unit,
        /// The prices, in order; below the first each day has its own price, beyond the last there is none.
        steps: Vec<Tier>,
    },
}

/// What a package counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days of a child, however many of the activities it takes part in.
    Days,
    /// Weeks in which a child comes.
    Weeks,
}

/// The price of a number of days or weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// From so many on.
    pub from: u32,
    /// To so many; `None` is without end.
    pub to: Option<u32>,
    /// What they come to together, in cents.
    pub cents: u32,
}

/// What the days of a span come to by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// As they are priced.
    AsPriced,
    /// So many cents at most.
    AtMost(u32),
    /// So many cents.
    To(u32),
    /// There are more of them than there are prices for.
    Beyond,
}

impl JointPrice {
    /// Whether an activity on a day counts.
    pub fn covers(&self, activity: &ActivityId, day: Day) -> bool {
        let holds = self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to);
        holds && self.activities.contains(activity)
    }

    /// The span a day is in, named as on an invoice: `de novembre 2026`, `(1er trimestre)`.
    pub fn span(&self, day: Day) -> Option<Range> {
        let span = |from, to, name| Some(Range { from, to, name });
        match &self.over {
            Over::Week => {
                let monday = Week::of(day).monday();
                span(monday, later(monday, 6), format!("de la semaine du {}", long_date(monday)))
            }
            Over::Month => {
                let month = Period::of(day);
                span(month.first(), month.last(), format!("de {} {}", month_name(day), day.year()))
            }
            Over::SchoolYear => {
                let year = if day.month() >= 9 { day.year() } else { day.year() - 1 };
                let (from, to) = (Day::from_ymd_opt(year, 9, 1)?, Day::from_ymd_opt(year + 1, 8, 31)?);
                span(from, to, format!("de l’année {year}-{}", year + 1))
            }
            Over::Periods(periods) => {
                let period = periods.iter().find(|period| period.holds(day))?;
                span(period.from, period.to, format!("({})", period.name))
            }
        }
    }

    /// Whether it holds for a family, by the first use of a span. Of a quotient that nobody knows it never does.
    pub fn is_for(&self, payer: &Payer, used: &Use) -> bool {
        self.when.acts(payer, used, Per::Day, false) == Ok(true)
    }

    /// Whether a span can begin in one month and end in another, so that what earlier months have charged counts.
    pub fn reaches_beyond_a_month(&self) -> bool {
        match &self.over {
            Over::Month => false,
            Over::Week | Over::SchoolYear => true,
            Over::Periods(periods) => periods.iter().any(|one| Period::of(one.from) != Period::of(one.to)),
        }
    }

    /// What so many days, or weeks, come to.
    pub fn comes_to(&self, count: u32) -> Comes {
        match &self.rule {
            JointRule::Most { cents, from_days } if count >= *from_days => Comes::AtMost(*cents),
            JointRule::Most { .. } => Comes::AsPriced,
            JointRule::Package { steps, .. } => {
                let step = steps.iter().find(|step| step.from <= count && step.to.is_none_or(|to| count <= to));
                match (step, steps.last()) {
                    (Some(step), _) => Comes::To(step.cents),
                    (None, Some(last)) if count > last.from => Comes::Beyond,
                    (None, _) => Comes::AsPriced,
                }
            }
        }
    }

    /// What it counts.
    pub fn counting(&self) -> Unit {
        match &self.rule {
            JointRule::Most { .. } => Unit::Days,
            JointRule::Package { counting, .. } => *counting,
        }
    }
}
