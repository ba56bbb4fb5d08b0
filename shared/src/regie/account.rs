//! What lies in a family's account: one query, one ledger.

use crate::aws::records::{InvoiceRecord, LotRecord, PaymentRecord, PeriodRecord};
use crate::aws::{Items, StoreError};
use crate::domain::family::Family;
use crate::domain::invoice::{Ledger, Received, Services, allot};
use crate::domain::organisation::Organisation;

/// What lies in a family's account.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Invoices and credit notes.
    pub invoices: Vec<InvoiceRecord>,
    /// Tickets, the oldest lot first.
    pub lots: Vec<LotRecord>,
    /// Payments, by receipt.
    pub payments: Vec<PaymentRecord>,
    /// Closed months.
    pub periods: Vec<PeriodRecord>,
}

impl Account {
    /// Of the items of [`crate::aws::keys::account_of_family`].
    pub fn of(items: &Items) -> Result<Self, StoreError> {
        Ok(Self {
            invoices: items.beginning("INVOICE#")?,
            lots: items.beginning("LOT#")?,
            payments: items.beginning("PAYMENT#")?,
            periods: items.beginning("PERIOD#")?,
        })
    }

    /// What is paid of what, and what is owed.
    pub fn ledger(&self, organisation: &Organisation, family: &Family) -> Ledger<'_> {
        let services = Services { organisation, family };
        let issued = self.invoices.iter().map(InvoiceRecord::document);
        allot(issued, self.received(), |means, line, issued| services.may_pay(means, line, issued))
    }

    /// Its payments, as the domain knows them.
    pub fn received(&self) -> Vec<Received<'_>> {
        self.payments.iter().map(PaymentRecord::received).collect()
    }

    /// What is carried to the next run, in cents.
    pub fn carried(&self) -> i64 {
        self.periods.iter().map(|period| period.carried).sum()
    }
}
