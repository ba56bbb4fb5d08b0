//! What the bookings of a month will cost, as far as prices are known.

use std::collections::BTreeSet;

use crate::abonnement::Abonnement;
use crate::day::Day;
use crate::family::Family;
use crate::invoice::{Period, Taken, draft};
use crate::money::euros;
use crate::organisation::Organisation;

/// What a month will cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// `mai 2015`.
    pub month: String,
    /// The sum, in cents.
    pub cents: u64,
    /// Whether every booked activity has a price.
    pub complete: bool,
}

impl Estimate {
    /// `209,30 €`.
    pub fn amount(&self) -> String {
        euros(self.cents)
    }
}

/// What the bookings of the month of a day will be charged, by the very draft an invoice is made from; `charged` is what other
/// months have kept.
pub fn estimate(
    organisation: &Organisation,
    family: &Family,
    month: Day,
    taken: Vec<Taken>,
    charged: &BTreeSet<String>,
    abonnements: &[Abonnement],
) -> Estimate {
    let period = Period::of(month);
    let of_month: Vec<Taken> = taken.into_iter().filter(|one| Period::of(one.day) == period).collect();
    let draft = draft(organisation, family, &of_month, charged, abonnements);
    let cents = u64::try_from(draft.total()).unwrap_or_default();
    Estimate { month: period.said(), cents, complete: draft.faults.is_empty() }
}
