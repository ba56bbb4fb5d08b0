//! What lies in a family's account: one query, one solde.

use crate::aws::records::{InvoiceRecord, PaymentRecord, PeriodRecord};
use crate::aws::{Items, StoreError};
use crate::domain::invoice::{Solde, solde};

/// What lies in a family's account.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Invoices and credit notes.
    pub invoices: Vec<InvoiceRecord>,
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
            payments: items.beginning("PAYMENT#")?,
            periods: items.beginning("PERIOD#")?,
        })
    }

    /// What is owed.
    pub fn solde(&self) -> Solde {
        let invoices = self.invoices.iter().map(|one| (one.number.clone(), one.issued, one.total)).collect();
        solde(invoices, self.payments.iter().map(|payment| payment.cents).sum())
    }
}
