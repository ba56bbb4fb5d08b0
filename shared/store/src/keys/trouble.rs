//! Keys of addresses that mails do not reach.

use super::prefix::TROUBLE;
use super::{Key, Span, beginning, key};
use domain::id::{FamilyId, OrganisationId};
use secret::sha256;

/// An address of a family that is in trouble; the address itself is in no key.
pub fn mail_trouble(organisation: &OrganisationId, family: &FamilyId, mel: &str) -> Key {
    let hash: String = sha256(mel).chars().take(16).collect();
    key(format!("{TROUBLE}{organisation}"), format!("{family}#{hash}"))
}

/// All addresses in trouble of an organisation's families.
pub fn mail_troubles(organisation: &OrganisationId) -> Span {
    beginning(format!("{TROUBLE}{organisation}"), "")
}

/// Those of one family.
pub fn mail_troubles_of(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(format!("{TROUBLE}{organisation}"), &format!("{family}#"))
}
