//! What a family takes away, and what is erased of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Bounded, Key};
use crate::table::{Items, OfKind, Record, StoreError};
use crate::transaction::Transaction;
use domain::id::{AccountId, FamilyId, FamilyPath, OrganisationId};
use domain::privacy::ErasureStage;

/// A ZIP of everything that is kept of a family; asked for by one adult, and for that adult alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Whose data.
    pub family: FamilyId,
    /// The request of the page that asked for it.
    pub id: String,
    /// Who asked.
    pub account: AccountId,
    /// When, on the wall clock.
    pub at: DateTime<Utc>,
    /// Where the ZIP is stored, once it is made.
    pub file: Option<String>,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Grows when it is made.
    pub version: u64,
    /// When the item goes, in epoch seconds; the ZIP goes with the bucket's own rule.
    pub expires: i64,
}

impl Record for ArchiveRecord {
    fn key(&self) -> Key {
        keys::archive(&self.organisation, &self.family, &self.id)
    }
}

impl OfKind for ArchiveRecord {
    const PREFIX: &'static str = keys::prefix::ARCHIVE;
}

/// Every new document, or archive, of a family is written over this: whoever counted before is made to count again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// What is counted.
    pub of: Bounded,
    /// Grows with every new one.
    pub version: u64,
}

impl BoundRecord {
    /// Demands that nothing new was begun since these were read, by [`keys::with_bound`].
    pub fn step(transaction: &mut Transaction, lying: &Items, at: &FamilyPath, of: Bounded) -> Result<(), StoreError> {
        let FamilyPath { organisation, family } = at.clone();
        let known: Option<Self> = lying.get(&keys::bound(&organisation, &family, of))?;
        let read = known.map_or(0, |known| known.version);
        transaction.put_over(&Self { organisation, family, of, version: read + 1 }, read);
        Ok(())
    }
}

impl Record for BoundRecord {
    fn key(&self) -> Key {
        keys::bound(&self.organisation, &self.family, self.of)
    }
}

/// The erasure of a family. Once it is done it holds no name, only what was kept and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which family.
    pub family: FamilyId,
    /// How far it is.
    pub stage: ErasureStage,
    /// The family's name, until it is erased.
    pub name: Option<String>,
    /// Who asked, until it is erased.
    pub said: Option<String>,
    /// When it was asked for, on the business clock.
    pub asked: DateTime<Utc>,
    /// Who decided: an agent of the organisation.
    pub decided_by: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What it waits for, in a sentence.
    pub waits: Option<String>,
    /// When it was done.
    pub done: Option<DateTime<Utc>>,
    /// What the law keeps, a sentence each.
    pub kept: Vec<String>,
    /// Grows with every step.
    pub version: u64,
}

impl Record for ErasureRecord {
    fn key(&self) -> Key {
        keys::erasure(&self.organisation, &self.family)
    }
}

/// What is to be done aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrivacyTask {
    /// A ZIP is to be made.
    Archive {
        /// The organisation.
        organisation: OrganisationId,
        /// Whose data.
        family: FamilyId,
        /// The id.
        id: String,
    },
    /// A family is to be erased.
    Erasure {
        /// The organisation.
        organisation: OrganisationId,
        /// The family.
        family: FamilyId,
    },
}

/// A task; it goes when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivacyTaskRecord {
    /// The task.
    pub task: PrivacyTask,
}

impl Record for PrivacyTaskRecord {
    fn key(&self) -> Key {
        keys::privacy_task(&match &self.task {
            PrivacyTask::Archive { organisation, family, id } => format!("archive#{organisation}#{family}#{id}"),
            PrivacyTask::Erasure { organisation, family } => format!("erasure#{organisation}#{family}"),
        })
    }
}
