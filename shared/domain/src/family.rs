//! A family as the planning knows it: its children, who has them when, and what they take part in.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::day::Day;
use super::id::{ActivityId, ChildId, FamilyId, FicheId};
use super::situation::{Situation, Situations};
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

    /// Whether both answer for the child on some day.
    pub fn meets(&self, other: &Self) -> bool {
        let turns = matches!((self.weeks, other.weeks), (Weeks::Even, Weeks::Odd) | (Weeks::Odd, Weeks::Even));
        let before = |one: &Self, two: &Self| one.to.zip(two.from).is_some_and(|(to, from)| to < from);
        !turns && !before(self, other) && !before(other, self)
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

impl Enrolment {
    /// Whether both are the same activity on some day.
    pub fn meets(&self, other: &Self) -> bool {
        let before = |one: &Self, two: &Self| one.to.zip(two.from).is_some_and(|(to, from)| to < from);
        self.activity == other.activity && !before(self, other) && !before(other, self)
    }
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
    /// Whether its health asks for care: who minds the child opens the dossier. What it is, is kept sealed elsewhere.
    #[serde(default)]
    pub care: bool,
    /// Who must not be handed the child, as staff read it at the roll: a copy of what the fiches say.
    #[serde(default)]
    pub barred: Vec<String>,
    /// The other families that have it.
    #[serde(default)]
    pub also: Vec<FamilyId>,
}

impl Child {
    /// Whether who minds it must read about its health or its meal.
    pub fn asks_for_care(&self) -> bool {
        self.care || self.pai
    }

    /// A child of whom no more is known yet.
    pub fn named(id: ChildId, first_name: &str, custody: Custody) -> Self {
        Self {
            id,
            first_name: first_name.to_owned(),
            class: None,
            school: None,
            born: None,
            pai: false,
            custody,
            enrolments: Vec::new(),
            care: false,
            barred: Vec::new(),
            also: Vec::new(),
        }
    }

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
    /// Its quotient familial before its situations: what was stored without a day holds since ever.
    #[serde(default)]
    pub quotients: Vec<(Option<Day>, Quotient)>,
    /// Whether it did not count as living in the organisation's town before its situations.
    #[serde(default)]
    pub outside: bool,
    /// Its quotient and residence from a day on, in order; a folder's row that has none keeps its mark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub situations: Vec<Situation>,
    /// Who pays: a copy of the one fiche whose address is for the invoices, written whenever that fiche is.
    #[serde(default)]
    pub billed: Option<Billed>,
}

/// The payer of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billed {
    /// The fiche.
    pub fiche: FicheId,
    /// Name and address, as on an envelope.
    pub lines: Vec<String>,
}

impl Family {
    /// What a price of a day depends on.
    pub fn payer(&self, day: Day) -> Payer {
        let (quotient, outside) = self.priced_by().on(day);
        let children = u8::try_from(self.children.len()).unwrap_or(u8::MAX);
        Payer { quotient, resident: !outside, children }
    }

    /// What its days are priced by.
    pub fn priced_by(&self) -> Situations {
        let (quotients, outside, dated) = (self.quotients.clone(), self.outside, self.situations.clone());
        Situations { quotients, outside, dated }
    }

    /// The same family, priced by other situations.
    pub fn pricing_by(self, situations: Situations) -> Self {
        let Situations { quotients, outside, dated } = situations;
        Self { quotients, outside, situations: dated, ..self }
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

    /// Who its invoices are addressed to, a line each.
    pub fn invoice_address(&self) -> Vec<String> {
        let known = self.billed.as_ref().filter(|billed| billed.lines.len() > 1);
        known.map_or_else(|| vec![format!("Famille {}", self.name), self.town.clone()], |billed| billed.lines.clone())
    }

    /// One of its children.
    pub fn child(&self, id: &ChildId) -> Option<&Child> {
        self.children.iter().find(|child| child.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    #[test]
    fn alternating_weeks_follow_the_iso_number_to_the_sunday() {
        let even = Custody { weeks: Weeks::Even, ..Custody::ALWAYS };
        let day = |text| parse_day(text).unwrap();
        assert!(even.holds(day("2015-05-25")), "week 22");
        assert!(even.holds(day("2015-05-31")), "its Sunday");
        assert!(!even.holds(day("2015-06-01")), "week 23");
    }
}
