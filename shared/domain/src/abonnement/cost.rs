//! What an abonnement costs, before anybody says yes: by the very drafts that invoices are made from.

use std::collections::{BTreeMap, BTreeSet};

use super::Abonnement;
use crate::day::Day;
use crate::family::Family;
use crate::id::ActivityId;
use crate::invoice::{Period, Taken, draft};
use crate::organisation::Organisation;
use crate::planning::{Action, Step};

/// A family as its months are priced, without what the abonnement does.
#[derive(Debug, Clone, Copy)]
pub struct Priced<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// The family.
    pub family: &'a Family,
    /// Its days, in whole months; those that the abonnement has booked are among them.
    pub taken: &'a [Taken],
    /// Its other abonnements, where a price asks for them.
    pub others: &'a [Abonnement],
    /// What months outside of these have kept, where a price asks for it.
    pub charged: &'a BTreeSet<String>,
}

/// The days of an abonnement, those it has and those it will have, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How many.
    pub days: usize,
    /// What the months come to more than without it, in cents; none where a price is missing.
    pub cents: Option<i64>,
    /// What each of its days costs, in cents, where all cost the same.
    pub each: Option<i64>,
}

/// What a month comes to, with the abonnement's days and without.
#[derive(Default)]
struct Month {
    with: Vec<Taken>,
    without: Vec<Taken>,
    days: usize,
}

/// Counts an abonnement that has booked `own`, once `steps` are done.
pub fn cost(priced: Priced, abonnement: &Abonnement, own: &BTreeSet<(ActivityId, Day)>, steps: &[Step]) -> Cost {
    let months = months(priced.taken, abonnement, own, steps);
    let days = months.values().map(|month| month.days).sum();
    let Some(more) = more(priced, abonnement, &months) else { return Cost { days, cents: None, each: None } };
    let each = more.first().and_then(|(cents, days)| cents.checked_div(*days));
    let same = |each: &i64| more.iter().all(|(cents, days)| *cents == each * days);
    Cost { days, cents: Some(more.iter().map(|(cents, _)| cents).sum()), each: each.filter(same) }
}

fn months(
    taken: &[Taken],
    abonnement: &Abonnement,
    own: &BTreeSet<(ActivityId, Day)>,
    steps: &[Step],
) -> BTreeMap<Period, Month> {
    let mut months: BTreeMap<Period, Month> = BTreeMap::new();
    let cancels = |one: &Taken| {
        steps.iter().any(|step| step.action == Action::Cancel && step.activity == one.activity && step.day == one.day)
    };
    for one in taken {
        let month = months.entry(Period::of(one.day)).or_default();
        let its_own = one.child == abonnement.child && own.contains(&(one.activity.clone(), one.day));
        if !its_own {
            month.without.push(one.clone());
        }
        if !(its_own && cancels(one)) {
            month.with.push(one.clone());
            month.days += usize::from(its_own);
        }
    }
    for step in steps.iter().filter(|step| step.action == Action::Book) {
        let month = months.entry(Period::of(step.day)).or_default();
        month.days += 1;
        month.with.push(Taken {
            child: abonnement.child.clone(),
            activity: step.activity.clone(),
            day: step.day,
            presence: None,
            arrived: None,
            left: None,
            surcharge: step.surcharge,
            regular: true,
        });
    }
    months
}

/// The cents of each month that has days of it, and how many; none where something has no price.
fn more(priced: Priced, abonnement: &Abonnement, months: &BTreeMap<Period, Month>) -> Option<Vec<(i64, i64)>> {
    let Priced { organisation, family, others, .. } = priced;
    let all: Vec<Abonnement> = others.iter().chain([abonnement]).cloned().collect();
    let (mut with, mut without) = (priced.charged.clone(), priced.charged.clone());
    let mut more = Vec::new();
    for month in months.values() {
        let after = draft(organisation, family, &month.with, &with, &all);
        let before = draft(organisation, family, &month.without, &without, others);
        if after.faults.len() > before.faults.len() {
            return None;
        }
        if month.days > 0 {
            more.push((after.total() - before.total(), i64::try_from(month.days).ok()?));
        }
        with.extend(after.flats);
        without.extend(before.flats);
    }
    Some(more)
}
