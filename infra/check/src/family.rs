//! One family: what lies in its account, and its bookings.

use domain::books::{Bill, Books, Month};
use domain::id::{FamilyId, OrganisationId};
use store::records::{BookingRecord, InvoiceRecord, PaymentRecord, PeriodRecord};
use store::{Items, OfKind, StoreError, Table, keys};

use crate::report::Finding;

/// A family as the table has it; what cannot be read is missing here and told.
pub(crate) struct Family {
    pub(crate) id: FamilyId,
    pub(crate) invoices: Vec<InvoiceRecord>,
    pub(crate) bookings: Vec<BookingRecord>,
    payments: Vec<PaymentRecord>,
    months: Vec<PeriodRecord>,
    unreadable: Vec<Finding>,
}

impl Family {
    pub(crate) async fn read(table: &Table, place: &OrganisationId, id: FamilyId) -> Result<Self, StoreError> {
        let (account, bookings) = (keys::account_of_family(place, &id), keys::all_bookings(place, &id));
        let (account, bookings) = tokio::try_join!(table.query_mixed(&account), table.query_mixed(&bookings))?;
        let mut family = Self {
            id,
            invoices: Vec::new(),
            bookings: Vec::new(),
            payments: Vec::new(),
            months: Vec::new(),
            unreadable: Vec::new(),
        };
        family.invoices = family.readable(&account);
        family.payments = family.readable(&account);
        family.months = family.readable(&account);
        family.bookings = family.readable(&bookings);
        Ok(family)
    }

    fn readable<R: OfKind>(&mut self, items: &Items) -> Vec<R> {
        let (read, faults) = items.readable();
        let sentence = |key: &keys::Key| format!("l’élément {} ne se lit pas", key.sk);
        self.unreadable.extend(faults.iter().map(|key| Finding::of(&self.id, sentence(key))));
        read
    }

    /// Its books.
    pub(crate) fn books(&self) -> Books<'_> {
        Books {
            bills: self.invoices.iter().map(bill).collect(),
            payments: self.payments.iter().map(PaymentRecord::received).collect(),
            months: self.months.iter().map(month).collect(),
        }
    }

    /// What is wrong with the family by itself.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let faults = self.books().faults();
        let faults = faults.iter().map(|fault| Finding::of(&self.id, fault.to_string()));
        self.unreadable.iter().cloned().chain(faults).collect()
    }
}

fn bill(record: &InvoiceRecord) -> Bill<'_> {
    Bill { document: record.document(), period: record.period, total: record.total }
}

fn month(record: &PeriodRecord) -> Month {
    Month {
        period: record.period,
        charged: record.charged,
        given_back: record.given_back,
        invoice: record.invoice.clone(),
        carried: record.carried,
    }
}
