//! Keys of tickets bought in advance.

use super::prefix::LOT;
use super::{Key, Span, beginning, family_partition, key};
use domain::id::{FamilyId, LotId, OrganisationId};

/// A lot of tickets of a family.
pub fn lot(organisation: &OrganisationId, family: &FamilyId, lot: &LotId) -> Key {
    key(family_partition(organisation, family), format!("{LOT}{lot}"))
}

/// All lots of a family.
pub fn lots(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), LOT)
}
