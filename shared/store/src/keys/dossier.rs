//! Keys of dossiers beside their fiches: what waits, health under seal and its keys, who has read it.

use chrono::{DateTime, Utc};

use super::prefix::{CHECK, HEALTH, READING, SERVICE_NOTE, SITUATION};
use super::{Key, Span, beginning, family_partition, key};
use domain::id::{ChildId, FamilyId, OrganisationId};

/// What a dossier holds beside its fiches and children.
pub fn dossier(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "DOSSIER")
}

/// That something of a family waits for an agent.
pub fn check(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(format!("{CHECK}{organisation}"), family.as_str())
}

/// All families of an organisation of which something waits.
pub fn checks(organisation: &OrganisationId) -> Span {
    beginning(format!("{CHECK}{organisation}"), "")
}

/// A child's health: a partition of its own, so that only the functions that need it may read it.
pub fn health(organisation: &OrganisationId, child: &ChildId) -> Key {
    key(format!("{HEALTH}{organisation}#{child}"), "HEALTH")
}

/// A key that seals health data.
pub fn health_key(id: &str) -> Key {
    key("HEALTHKEY".to_owned(), id)
}

/// All keys that seal health data, the youngest last.
pub fn health_keys() -> Span {
    beginning("HEALTHKEY".to_owned(), "")
}

/// That an agent has read the health of a family's children.
pub fn reading(organisation: &OrganisationId, family: &FamilyId, at: DateTime<Utc>, id: &str) -> Key {
    key(family_partition(organisation, family), format!("{READING}{}#{id}", at.format("%Y%m%dT%H%M%S%.3f")))
}

/// All such readings of a family, the latest last.
pub fn readings(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), READING)
}

/// A quotient and a residence from a day on, as one request set them.
pub fn situation(organisation: &OrganisationId, family: &FamilyId, request: &str) -> Key {
    key(family_partition(organisation, family), format!("{SITUATION}{request}"))
}

/// All that agents have set of a family's quotient and residence.
pub fn situations(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), SITUATION)
}

/// What an agent noted of a family, by when it was written.
pub fn service_note(organisation: &OrganisationId, family: &FamilyId, at: DateTime<Utc>, id: &str) -> Key {
    key(family_partition(organisation, family), format!("{SERVICE_NOTE}{}#{id}", at.format("%Y%m%dT%H%M%S%.3f")))
}
