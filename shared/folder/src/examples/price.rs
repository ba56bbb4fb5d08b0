//! Prices of examples, charged by the very draft an invoice is made from.

use std::collections::BTreeSet;

use domain::day::{Day, later};
use domain::family::{Child, Custody, Family};
use domain::invoice::{Draft, Line, Period, Taken, draft};
use domain::money::signed_euros;
use domain::organisation::Organisation;

use super::checked::Outcome;
use super::file::{Price, Take};

/// The sum of the drafts of a family of which only the example is known: a draft a month, each after the one before.
pub(super) fn price(organisation: &Organisation, asked: &Price) -> Outcome {
    let Some(family) = family(asked) else { return fails(asked, "une famille qui ne se lit pas".to_owned()) };
    let taken: Vec<Taken> = asked.takes.iter().flat_map(|take| days(organisation, &family, take)).collect();
    let drafts = drafts(organisation, &family, &taken);
    let faults: Vec<&str> =
        drafts.iter().flat_map(|draft| &draft.faults).map(|fault| fault.sentence.as_str()).collect();
    let total: i64 = drafts.iter().map(Draft::total).sum();
    let holds = match &asked.total {
        Ok(cents) => faults.is_empty() && total == *cents,
        Err(words) => faults.iter().any(|fault| fault.contains(words)),
    };
    match (holds, faults.is_empty()) {
        (true, _) => Outcome::Holds,
        (false, true) => fails(asked, format!("{}{}", signed_euros(total), lines(&drafts))),
        (false, false) => fails(asked, faults.join("\u{a0}; ")),
    }
}

/// Each month as an invoice would charge it, the earlier ones being invoiced.
fn drafts(organisation: &Organisation, family: &Family, taken: &[Taken]) -> Vec<Draft> {
    let months: BTreeSet<Period> = taken.iter().map(|one| Period::of(one.day)).collect();
    let mut charged = BTreeSet::new();
    let drafted = |month: Period| {
        let of_month: Vec<Taken> = taken.iter().filter(|one| Period::of(one.day) == month).cloned().collect();
        let draft = draft(organisation, family, &of_month, &charged, &[]);
        charged.extend(draft.flats.iter().cloned());
        draft
    };
    months.into_iter().map(drafted).collect()
}

/// The lines that make a sum, one below the other.
fn lines(drafts: &[Draft]) -> String {
    let line = |line: &Line| {
        let Line { label, quantity, unit, .. } = line;
        format!("\n    {label}, {quantity} × {} = {}", signed_euros(*unit), signed_euros(line.amount()))
    };
    drafts.iter().flat_map(|draft| &draft.lines).map(line).collect()
}

fn fails(asked: &Price, found: String) -> Outcome {
    let expected = match &asked.total {
        Ok(cents) => signed_euros(*cents),
        Err(words) => format!("pas de prix ({words})"),
    };
    Outcome::Fails { expected, found }
}

fn family(asked: &Price) -> Option<Family> {
    let child = |number: u32| {
        let take = asked.takes.iter().find(|take| take.child == number);
        let id = format!("enfant-{number}").parse().ok()?;
        Some(Child {
            class: take.and_then(|take| take.class.clone()),
            pai: take.is_some_and(|take| take.pai),
            ..Child::named(id, &format!("Enfant {number}"), Custody::ALWAYS)
        })
    };
    Some(Family {
        id: "famille".parse().ok()?,
        name: "EXEMPLE".to_owned(),
        town: String::new(),
        children: (1..=asked.children).map(child).collect::<Option<_>>()?,
        quotients: asked.qf.map(|quotient| (None, quotient)).into_iter().collect(),
        outside: asked.outside,
        situations: asked.situations.clone(),
        billed: None,
    })
}

/// The days written, or so many of the activity's weekdays from the first day on.
fn days(organisation: &Organisation, family: &Family, take: &Take) -> Vec<Taken> {
    use chrono::Datelike;
    let weekdays = organisation.activity(&take.activity).map(|activity| activity.weekdays.clone()).unwrap_or_default();
    let Some(child) = family.children.get(take.child as usize - 1) else { return Vec::new() };
    let open = (0..366 * 3).map(|days| later(take.from, days)).filter(|day| weekdays.contains(&day.weekday()));
    let days: Vec<Day> = match take.days.is_empty() {
        true => open.take(take.times as usize).collect(),
        false => take.days.clone(),
    };
    days.into_iter()
        .map(|day| Taken {
            child: child.id.clone(),
            activity: take.activity.clone(),
            day,
            presence: take.presence,
            arrived: take.arrived,
            left: take.left,
            surcharge: take.surcharge,
            regular: take.regular,
        })
        .collect()
}
