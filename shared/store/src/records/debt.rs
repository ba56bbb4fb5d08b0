//! Reminders of debts: what was sent of an invoice, and how far the round of a day is.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::day::Day;
use domain::id::{FamilyId, OrganisationId};

/// The reminders of an invoice that were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtNoticeRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// The number of the invoice.
    pub number: String,
    /// Each with its step, in days after the due day, and the day it went.
    pub sent: Vec<(u32, Day)>,
    /// Grows with every reminder.
    pub version: u64,
}

impl Record for DebtNoticeRecord {
    fn key(&self) -> Key {
        keys::debt_notice(&self.organisation, &self.family, &self.number)
    }
}

/// The round of a day: each family's debts are looked at once a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtRoundRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// The day.
    pub day: Day,
    /// The last family that was looked at.
    pub reach: Option<FamilyId>,
    /// Whether all were.
    pub done: bool,
    /// Grows with every step.
    pub version: u64,
}

impl Record for DebtRoundRecord {
    fn key(&self) -> Key {
        keys::debt_round(&self.organisation)
    }
}
