//! Tickets bought in advance.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::id::{FamilyId, OrganisationId};
use domain::wallet::Lot;

/// A lot of a family: written with its invoice, then on the version that was read, never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The tickets.
    pub lot: Lot,
    /// The request of the page that bought it.
    pub request: String,
    /// Who bought it.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
    /// Grows with every ticket taken or given back.
    pub version: u64,
}

impl Record for LotRecord {
    fn key(&self) -> Key {
        keys::lot(&self.organisation, &self.family, &self.lot.id)
    }
}

impl OfKind for LotRecord {
    const PREFIX: &'static str = keys::prefix::LOT;
}
