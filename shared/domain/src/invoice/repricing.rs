//! An invoiced month, priced by what is known of the family today: the difference is one correction, its lines stay.

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Taken, draft};
use crate::abonnement::Abonnement;
use crate::day::Day;
use crate::family::Family;
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;
use crate::situation::Situations;

/// A month that is invoiced.
#[derive(Debug, Clone, Copy)]
pub struct Charged<'a> {
    /// Its days, as they are now.
    pub taken: &'a [Taken],
    /// Flat prices that other months have charged.
    pub flats: &'a BTreeSet<String>,
    /// The family's abonnements.
    pub abonnements: &'a [Abonnement],
    /// What it was priced by, its last correction counted.
    pub priced_by: &'a Situations,
}

/// What a correction takes back, and what it charges instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repriced {
    /// What is taken back has a negative price.
    pub lines: Vec<Line>,
    /// Flat prices that are charged now.
    pub flats: BTreeSet<String>,
}

impl Repriced {
    /// What the month comes to more, in cents; negative when it comes to less.
    pub fn difference(&self) -> i64 {
        self.lines.iter().map(Line::amount).sum()
    }
}

/// What was charged is not what the days of the month say now: a person has to correct it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHand;

/// What makes lines of two drafts one.
type Price = (Option<ChildId>, Option<ActivityId>, String, i64, bool);

/// The difference that the family's situations make to a month: none when there is none. `lines`: all that was charged for
/// it, by its invoice and the corrections after it; none where its sum was carried.
pub fn reprice(
    organisation: &Organisation,
    family: &Family,
    charged: Charged,
    lines: Option<Vec<&Line>>,
) -> Result<Option<Repriced>, ByHand> {
    let of = |family: &Family| draft(organisation, family, charged.taken, charged.flats, charged.abonnements);
    let before = of(&family.clone().pricing_by(charged.priced_by.clone()));
    let after = of(family);
    if before.lines == after.lines && before.faults == after.faults {
        return Ok(None);
    }
    if !before.faults.is_empty() || !after.faults.is_empty() {
        return Err(ByHand);
    }
    let back = beyond(&before.lines, &after.lines);
    if lines.is_some_and(|lines| !all_charged(&back, lines)) {
        return Err(ByHand);
    }
    let back = back.into_iter().map(|line| Line { unit: -line.unit, ..line });
    let lines: Vec<Line> = back.chain(beyond(&after.lines, &before.lines)).collect();
    let repriced = Repriced { lines, flats: after.flats };
    Ok((repriced.difference() != 0).then_some(repriced))
}

/// Whether what is to be taken back was charged, and not taken back already.
fn all_charged(back: &[Line], lines: Vec<&Line>) -> bool {
    let mut units: BTreeMap<Price, i64> = BTreeMap::new();
    for line in lines {
        // A line that takes back has the price with the other sign.
        *units.entry(price(line)).or_default() += i64::from(line.quantity);
        let (child, activity, label, unit, penalty) = price(line);
        *units.entry((child, activity, label, -unit, penalty)).or_default() -= i64::from(line.quantity);
    }
    back.iter().all(|line| units.get(&price(line)).is_some_and(|units| *units >= i64::from(line.quantity)))
}

fn price(line: &Line) -> Price {
    (line.child.clone(), line.activity.clone(), line.label.clone(), line.unit, line.penalty)
}

