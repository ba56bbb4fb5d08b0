//! Invoices of the time before: written once, printed, never mailed; new numbers go on after them.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::OrganisationId;
use domain::invoice::Line;
use domain::moment::Moment;
use store::records::{
    ImportedRecord, InvoiceRecord, LotRecord, Means, Numbered, PaymentRecord, PeriodRecord, SeriesRecord, WorkRecord,
};
use store::{Failure, Table, Transaction, keys};

use super::fingerprints::Fingerprints;
use super::report::Report;
use super::{LoadError, again, pause};
use crate::folder::{InvoiceRow, OrganisationFolder};

/// The names of the rows, for the marks.
pub(super) fn rows(folder: &OrganisationFolder) -> impl Iterator<Item = String> {
    folder.invoices.iter().map(name)
}

fn name(row: &InvoiceRow) -> String {
    format!("invoice/{}", row.number)
}

/// Writes the invoices that are not there yet, each with its mark.
pub(super) async fn write_all(
    table: &Table,
    folder: &OrganisationFolder,
    known: &Fingerprints,
    moment: Moment,
    report: &mut Report,
) -> Result<(), LoadError> {
    let organisation = &folder.organisation.id;
    let mut last: BTreeMap<String, (u64, domain::day::Day)> = BTreeMap::new();
    let (there, fresh): (Vec<&InvoiceRow>, Vec<&InvoiceRow>) =
        folder.invoices.iter().partition(|row| known.get(&name(row)).is_some());
    report.unchanged += there.len();
    // Before they are written: a load that is stopped in between has given no number that can be given again.
    for row in &fresh {
        if let Some((year, number)) =
            row.number.split_once('-').and_then(|(year, rest)| Some((year, rest.parse().ok()?)))
        {
            let latest = last.entry(year.to_owned()).or_insert((number, row.issued));
            *latest = (latest.0.max(number), latest.1.max(row.issued));
        }
    }
    for (year, (number, latest)) in last {
        reserve(table, organisation, &year, number, latest).await?;
    }
    for row in fresh {
        match table.write(transaction(organisation, row, moment)).await {
            Ok(()) => report.created += 1,
            // Another import was faster.
            Err(Failure::Conditions(_)) => report.unchanged += 1,
            Err(Failure::Conflict) => return Err(LoadError::Busy),
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

fn transaction(organisation: &OrganisationId, row: &InvoiceRow, moment: Moment) -> Transaction {
    let total = row.lines.iter().map(Line::amount).sum();
    let (place, family) = (organisation.clone(), row.family.clone());
    let numbered = Numbered { number: row.number.clone(), issued: row.issued };
    let invoice =
        InvoiceRecord::of_before(organisation, &family, (numbered, row.due), row.payer.clone(), row.lines.clone());
    let invoice = InvoiceRecord { period: row.period, ..invoice };
    let work = WorkRecord::printing(organisation, vec![(family.clone(), row.number.clone())], moment.wall);
    let mark = ImportedRecord { organisation: place.clone(), row: name(row), fingerprint: String::new() };
    let mut transaction = Transaction::of_system();
    transaction.put(&mark);
    transaction.put_new(&invoice);
    transaction.put_new(&work);
    if let Some(lot) = row.lot.clone() {
        transaction.put_new(&LotRecord {
            organisation: place.clone(),
            family: family.clone(),
            lot,
            request: String::new(),
            said: "reprise des données".to_owned(),
            at: moment.business,
            version: 1,
        });
    }
    if let Some(period) = row.period {
        transaction.put(&PeriodRecord {
            organisation: place.clone(),
            family: family.clone(),
            period,
            invoice: Some(row.number.clone()),
            charged: total,
            given_back: 0,
            carried: 0,
            flats: BTreeSet::new(),
            priced_by: None,
            corrected_by: None,
            lines: Vec::new(),
            returned: Vec::new(),
            version: 1,
        });
    }
    if let Some(day) = row.paid {
        transaction.put_new(&PaymentRecord {
            organisation: place,
            family,
            receipt: format!("reprise-{}", row.number),
            day,
            means: Means::Cheque,
            cents: total,
            reverses: None,
            request: String::new(),
            said: "reprise des données".to_owned(),
            at: moment.business,
        });
    }
    transaction
}

/// New numbers of a year begin after those that were imported.
async fn reserve(
    table: &Table,
    organisation: &OrganisationId,
    year: &str,
    number: u64,
    latest: domain::day::Day,
) -> Result<(), LoadError> {
    for attempt in 0.. {
        let known: Option<SeriesRecord> = table.get(&keys::series(organisation, year)).await?;
        let (read, next) = known.as_ref().map_or((0, 1), |series| (series.version, series.next));
        if next > number {
            return Ok(());
        }
        let latest = known.map_or(latest, |series| series.latest.max(latest));
        let (organisation, series) = (organisation.clone(), year.to_owned());
        let record = SeriesRecord { organisation, series, next: number + 1, latest, version: read + 1 };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&record, read);
        if again(table.write(transaction).await)?.is_none() {
            return Ok(());
        }
        pause(attempt).await?;
    }
    Ok(())
}
