//! A lot: tickets bought together, by one invoice.

use serde::{Deserialize, Serialize};

use super::Counts;
use crate::day::Day;
use crate::id::{ActivityId, ChildId, LotId};

/// Tickets bought together. At every instant what was bought is what is left, what was refunded and what lies on bookings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The number of the invoice that sold it.
    pub id: LotId,
    /// The activity.
    pub activity: ActivityId,
    /// For whom; none for any child of the family.
    pub child: Option<ChildId>,
    /// What one ticket cost, in cents.
    pub unit: u32,
    /// How many were bought.
    pub bought: u32,
    /// How many are left to use.
    pub left: u32,
    /// How many were refunded.
    pub refunded: u32,
    /// The date of its invoice.
    pub opened: Day,
    /// From when on its tickets count.
    pub counts: Counts,
    /// Whether its invoice is paid, as far as that matters for counting.
    pub paid: bool,
}

impl Lot {
    /// Whether its tickets may be used.
    pub fn is_open(&self) -> bool {
        self.counts == Counts::AtIssue || self.paid
    }

    /// Whether its tickets are for a child's days of an activity.
    pub fn fits(&self, child: &ChildId, activity: &ActivityId) -> bool {
        self.activity == *activity && self.child.as_ref().is_none_or(|of| of == child)
    }

    /// Takes a ticket; none is taken where none is left.
    pub fn take(&mut self) -> bool {
        let takes = self.is_open() && self.left > 0;
        self.left -= u32::from(takes);
        takes
    }

    /// Gives a ticket back that lay on a booking.
    pub fn give_back(&mut self) {
        self.left = (self.left + 1).min(self.bought - self.refunded);
    }

    /// Refunds what is left; how many tickets.
    pub fn refund(&mut self) -> u32 {
        let refunded = std::mem::take(&mut self.left);
        self.refunded += refunded;
        refunded
    }

    /// Follows whether its invoice is settled, where its tickets count once they are paid.
    pub fn follow(&mut self, settled: bool) {
        self.paid = self.counts == Counts::AtPayment && settled;
    }
}
