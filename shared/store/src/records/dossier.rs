//! Dossiers: what waits for an agent, what was consented to, health under seal and who has read it, notes of the service.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::dossier::{Consent, Declined, Place, Waiting};
use domain::id::{AccountId, ChildId, FamilyId, OrganisationId};

/// What a dossier holds beside its fiches and children.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DossierRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which family.
    pub family: FamilyId,
    /// What was answered for each child.
    pub consents: BTreeMap<ChildId, BTreeMap<String, Consent>>,
    /// What waits for an agent.
    pub waiting: BTreeMap<Place, Waiting>,
    /// What an agent did not accept.
    pub declined: BTreeMap<Place, Declined>,
    /// Who saved last.
    pub by: String,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Grows with every save; a save demands the version it was decided on.
    pub version: u64,
}

impl Record for DossierRecord {
    fn key(&self) -> Key {
        keys::dossier(&self.organisation, &self.family)
    }
}

/// That something of a family waits for an agent: what the agents' list is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which family.
    pub family: FamilyId,
    /// Its name.
    pub name: String,
    /// How many fields wait.
    pub fields: usize,
    /// Since when the oldest waits.
    pub since: DateTime<Utc>,
}

impl Record for CheckRecord {
    fn key(&self) -> Key {
        keys::check(&self.organisation, &self.family)
    }
}

/// A child's health, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HealthRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which child.
    pub child: ChildId,
    /// The key it is sealed with.
    pub sealed_with: String,
    /// Nonce and ciphertext, in base64.
    pub sealed: String,
    /// Grows with every change.
    pub version: u64,
}

impl Record for HealthRecord {
    fn key(&self) -> Key {
        keys::health(&self.organisation, &self.child)
    }
}

/// A key that seals health data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HealthKeyRecord {
    /// Its name, which grows with time.
    pub id: String,
    /// 256 bits, in base64.
    pub key: String,
}

impl Record for HealthKeyRecord {
    fn key(&self) -> Key {
        keys::health_key(&self.id)
    }
}

/// That an agent has read the health of a family's children.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadingRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which reading.
    pub id: String,
    /// The name of who did it.
    pub by: String,
    /// When it was.
    pub at: DateTime<Utc>,
}

impl Record for ReadingRecord {
    fn key(&self) -> Key {
        keys::reading(&self.organisation, &self.family, self.at, &self.id)
    }
}

/// What an agent noted of a family for the other agents: part of what the family takes away, and gone with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNoteRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which family.
    pub family: FamilyId,
    /// The request of the page that wrote it.
    pub id: String,
    /// The words.
    pub text: String,
    /// Who wrote it.
    pub account: AccountId,
    /// The name that is shown for that account.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
}

impl Record for ServiceNoteRecord {
    fn key(&self) -> Key {
        keys::service_note(&self.organisation, &self.family, self.at, &self.id)
    }
}

impl OfKind for ServiceNoteRecord {
    const PREFIX: &'static str = keys::prefix::SERVICE_NOTE;
}
