//! Until when an action on a day is allowed: a rule is data, a limit is an instant in Europe/Paris.
//!
//! `rule` says how a limit is found, `limit` is one, `sentence` says both in French.

mod limit;
mod rule;
mod sentence;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use limit::time_of;
pub use limit::{Hour, Limit};
pub use rule::{Batch, Period, Rule};

use super::calendar::{Calendar, Counting};
use super::day::{Day, later, start_of};

/// Until when booking, or cancelling, is allowed: a rule, what happens on days off, and perhaps a late stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// How the limit is found.
    pub rule: Rule,
    /// When the limit falls on a day that does not count so, it moves to the last one before that does.
    pub moves: Option<Counting>,
    /// What is still possible after the limit.
    pub late: Option<Late>,
}

/// A second stage, after the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Until when.
    pub rule: Rule,
    /// As for the first stage.
    pub moves: Option<Counting>,
    /// On which terms.
    pub terms: Terms,
}

/// The terms of a late stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// Allowed, for so many cents more; 0 is allowed like before.
    Surcharge(u32),
    /// The organisation alone does it, asked by phone.
    OnRequest,
}

/// Why a parent can never do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// The organisation alone does it.
    OfficeOnly,
    /// What was chosen holds for the year.
    FixedForTheYear,
    /// Nobody books: who comes is there.
    NoBooking,
    /// The dates for this day are not announced.
    NotAnnounced,
}

/// Where an instant lies between the limits of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before it opens.
    NotYet(Limit),
    /// Allowed, until the limit.
    Open(Limit),
    /// Allowed late, until this limit, for so many cents more.
    Late(Limit, u32),
    /// The limit has passed; until the second one the organisation can be asked.
    OnRequest(Limit, Limit),
    /// The last limit has passed.
    Passed(Limit),
    /// Never by a parent.
    Never(Never),
}

impl From<Rule> for Deadline {
    fn from(rule: Rule) -> Self {
        Self { rule, moves: None, late: None }
    }
}

impl Deadline {
    /// The limit of the first stage for a day of service; `None` when a parent is never allowed.
    pub fn limit(&self, day: Day, calendar: &Calendar) -> Option<Limit> {
        limit_of(&self.rule, self.moves, day, calendar).ok()
    }

    /// Where an instant lies.
    pub fn stage(&self, day: Day, calendar: &Calendar, now: DateTime<Utc>) -> Stage {
        if let Some(opens) = self.rule.opens(day).filter(|opens| now < opens.at) {
            return Stage::NotYet(opens);
        }
        let first = limit_of(&self.rule, self.moves, day, calendar);
        if let Some(limit) = first.as_ref().ok().filter(|limit| now < limit.at) {
            return Stage::Open(*limit);
        }
        let late = self.late.as_ref().and_then(|late| {
            let limit = limit_of(&late.rule, late.moves, day, calendar).ok()?;
            Some((limit, late.terms))
        });
        match (first, late) {
            (_, Some((limit, Terms::Surcharge(cents)))) if now < limit.at => Stage::Late(limit, cents),
            (Ok(passed), Some((limit, Terms::OnRequest))) if now < limit.at => Stage::OnRequest(passed, limit),
            (_, Some((limit, Terms::Surcharge(_)))) => Stage::Passed(limit),
            (Ok(passed), _) => Stage::Passed(passed),
            (Err(never), _) => Stage::Never(never),
        }
    }
}

/// The limit of a rule, moved to a day that counts, and never later than the end of the day of service.
fn limit_of(rule: &Rule, moves: Option<Counting>, day: Day, calendar: &Calendar) -> Result<Limit, Never> {
    let (limit_day, hour) = rule.closes(day, calendar)?;
    let limit_day = moves.map_or(limit_day, |counting| calendar.last_open_day(limit_day, counting));
    let limit = Limit::new(limit_day, hour);
    let end = Limit { at: start_of(later(day, 1)), day, hour: Hour::Before(1440) };
    Ok(if limit.at <= end.at { limit } else { end })
}
