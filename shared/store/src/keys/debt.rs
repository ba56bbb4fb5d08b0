//! Keys of what reminders of debts leave.

use super::prefix::NOTICE;
use super::{Key, family_partition, key};
use domain::id::{FamilyId, OrganisationId};

/// The reminders of an invoice; they lie between the invoices and the payments, and are read with them.
pub fn debt_notice(organisation: &OrganisationId, family: &FamilyId, number: &str) -> Key {
    key(family_partition(organisation, family), format!("{NOTICE}{number}"))
}
