//! A family as the planning knows it: its children, who has them when, and what they take part in.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::day::Day;
use super::id::{AccountId, ActivityId, ChildId, FamilyId};
use super::tariff::{Payer, Quotient};

/// The weeks in which a family has a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weeks {
    /// Every week.
    All,
    /// Weeks with an even ISO number.
    Even,
    /// Weeks with an odd ISO number.
    Odd,
}

/// Custody: in which weeks a family answers for a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// Which weeks.
    pub weeks: Weeks,
    /// The first day; `None` is since ever.
    pub from: Option<Day>,
    /// The last day; `None` is without end.
    pub to: Option<Day>,
}

impl Custody {
    /// The family answers for the child every day.
    pub const ALWAYS: Self = Self { weeks: Weeks::All, from: None, to: None };

    /// Whether the family answers for the child on a day.
    pub fn holds(&self, day: Day) -> bool {
        let week = day.iso_week().week();
        let turn = match self.weeks {
            Weeks::All => true,
            Weeks::Even => week.is_multiple_of(2),
            Weeks::Odd => !week.is_multiple_of(2),
        };
        turn && within(day, self.from, self.to)
    }

    /// The custody in a sentence, when the child is not always there.
    pub fn sentence(&self) -> Option<&'static str> {
        match self.weeks {
            Weeks::All => None,
            Weeks::Even => Some("Chez vous les semaines paires."),
            Weeks::Odd => Some("Chez vous les semaines impaires."),
        }
    }
}

fn within(day: Day, from: Option<Day>, to: Option<Day>) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// A child takes part in an activity between two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The activity.
    pub activity: ActivityId,
    /// The first day; `None` is since ever.
    pub from: Option<Day>,
    /// The last day; `None` is without end.
    pub to: Option<Day>,
}

/// A child as one family has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its identifier in the organisation; two families that share a child share it.
    pub id: ChildId,
    /// The name the week shows.
    pub first_name: String,
    /// `Petite section`, when it is known.
    pub class: Option<String>,
    /// `École du Bourg`, when it is known.
    #[serde(default)]
    pub school: Option<String>,
    /// The day it was born, when it is known.
    #[serde(default)]
    pub born: Option<Day>,
    /// Whether it has its own meal by a health protocol (PAI).
    #[serde(default)]
    pub pai: bool,
    /// When this family answers for it.
    pub custody: Custody,
    /// What it takes part in.
    pub enrolments: Vec<Enrolment>,
}

impl Child {
    /// Whether it takes part in an activity on a day.
    pub fn enrolled(&self, activity: &ActivityId, day: Day) -> bool {
        self.enrolments
            .iter()
            .any(|enrolment| enrolment.activity == *activity && within(day, enrolment.from, enrolment.to))
    }
}

/// A family, in one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// Its identifier.
    pub id: FamilyId,
    /// `DEVRET`.
    pub name: String,
    /// `45600 JUMEX`.
    pub town: String,
    /// Its children, eldest or first named first.
    pub children: Vec<Child>,
    /// Its quotient familial, as it changed: from a day on, in order.
    #[serde(default)]
    pub quotients: Vec<(Option<Day>, Quotient)>,
    /// Whether it does not count as living in the organisation's town.
    #[serde(default)]
    pub outside: bool,
}

impl Family {
    /// What a price of a day depends on.
    pub fn payer(&self, day: Day) -> Payer {
        let known = self.quotients.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= day));
        Payer {
            quotient: known.map(|(_, quotient)| *quotient),
            resident: !self.outside,
            children: u8::try_from(self.children.len()).unwrap_or(u8::MAX),
        }
    }

    /// The rank of a child among its brothers and sisters, the eldest being 1; in the family's order where births are
    /// not known.
    pub fn rank(&self, child: &ChildId) -> u8 {
        let mut children: Vec<&Child> = self.children.iter().collect();
        if children.iter().all(|child| child.born.is_some()) {
            children.sort_by_key(|child| child.born);
        }
        let at = children.iter().position(|other| other.id == *child).unwrap_or_default();
        u8::try_from(at + 1).unwrap_or(u8::MAX)
    }

    /// One of its children.
    pub fn child(&self, id: &ChildId) -> Option<&Child> {
        self.children.iter().find(|child| child.id == *id)
    }
}

/// An adult of a family, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adult {
    /// Given name.
    pub first_name: String,
    /// Family name, in capitals as French forms have it.
    pub last_name: String,
    /// `MÈRE`, `PÈRE`…
    pub role: String,
    /// Where an invitation goes.
    pub mel: Option<String>,
    /// The account, once the adult has accepted.
    pub account: Option<AccountId>,
    /// Whether an invitation was sent.
    pub invited: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day::parse_day;

    #[test]
    fn alternating_weeks_follow_the_iso_number_to_the_sunday() {
        let even = Custody { weeks: Weeks::Even, ..Custody::ALWAYS };
        let day = |text| parse_day(text).unwrap();
        assert!(even.holds(day("2015-05-25")), "week 22");
        assert!(even.holds(day("2015-05-31")), "its Sunday");
        assert!(!even.holds(day("2015-06-01")), "week 23");
    }
}
