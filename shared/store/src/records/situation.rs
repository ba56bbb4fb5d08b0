//! What an agent has said of a family's quotient and residence, with the source: never changed, never removed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::id::{FamilyId, OrganisationId};
use domain::situation::Situation;

/// A situation as an agent set it. The family has a copy, by which its days are priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The request of the page that set it.
    pub request: String,
    /// What was set.
    pub situation: Situation,
    /// Where it is known from, in French.
    pub source: String,
    /// The document that says so, when one was accepted.
    pub document: Option<String>,
    /// When it was set, on the business clock.
    pub at: DateTime<Utc>,
    /// The name that is shown.
    pub said: String,
}

impl Record for SituationRecord {
    fn key(&self) -> Key {
        keys::situation(&self.organisation, &self.family, &self.request)
    }
}

impl OfKind for SituationRecord {
    const PREFIX: &'static str = keys::prefix::SITUATION;
}
