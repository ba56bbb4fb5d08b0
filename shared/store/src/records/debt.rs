//! Reminders of debts: what was sent of an invoice.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::day::Day;
use domain::id::{FamilyId, OrganisationId};

/// The reminders of an invoice that were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtNoticeRecord {
    /// The organisation.
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

impl OfKind for DebtNoticeRecord {
    const PREFIX: &'static str = keys::prefix::NOTICE;
}
