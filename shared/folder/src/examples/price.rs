//! Prices of examples, charged by the very draft an invoice is made from.

use std::collections::BTreeSet;

use domain::day::later;
use domain::family::{Child, Custody, Family};
use domain::invoice::{Taken, draft};
use domain::money::signed_euros;
use domain::organisation::Organisation;

use super::file::{Price, Take};
use super::told::Outcome;

/// The sum of the draft of a family of which only the example is known.
pub(super) fn price(organisation: &Organisation, asked: &Price) -> Outcome {
    let Some(family) = family(asked) else { return fails(asked, "une famille qui ne se lit pas".to_owned()) };
    let taken: Vec<Taken> = asked.takes.iter().flat_map(|take| days(organisation, &family, take)).collect();
    let draft = draft(organisation, &family, &taken, &BTreeSet::new(), &[]);
    match draft.faults.first() {
        Some(fault) => fails(asked, fault.sentence.clone()),
        None if draft.total() == asked.total => Outcome::Holds,
        None => fails(asked, signed_euros(draft.total())),
    }
}

fn fails(asked: &Price, found: String) -> Outcome {
    Outcome::Fails { expected: signed_euros(asked.total), found }
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
        situations: Vec::new(),
        billed: None,
    })
}

/// So many of the activity's weekdays from the first day on.
fn days(organisation: &Organisation, family: &Family, take: &Take) -> Vec<Taken> {
    use chrono::Datelike;
    let weekdays = organisation.activity(&take.activity).map(|activity| activity.weekdays.clone()).unwrap_or_default();
    let Some(child) = family.children.get(take.child as usize - 1) else { return Vec::new() };
    let open = (0..366 * 3).map(|days| later(take.from, days)).filter(|day| weekdays.contains(&day.weekday()));
    open.take(take.times as usize)
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
