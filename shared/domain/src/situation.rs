//! What prices go by of a family, from a day on: its quotient familial, and whether it lives there.

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::tariff::Quotient;

/// A quotient and a residence from a day on, until the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The first day it holds on.
    pub from: Day,
    /// The quotient; none when the family has told none, or what it told is over.
    pub quotient: Option<Quotient>,
    /// Whether the family does not count as living in the organisation's town.
    pub outside: bool,
    /// An agent has set it: a folder leaves it.
    #[serde(default)]
    pub by_agent: bool,
}

/// All situations of a family: what its days are priced by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Situations {
    /// Its quotients before its situations: what was stored without a day holds since ever.
    pub quotients: Vec<(Option<Day>, Quotient)>,
    /// Whether it lived elsewhere before its situations.
    pub outside: bool,
    /// From a day on, in order.
    pub dated: Vec<Situation>,
}

impl Situations {
    /// The quotient and the residence on a day of service.
    pub fn on(&self, day: Day) -> (Option<Quotient>, bool) {
        if let Some(known) = self.dated.iter().rev().find(|known| known.from <= day) {
            return (known.quotient, known.outside);
        }
        let known = self.quotients.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= day));
        (known.map(|(_, quotient)| *quotient), self.outside)
    }

    /// The same with one more; it takes the place of the one of that day.
    pub fn with(mut self, situation: Situation) -> Self {
        self.dated.retain(|known| known.from != situation.from);
        let at = self.dated.partition_point(|known| known.from < situation.from);
        self.dated.insert(at, situation);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    fn situation(from: &str, quotient: Option<u32>, outside: bool) -> Situation {
        Situation { from: day(from), quotient: quotient.map(Quotient), outside, by_agent: true }
    }

    #[test]
    fn what_has_no_day_holds_since_ever_until_a_situation_begins() {
        let known = Situations { quotients: vec![(None, Quotient(40_000))], ..Situations::default() };
        let known = known.with(situation("2027-01-01", Some(100_000), true));
        assert_eq!(known.on(day("2000-01-01")), (Some(Quotient(40_000)), false));
        assert_eq!(known.on(day("2026-12-31")), (Some(Quotient(40_000)), false));
        assert_eq!(known.on(day("2027-01-01")), (Some(Quotient(100_000)), true));
    }

    #[test]
    fn a_situation_holds_until_the_next_one_and_takes_the_place_of_that_day() {
        let known = Situations::default()
            .with(situation("2027-01-01", Some(100_000), false))
            .with(situation("2026-09-01", Some(50_000), false))
            .with(situation("2027-01-01", None, false));
        assert_eq!(known.dated.len(), 2);
        assert_eq!(known.on(day("2026-08-31")), (None, false));
        assert_eq!(known.on(day("2026-12-31")).0, Some(Quotient(50_000)));
        assert_eq!(known.on(day("2027-01-01")).0, None, "its quotient is over");
    }
}
