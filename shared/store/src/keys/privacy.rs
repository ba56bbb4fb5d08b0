//! Keys of what a family takes away and of erasures.

use super::prefix::{ARCHIVE, DOCUMENT, ERASURE, PRIVACY_TASKS, SERVICE_NOTE};
use super::{Key, Span, beginning, family_partition, key};
use domain::id::{FamilyId, OrganisationId};
use serde::{Deserialize, Serialize};

/// Everything that lies in a family's partition.
pub fn of_family(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), "")
}

/// An archive of a family's data.
pub fn archive(organisation: &OrganisationId, family: &FamilyId, id: &str) -> Key {
    key(family_partition(organisation, family), format!("{ARCHIVE}{id}"))
}

/// All archives of a family that are not forgotten yet.
pub fn archives(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), ARCHIVE)
}

/// What every new one of a family's documents, archives or service notes is written over, so that simultaneous requests count each other:
/// it lies before them, and one query reads it with them.
pub fn bound(organisation: &OrganisationId, family: &FamilyId, of: Bounded) -> Key {
    key(family_partition(organisation, family), of.prefix().trim_end_matches('#'))
}

/// A family's documents, archives or service notes, with what a new one is written over.
pub fn with_bound(organisation: &OrganisationId, family: &FamilyId, of: Bounded) -> Span {
    let from = bound(organisation, family, of).sk;
    Span { from, ..beginning(family_partition(organisation, family), of.prefix()) }
}

/// What a family may have so many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bounded {
    /// Documents.
    Documents,
    /// Archives of its data.
    Archives,
    /// What agents noted of it.
    Notes,
}

impl Bounded {
    fn prefix(self) -> &'static str {
        match self {
            Self::Documents => DOCUMENT,
            Self::Archives => ARCHIVE,
            Self::Notes => SERVICE_NOTE,
        }
    }
}

/// The erasure of a family.
pub fn erasure(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(format!("{ERASURE}{organisation}"), family.as_str())
}

/// All erasures of an organisation.
pub fn erasures(organisation: &OrganisationId) -> Span {
    beginning(format!("{ERASURE}{organisation}"), "")
}

/// Something that is to be made or erased; there are few at a time, all in one partition.
pub fn privacy_task(id: &str) -> Key {
    key(PRIVACY_TASKS.to_owned(), id)
}

/// Everything that is to be made or erased.
pub fn privacy_tasks() -> Span {
    beginning(PRIVACY_TASKS.to_owned(), "")
}
