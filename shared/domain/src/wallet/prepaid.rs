//! How an activity sells its tickets.

use serde::{Deserialize, Serialize};

/// An activity that is paid for in advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepaid {
    /// How many tickets are sold at once: each of these, from 1.
    pub packs: Vec<u32>,
    /// From when on tickets count.
    pub counts: Counts,
    /// Tickets are one child's; else they are the family's.
    pub per_child: bool,
    /// It also books without a ticket: such a day is charged with its month.
    pub without_ticket: bool,
}

/// From when on tickets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// From their invoice on.
    AtIssue,
    /// Once their invoice is paid.
    AtPayment,
}
