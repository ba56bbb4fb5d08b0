//! What happened to the accounts of an organisation's agents, in order of time.

use domain::id::OrganisationId;

use super::prefix::SECURITY;
use super::{Key, Span, beginning, key};

/// One event, by its instant as text.
pub fn security_event(organisation: &OrganisationId, at: &str, id: &str) -> Key {
    key(format!("{SECURITY}{organisation}"), format!("{at}#{id}"))
}

/// All events of an organisation.
pub fn security_events(organisation: &OrganisationId) -> Span {
    beginning(format!("{SECURITY}{organisation}"), "")
}
