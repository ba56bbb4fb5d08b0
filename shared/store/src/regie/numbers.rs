//! The numbers of a year: who takes some writes their series over the version that was read, so that numbers have no gap
//! and none is given twice.

use chrono::{DateTime, Datelike, Utc};

use crate::keys::{self, Key};
use crate::records::{InvoiceRecord, Numbered, SeriesRecord, WorkRecord};
use crate::{Items, StoreError, Transaction};
use domain::day::Day;
use domain::id::OrganisationId;
use domain::invoice::number;

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// Invoices and credit notes: `2015-00042`.
    Invoices,
    /// Receipts: `R2015-00007`.
    Receipts,
}

impl Numbering {
    fn series(self, day: Day) -> String {
        match self {
            Self::Invoices => day.year().to_string(),
            Self::Receipts => format!("R{}", day.year()),
        }
    }

    /// What has to be read before something is numbered on a day.
    pub fn key(self, organisation: &OrganisationId, day: Day) -> Key {
        keys::series(organisation, &self.series(day))
    }

    /// The numbers of a day's year, of items that hold [`Numbering::key`], if any was taken that year.
    pub fn of(self, items: &Items, organisation: &OrganisationId, day: Day) -> Result<Numbers, StoreError> {
        Ok(self.after(items.get(&self.key(organisation, day))?, organisation, day))
    }

    /// The numbers of a day's year, after what is known of it.
    pub fn after(self, known: Option<SeriesRecord>, organisation: &OrganisationId, day: Day) -> Numbers {
        let (organisation, series) = (organisation.clone(), self.series(day));
        let fresh = SeriesRecord { organisation, series, next: 1, latest: day, version: 0 };
        let series = known.unwrap_or(fresh);
        // Dates never decrease with numbers.
        Numbers { series: SeriesRecord { latest: day.max(series.latest), ..series } }
    }
}

/// The numbers of a year from the next one on.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// On the version that was read.
    series: SeriesRecord,
}

impl Numbers {
    /// Takes the next number. Its date is the day, or later where dates would decrease with numbers.
    pub fn take(&mut self) -> Numbered {
        let number = number(&self.series.series, self.series.next);
        self.series.next += 1;
        Numbered { number, issued: self.series.latest }
    }

    /// Adds what was taken to a transaction: where this fails, somebody else took a number. Then it stands on what it wrote.
    pub fn keep(&mut self, transaction: &mut Transaction) {
        let read = self.series.version;
        self.series.version = read + 1;
        transaction.put_over(&self.series, read);
    }

    /// Adds one invoice with the number it took and the work of printing it: three actions.
    pub fn issue(mut self, transaction: &mut Transaction, invoice: &InvoiceRecord, wall: DateTime<Utc>) {
        self.keep(transaction);
        let InvoiceRecord { organisation, family, number, .. } = invoice;
        transaction.put_new(invoice);
        transaction.put_new(&WorkRecord::printing(organisation, vec![(family.clone(), number.clone())], wall));
    }
}
