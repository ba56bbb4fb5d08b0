//! Adjustments in `activities.toml`: what changes a price for some, in the order written.

use domain::tariff::{Adjustment, Change, Price, When};

use super::when::when;
use crate::source::{Section, value};

/// Reads the adjustments of a tariff; none when one of them is ill-written.
pub(super) fn read(section: &mut Section, prices: &[Price]) -> Option<Vec<Adjustment>> {
    let inner = section.sections("adjustments");
    let count = inner.len();
    let mut adjustments: Vec<Adjustment> = Vec::new();
    for section in inner {
        let before = adjustments.last().map(|one| one.change);
        adjustments.extend(adjustment(section, prices, before));
    }
    (adjustments.len() == count).then_some(adjustments)
}

fn adjustment(mut section: Section, prices: &[Price], before: Option<Change>) -> Option<Adjustment> {
    let line = section.line;
    let name = section.optional("name", |text| Ok(text.to_owned()));
    let change = match (section.has("change"), section.has("brackets_below")) {
        (true, false) => section.parsed("change", change),
        (false, true) => brackets_below(&mut section, prices, before),
        _ => {
            section.fault(line, "un ajustement dit soit « change », soit « brackets_below ».");
            section.pass_over(&["change", "brackets_below"]);
            None
        }
    };
    let when = when(&mut section);
    if when.as_ref().is_some_and(is_empty_bracket) {
        section.fault(line, "« qf_from » n’est pas sous « qf_below »\u{a0}: cet ajustement ne vaudrait jamais.");
    }
    section.end();
    Some(Adjustment { name, when: when?, change: change? })
}

fn is_empty_bracket(when: &When) -> bool {
    when.qf_from.zip(when.qf_below).is_some_and(|(from, below)| below <= from)
}

/// It changes which price fits, so nothing can act before it.
fn brackets_below(section: &mut Section, prices: &[Price], before: Option<Change>) -> Option<Change> {
    const MOST: u32 = 20;
    let line = section.line;
    let count = section.number("brackets_below", MOST).filter(|count| *count > 0);
    let bracket = |price: &Price| price.when.qf_from.is_some() || price.when.qf_below.is_some();
    if !prices.iter().any(bracket) {
        section
            .fault(line, "« brackets_below » : aucun prix de ce tarif n’a de tranche de quotient (qf_from, qf_below).");
    }
    if before.is_some_and(|before| !matches!(before, Change::BracketsBelow(_))) {
        section.fault(
            line,
            "« brackets_below » choisit le prix\u{a0}: écrivez-le avant les ajustements qui changent ce prix.",
        );
    }
    if section.has("days_a_week") {
        section.fault(line, "« days_a_week » ne va pas avec « brackets_below ».");
    }
    Some(Change::BracketsBelow(u8::try_from(count?).ok()?))
}

/// `+2,00`, `-1,00`, `+30 %`, `-12,5 %`.
fn change(text: &str) -> Result<Change, String> {
    let help = || {
        format!(
            "« {text} » : écrivez ce qui s’ajoute ou se retire, comme \"+2,00\", \"-1,00\", \"+30 %\" ou \"-10 %\". Un \
             autre prix est un prix de « prices »."
        )
    };
    let text = text.replace('−', "-");
    let (more, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (true, rest.trim()),
        (_, Some(rest)) => (false, rest.trim()),
        _ => return Err(help()),
    };
    match (rest.strip_suffix('%'), more) {
        (Some(share), true) => percent(share, 100_000).map(Change::PercentMore).ok_or_else(help),
        (Some(share), false) => percent(share, 10_000).map(Change::PercentLess).ok_or_else(help),
        (None, true) => value::price(rest).map(Change::More).map_err(|_| help()),
        (None, false) => value::price(rest).map(Change::Less).map_err(|_| help()),
    }
}

/// `12,5` in hundredths.
fn percent(text: &str, most: u32) -> Option<u32> {
    value::price(text.trim()).ok().filter(|hundredths| (1..=most).contains(hundredths))
}
