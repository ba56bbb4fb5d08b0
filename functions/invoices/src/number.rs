//! Numbers outside a run: an invoice, the number it takes and the work of printing it are one transaction.

use chrono::{DateTime, Datelike, Utc};
use domain::day::Day;
use domain::id::OrganisationId;
use domain::invoice::number;
use store::keys::{self, Key};
use store::records::{InvoiceRecord, SeriesRecord, Work, WorkRecord};
use store::{Chain, Items, StoreError};

/// The series of a year as it was read: the next number, on the version that was read.
pub(crate) struct Numbering {
    series: SeriesRecord,
    year: i32,
    read: u64,
}

impl Numbering {
    /// What has to be read before an invoice is numbered.
    pub(crate) fn key(organisation: &OrganisationId, today: Day) -> Key {
        keys::series(organisation, &today.year().to_string())
    }

    /// Of items that hold [`Numbering::key`], if anything was numbered that year.
    pub(crate) fn of(items: &Items, organisation: &OrganisationId, today: Day) -> Result<Self, StoreError> {
        let known: Option<SeriesRecord> = items.get(&Self::key(organisation, today))?;
        let series = today.year().to_string();
        let fresh = SeriesRecord { organisation: organisation.clone(), series, next: 1, latest: today, version: 0 };
        let series = known.unwrap_or(fresh);
        let read = series.version;
        Ok(Self { series: SeriesRecord { latest: today.max(series.latest), ..series }, year: today.year(), read })
    }

    /// The next number.
    pub(crate) fn number(&self) -> String {
        number(self.year, self.series.next)
    }

    /// The date of what takes it: today, or later where dates would decrease with numbers.
    pub(crate) fn issued(&self) -> Day {
        self.series.latest
    }

    /// Adds an invoice with this number to a transaction, three actions. When the first of them fails, somebody else took
    /// the number: read again.
    pub(crate) fn issue(self, transaction: Chain, invoice: &InvoiceRecord, wall: DateTime<Utc>) -> Chain {
        let Self { series, read, .. } = self;
        let taken = SeriesRecord { next: series.next + 1, version: read + 1, ..series };
        let work = Work::Print {
            organisation: invoice.organisation.clone(),
            family: invoice.family.clone(),
            number: invoice.number.clone(),
        };
        let work = WorkRecord { id: secret::id(), work, at: wall };
        transaction.put_over(&taken, read).put_new(invoice).put_new(&work)
    }
}
