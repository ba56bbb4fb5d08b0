//! The numbers of invoices and of receipts, against the series they were taken from.

use std::collections::BTreeMap;

use domain::books::{Numbered, check_numbers};
use domain::id::OrganisationId;
use store::records::SeriesRecord;
use store::{StoreError, Table, keys};

use crate::family::Family;
use crate::report::Finding;

/// A year's series: the last number of the time before, the next number, and the numbers that were given.
#[derive(Default)]
struct Year {
    before: u64,
    next: u64,
    given: Vec<Numbered>,
}

pub(crate) async fn findings(
    table: &Table,
    place: &OrganisationId,
    families: &[Family],
) -> Result<Vec<Finding>, StoreError> {
    let known: Vec<SeriesRecord> = table.query(&keys::every_series(place)).await?;
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    for series in known {
        // Receipts (`R2015`) are of families' payments, and checked there.
        if let Ok(year) = series.series.parse() {
            years.entry(year).or_default().next = series.next;
        }
    }
    for invoice in families.iter().flat_map(|family| &family.invoices) {
        let parts = invoice.number.split_once('-');
        let Some((year, sequence)) = parts.and_then(|(year, rest)| Some((year.parse().ok()?, rest.parse().ok()?)))
        else {
            continue;
        };
        let year: &mut Year = years.entry(year).or_default();
        match invoice.imported {
            true => year.before = year.before.max(sequence),
            false => year.given.push(Numbered { number: invoice.number.clone(), issued: invoice.issued }),
        }
    }
    let faults = years.into_iter().flat_map(|(year, of)| check_numbers(year, of.before + 1..of.next, &of.given));
    Ok(faults.map(|fault| Finding { family: None, sentence: fault.to_string() }).collect())
}
