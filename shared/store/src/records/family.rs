//! Families: what the planning needs, the adults apart, and the entry by which agents find them.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::dossier::Adult;
use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};

/// A family as the planning knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FamilyRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: Family,
    /// Grows with every change; a click demands the version it was decided on.
    pub version: u64,
}

impl Record for FamilyRecord {
    fn key(&self) -> Key {
        keys::family(&self.organisation, &self.family.id)
    }
}

/// An adult of a family.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdultRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which family.
    pub family: FamilyId,
    /// Unique in the family.
    pub reference: String,
    /// The adult.
    pub adult: Adult,
    /// Grows with every change.
    pub version: u64,
}

impl Record for AdultRecord {
    fn key(&self) -> Key {
        keys::adult(&self.organisation, &self.family, &self.reference)
    }
}

impl OfKind for AdultRecord {
    const PREFIX: &'static str = keys::prefix::ADULT;
}

/// A family as agents find it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectoryRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Its name.
    pub name: String,
    /// `Chantal DEVRET`.
    pub adults: Vec<String>,
    /// `Chloé`.
    pub children: Vec<String>,
}

impl Record for DirectoryRecord {
    fn key(&self) -> Key {
        keys::directory_entry(&self.organisation, &self.family)
    }
}
