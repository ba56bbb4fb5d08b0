//! Loads a folder into the table: only what it does not know yet, each row with its mark in the same transaction.

mod bookings;
mod fingerprints;
mod invoices;
mod notices;
mod piece;
mod pieces;
mod prepaid;
mod report;
mod rooms;
pub(crate) mod rows;

pub use report::Report;

use domain::moment::Moment;
use store::{Failure, StoreError, Table};

use crate::folder::OrganisationFolder;
use fingerprints::Fingerprints;

/// An import stopped. What was written before stays, and the next import goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The table cannot be read or written.
    #[error("La table ne répond pas comme il faut ({0}). Relancez l’import : il reprendra où il s’est arrêté.")]
    Store(#[from] StoreError),
    /// Others kept changing the same items.
    #[error("La table est trop occupée : relancez l’import, il reprendra où il s’est arrêté.")]
    Busy,
    /// A row cannot be kept.
    #[error("Une ligne ne peut pas être enregistrée ({0}).")]
    Unwritable(#[from] serde_json::Error),
}

/// How often a transaction is tried again when others change the same items.
const TRIES: u32 = 8;

/// Writes what the table does not know yet. Loading the same folder again reads the marks and writes nothing.
///
/// # Errors
/// The table failed; loading again resumes.
pub async fn load(table: &Table, folder: &OrganisationFolder, moment: Moment) -> Result<Report, LoadError> {
    let organisation = &folder.organisation.id;
    let known = Fingerprints::read(table, organisation).await?;
    let mut report = Report::of(&folder.organisation.name);
    let pieces = pieces::of(folder)?;
    piece::write_all(table, organisation, &pieces, &known, moment, &mut report).await?;
    let organisation_changed = report.created + report.changed > 0;
    // Tickets come before the bookings that take them.
    invoices::write_all(table, folder, &known, moment, &mut report).await?;
    let mut days = bookings::write_all(table, folder, &known, moment, &mut report).await?;
    if organisation_changed {
        days.extend(rooms::days_ahead(moment));
    }
    rooms::recount(table, folder, &days).await?;
    if report.created + report.changed > 0 {
        rows::make(table, folder, moment).await?;
    }
    report.left = known.without(
        pieces.iter().map(|piece| piece.row.clone()).chain(bookings::rows(folder)).chain(invoices::rows(folder)),
    );
    Ok(report)
}

/// Waits a little before another try, and refuses one too many.
async fn pause(attempt: u32) -> Result<(), LoadError> {
    if attempt + 1 >= TRIES {
        return Err(LoadError::Busy);
    }
    tokio::time::sleep(std::time::Duration::from_millis(10 << attempt)).await;
    Ok(())
}

/// What can be tried again is no error.
fn again(written: Result<(), Failure>) -> Result<Option<Vec<usize>>, LoadError> {
    match written {
        Ok(()) => Ok(None),
        Err(Failure::Conditions(places)) => Ok(Some(places)),
        Err(Failure::Conflict) => Ok(Some(Vec::new())),
        Err(Failure::Store(error)) => Err(error.into()),
    }
}
