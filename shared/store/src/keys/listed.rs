//! Where the agents' table of families lies, in the order of their names, and the words by which they are found.

use domain::id::{FamilyId, OrganisationId};
use domain::text::searched;

use super::prefix::{AWAITED, FIND, LISTED};
use super::{Key, Span, beginning, family_partition, key};
use crate::records::FindWord;

/// A family's place among the others: by its name as one searches for it, then by its id. The blank lets MARTIN come before
/// MARTIN DUPONT.
fn sort_key(name: &str, family: &FamilyId) -> String {
    format!("{} #{family}", searched(name))
}

/// A family's row in the agents' table.
pub fn listed(organisation: &OrganisationId, name: &str, family: &FamilyId) -> Key {
    key(format!("{LISTED}{organisation}"), sort_key(name, family))
}

/// All rows of the agents' table.
pub fn all_listed(organisation: &OrganisationId) -> Span {
    beginning(format!("{LISTED}{organisation}"), "")
}

/// What is still awaited of a family; its place is that of its row.
pub fn awaited(organisation: &OrganisationId, name: &str, family: &FamilyId) -> Key {
    key(format!("{AWAITED}{organisation}"), sort_key(name, family))
}

/// What is awaited of all families.
pub fn all_awaited(organisation: &OrganisationId) -> Span {
    beginning(format!("{AWAITED}{organisation}"), "")
}

/// That a family is found by a word.
pub fn find(organisation: &OrganisationId, family: &FamilyId, word: &FindWord) -> Key {
    key(format!("{FIND}{organisation}"), format!("{} #{family}#{}", word.word, word.by.mark()))
}

/// Whatever is found by a word that begins like this.
pub fn found_by(organisation: &OrganisationId, word: &str) -> Span {
    beginning(format!("{FIND}{organisation}"), word)
}

/// By which words a family is found.
pub fn findable(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "FINDABLE")
}
