//! An organisation with its calendar and activities, in one item: every week needs all of it.

use serde::{Deserialize, Serialize};

use crate::aws::keys::{self, Key};
use crate::aws::table::Record;
use crate::domain::organisation::Organisation;

/// An organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrganisationRecord {
    /// The organisation.
    pub organisation: Organisation,
}

impl Record for OrganisationRecord {
    fn key(&self) -> Key {
        keys::organisation(&self.organisation.id)
    }
}
