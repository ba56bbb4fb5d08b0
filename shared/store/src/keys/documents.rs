//! Keys of documents: what a family has handed in, who read it, and what waits for agents or for the clock.

use super::prefix::{DOCUMENT, EXPIRY, OPENED, REVIEW};
use super::{Key, Span, beginning, family_partition, key};
use domain::day::Day;
use domain::id::{AccountId, FamilyId, OrganisationId};

/// A document of a family.
pub fn document(organisation: &OrganisationId, family: &FamilyId, id: &str) -> Key {
    key(family_partition(organisation, family), format!("{DOCUMENT}{id}"))
}

/// All documents of a family.
pub fn documents(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), DOCUMENT)
}

/// Which documents a family has, in one item: a click looks at it.
pub fn pieces(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "PIECES")
}

/// That an agent opened a document on a day: one item, however often.
pub fn opening(organisation: &OrganisationId, family: &FamilyId, document: &str, day: Day, account: &AccountId) -> Key {
    key(family_partition(organisation, family), format!("{OPENED}{day}#{document}#{account}"))
}

/// Every time an agent opened a document of a family.
pub fn openings(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), OPENED)
}

/// A document that waits for an agent.
pub fn review(organisation: &OrganisationId, family: &FamilyId, document: &str) -> Key {
    key(format!("{REVIEW}{organisation}"), format!("{family}#{document}"))
}

/// All documents that wait for an agent.
pub fn reviews(organisation: &OrganisationId) -> Span {
    beginning(format!("{REVIEW}{organisation}"), "")
}

/// A document that counts until a day.
pub fn expiry(organisation: &OrganisationId, last: Day, family: &FamilyId, document: &str) -> Key {
    key(format!("{EXPIRY}{organisation}"), format!("{last}#{family}#{document}"))
}

/// The documents that count until a day, or shorter.
pub fn expiries(organisation: &OrganisationId, until: Day) -> Span {
    Span { pk: format!("{EXPIRY}{organisation}"), from: "0".to_owned(), to: format!("{until}{}", super::LAST) }
}

/// Files that must go.
pub fn discard(id: &str) -> Key {
    key("DISCARD".to_owned(), id)
}

/// All files that must go.
pub fn discards() -> Span {
    beginning("DISCARD".to_owned(), "")
}
