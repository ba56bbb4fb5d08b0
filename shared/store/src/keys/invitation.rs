//! Who was invited: agents beside each other, adults with their family.

use domain::account::normalised_name;
use domain::id::{FamilyId, OrganisationId};

use super::prefix::{INVITATION, INVITED};
use super::{Key, Span, beginning, family_partition, key};

/// The invitation of an agent, by its mél.
pub fn agent_invitation(organisation: &OrganisationId, mel: &str) -> Key {
    key(format!("{INVITATION}{organisation}"), normalised_name(mel))
}

/// All invitations of agents of an organisation.
pub fn agent_invitations(organisation: &OrganisationId) -> Span {
    beginning(format!("{INVITATION}{organisation}"), "")
}

/// The invitation of an adult to a family, by its mél.
pub fn family_invitation(organisation: &OrganisationId, family: &FamilyId, mel: &str) -> Key {
    key(family_partition(organisation, family), format!("{INVITED}{}", normalised_name(mel)))
}

/// All invitations to a family.
pub fn family_invitations(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), INVITED)
}
