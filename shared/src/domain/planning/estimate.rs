//! What the bookings of a month will cost, as far as prices are known.

use chrono::Datelike;

use crate::domain::day::{Day, month_name};
use crate::domain::id::ActivityId;
use crate::domain::money::euros;
use crate::domain::organisation::Organisation;

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

/// Adds up the bookings of the month of a day: each an activity, its day, and what booking it late costs more, in cents.
pub fn estimate<'a>(
    organisation: &Organisation,
    month: Day,
    bookings: impl Iterator<Item = (&'a ActivityId, Day, u32)>,
) -> Estimate {
    let of_month = |day: Day| (day.year(), day.month()) == (month.year(), month.month());
    let mut estimate = Estimate { month: format!("{} {}", month_name(month), month.year()), cents: 0, complete: true };
    for (activity, _, surcharge) in bookings.filter(|(_, day, _)| of_month(*day)) {
        match organisation.activity(activity).and_then(|activity| activity.price) {
            Some(price) => estimate.cents += u64::from(price) + u64::from(surcharge),
            None => estimate.complete = false,
        }
    }
    estimate
}
