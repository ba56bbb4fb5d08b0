//! What earlier imports said, row by row.

use std::collections::{HashMap, HashSet};

use domain::id::OrganisationId;
use store::records::ImportedRecord;
use store::{StoreError, Table, keys};

/// The fingerprints of an organisation's rows.
pub(super) struct Fingerprints(HashMap<String, String>);

impl Fingerprints {
    /// One query: a call per megabyte of marks, about 8,000 rows.
    pub(super) async fn read(table: &Table, organisation: &OrganisationId) -> Result<Self, StoreError> {
        let records: Vec<ImportedRecord> = table.query(&keys::imports(organisation)).await?;
        Ok(Self(records.into_iter().map(|record| (record.row, record.fingerprint)).collect()))
    }

    /// The fingerprint of a row.
    pub(super) fn get(&self, row: &str) -> Option<&str> {
        self.0.get(row).map(String::as_str)
    }

    /// The rows that are known and not among these, in order.
    pub(super) fn without(&self, rows: impl Iterator<Item = String>) -> Vec<String> {
        let there: HashSet<String> = rows.collect();
        let mut left: Vec<String> = self.0.keys().filter(|row| !there.contains(*row)).cloned().collect();
        left.sort();
        left
    }
}
