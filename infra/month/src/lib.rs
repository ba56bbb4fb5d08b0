//! A month of a town on the embedded stack: imported, invoiced from the schedule to the last mail by the real functions,
//! and what it took.

#![allow(clippy::float_arithmetic, reason = "figures are no money")]

mod error;
mod figures;
mod folder;
mod memory;
mod meter;
mod night;
mod source;
mod totals;

use std::path::Path;

use serde_json::Value;

pub use error::MonthError;

/// What came of a month.
#[derive(Debug)]
pub struct Outcome {
    /// One JSON object each.
    pub figures: Vec<Value>,
    /// Each family with what the month costs it, in cents, in the order of the source.
    pub totals: Vec<(String, i64)>,
}

/// Runs the month that lies in a folder (`families.csv`, `children.csv`, `bookings.csv` or `bookings.csv.gz`) for so
/// many families: the first ones, or all of them again and again.
///
/// # Errors
/// The folder cannot be read, the portal does not start, or the month does not come to its end.
pub async fn run(folder: &Path, families: Option<usize>) -> Result<Outcome, MonthError> {
    let town = source::read(folder, families)?;
    night::invoice(&town).await
}

/// `12,65.10`: a family and what it is charged, in euros, for programs.
pub fn total_line((family, cents): &(String, i64)) -> String {
    let sign = if *cents < 0 { "-" } else { "" };
    format!("{family},{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}