/// What lines have that others do not: units of a price, with their days.
fn beyond(lines: &[Line], others: &[Line]) -> Vec<Line> {
    let rest = |line: &Line| {
        let same: Vec<&Line> = others.iter().filter(|other| price(other) == price(line)).collect();
        let there: u32 = same.iter().map(|other| other.quantity).sum();
        let quantity = line.quantity.saturating_sub(there);
        let other_days: BTreeSet<Day> = same.iter().flat_map(|other| other.days.iter().copied()).collect();
        let days = line.days.iter().copied().filter(|day| !other_days.contains(day)).collect();
        // What costs nothing is neither taken back nor charged.
        (quantity > 0 && line.unit != 0).then(|| Line { quantity, days, ..line.clone() })
    };
    lines.iter().filter_map(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::super::price_tests::{day, of_days, rate, richer_in_january, with_prices};
    use super::*;
    use crate::invoice::credit_note;
    use crate::situation::Situation;
    use crate::tariff::{Charges, Per, Price, Quotient, When};

    fn organisation() -> Organisation {
        let meal = Price { name: None, when: When::default(), amount: rate(), per: Per::Day };
        with_prices(vec![meal], Charges::default())
    }

    /// December was invoiced at 400; then somebody sets another quotient from a day on.
    fn corrected(from: &str, quotient: u32, days: &[&str]) -> Result<Option<Repriced>, ByHand> {
        let (before, taken, none) = (richer_in_january(), of_days(days), BTreeSet::new());
        let invoice = draft(&organisation(), &before, &taken, &none, &[]);
        let set = Situation { from: day(from), quotient: Some(Quotient(quotient)), outside: false, by_agent: true };
        let after = before.clone().pricing_by(before.priced_by().with(set));
        let priced_by = before.priced_by();
        let charged = Charged { taken: &taken, flats: &none, abonnements: &[], priced_by: &priced_by };
        reprice(&organisation(), &after, charged, Some(invoice.lines.iter().collect()))
    }

    const DECEMBER: [&str; 3] = ["2026-12-01", "2026-12-03", "2026-12-14"];

    #[test]
    fn a_lower_quotient_gives_back_and_a_higher_one_charges_the_difference_of_its_days_alone() {
        // 0,515 % of 200 is 1,03; of 400 it is 2,06; of 600 it is 3,09.
        assert_eq!(corrected("2026-12-01", 20_000, &DECEMBER).unwrap().unwrap().difference(), -3 * 103);
        let higher = corrected("2026-12-03", 60_000, &DECEMBER).unwrap().unwrap();
        assert_eq!(higher.difference(), 2 * 103);
        let said: Vec<(u32, i64)> = higher.lines.iter().map(|line| (line.quantity, line.unit)).collect();
        assert_eq!(said, [(2, -206), (2, 309)]);
        assert_eq!(higher.lines[0].days, [day("2026-12-03"), day("2026-12-14")]);
    }

    #[test]
    fn the_same_price_is_no_correction() {
        assert_eq!(corrected("2026-12-01", 40_000, &DECEMBER), Ok(None));
        assert_eq!(corrected("2027-02-01", 90_000, &DECEMBER), Ok(None), "it holds later");
    }

    #[test]
    fn what_was_charged_otherwise_is_left_to_a_person() {
        let (before, taken, none) = (richer_in_january(), of_days(&DECEMBER), BTreeSet::new());
        let set = Situation { from: day("2026-12-01"), quotient: None, outside: false, by_agent: true };
        let after = before.clone().pricing_by(before.priced_by().with(set));
        let priced_by = before.priced_by();
        let charged = Charged { taken: &taken, flats: &none, abonnements: &[], priced_by: &priced_by };
        let other = [Line::plain("Forfait".to_owned(), 618)];
        let of = |lines: Vec<&Line>| reprice(&organisation(), &after, charged, Some(lines));
        assert_eq!(of(other.iter().collect()), Err(ByHand));
        // What was taken back by hand is not taken back again.
        let invoice = draft(&organisation(), &before, &taken, &none, &[]).lines;
        let note = credit_note(&invoice, [], Some(&[(0, 1)])).unwrap();
        assert_eq!(of(invoice.iter().chain(&note).collect()), Err(ByHand));
        assert!(of(invoice.iter().collect()).is_ok(), "by itself it is");
    }

    #[test]
    fn a_second_correction_stands_on_the_first() {
        let (before, taken, none) = (richer_in_january(), of_days(&DECEMBER), BTreeSet::new());
        let invoice = draft(&organisation(), &before, &taken, &none, &[]).lines;
        let with = |family: &Family, quotient: u32| {
            let from = day("2026-12-01");
            let set = Situation { from, quotient: Some(Quotient(quotient)), outside: false, by_agent: true };
            family.clone().pricing_by(family.priced_by().with(set))
        };
        let (first, second) = (with(&before, 20_000), with(&before, 60_000));
        let of = |priced_by: &Situations, family: &Family, lines: &[Line]| {
            let charged = Charged { taken: &taken, flats: &none, abonnements: &[], priced_by };
            reprice(&organisation(), family, charged, Some(lines.iter().collect())).unwrap()
        };
        let note = of(&before.priced_by(), &first, &invoice).unwrap();
        assert_eq!(of(&first.priced_by(), &first, &[invoice.clone(), note.lines.clone()].concat()), None, "once");
        let more = of(&first.priced_by(), &second, &[invoice, note.lines].concat()).unwrap();
        assert_eq!(more.difference(), 3 * (309 - 103));
    }
}
