//! Keys of payments made online.

use super::prefix::{ASKING, DOUBT, ONLINE, PROVIDER};
use super::{Key, Span, beginning, family_partition, key};
use domain::id::{FamilyId, OrganisationId};

/// An attempt to pay online; it lies between the family's invoices and payments, so that one query reads them all.
pub fn attempt(organisation: &OrganisationId, family: &FamilyId, attempt: &str) -> Key {
    key(family_partition(organisation, family), format!("{ONLINE}{attempt}"))
}

/// What every new attempt of a family is written over, so that two do not begin at once unaware of each other.
pub fn online(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "ONLINE")
}

/// How many partitions the attempts under way are spread over.
pub const ASKING_SHARDS: u8 = 4;

/// That the provider is to be asked how an attempt stands.
pub fn asking(organisation: &OrganisationId, family: &FamilyId, attempt: &str) -> Key {
    let shard = attempt.bytes().fold(0_u8, u8::wrapping_add) % ASKING_SHARDS;
    key(format!("{ASKING}{shard}"), format!("{organisation}#{family}#{attempt}"))
}

/// One partition of the attempts under way.
pub fn asking_shard(shard: u8) -> Span {
    beginning(format!("{ASKING}{shard}"), "")
}

/// That an attempt waits for a person.
pub fn doubt(organisation: &OrganisationId, attempt: &str) -> Key {
    key(format!("{DOUBT}{organisation}"), attempt)
}

/// All attempts of an organisation that wait for a person.
pub fn doubts(organisation: &OrganisationId) -> Span {
    beginning(format!("{DOUBT}{organisation}"), "")
}

/// The keys by which an organisation's card provider knows it: a partition of their own, so that `payments` alone
/// may read them.
pub fn card_keys(organisation: &OrganisationId) -> Key {
    key(format!("{PROVIDER}{organisation}"), "CARD")
}
