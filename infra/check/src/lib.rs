//! Holds a whole table to what must always be true: the books of every family, the numbers of every series, a paper for
//! every invoice, a place for every booking.
//!
//! It only reads, one organisation after the other, by the keys that `docs/DATA.md` charts.

mod family;
mod papers;
mod places;
mod report;
mod series;

use domain::books::Sums;
use domain::id::OrganisationId;
use futures_util::{StreamExt, TryStreamExt, stream};
use store::records::{DirectoryRecord, OrganisationEntry};
use store::{FileError, Files, StoreError, Table, keys};

use family::Family;
pub use report::{Finding, Report};

/// How many families are read at once.
const AT_ONCE: usize = 16;

/// The table or the files could not be read: nothing is said about them.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The table.
    #[error(transparent)]
    Table(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Files(#[from] FileError),
}

/// Checks every organisation; papers are looked for where files are given.
pub async fn check_all(table: &Table, files: Option<&Files>) -> Result<Vec<Report>, CheckError> {
    let organisations: Vec<OrganisationEntry> = table.query(&keys::organisations()).await?;
    let mut reports = Vec::new();
    for known in organisations {
        reports.push(check(table, files, &known.organisation).await?);
    }
    Ok(reports)
}

/// Checks one organisation.
pub async fn check(table: &Table, files: Option<&Files>, place: &OrganisationId) -> Result<Report, CheckError> {
    let listed: Vec<DirectoryRecord> = table.query(&keys::directory(place)).await?;
    let reading = listed.into_iter().map(|entry| Family::read(table, place, entry.family));
    let families: Vec<Family> = stream::iter(reading).buffered(AT_ONCE).try_collect().await?;
    let mut findings: Vec<Finding> = families.iter().flat_map(Family::findings).collect();
    findings.extend(series::findings(table, place, &families).await?);
    findings.extend(places::findings(table, place, &families).await?);
    if let Some(files) = files {
        findings.extend(papers::findings(files, &families).await?);
    }
    Ok(Report {
        organisation: place.clone(),
        families: families.len(),
        invoices: families.iter().map(|family| family.invoices.len()).sum(),
        sums: families.iter().map(|family| family.books().sums()).sum::<Sums>(),
        findings,
    })
}
