//! Keys of what a family takes away and of erasures.

use super::prefix::{ARCHIVE, ERASURE, PRIVACY_TASKS};
use super::{Key, Span, beginning, family_partition, key};
use domain::id::{FamilyId, OrganisationId};

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
