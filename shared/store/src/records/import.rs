//! What an import last said, so that a second one changes only what changed in the files.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::id::OrganisationId;

/// The fingerprint of one imported row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Which row: `booking/chloe/cantine-maternelle/2015-05-25`.
    pub row: String,
    /// A hash of what it said.
    pub fingerprint: String,
}

impl Record for ImportedRecord {
    fn key(&self) -> Key {
        keys::imported(&self.organisation, &self.row)
    }
}
