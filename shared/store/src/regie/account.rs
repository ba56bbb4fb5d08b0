//! What lies in a family's account: one query, one ledger.

use crate::records::{DebtNoticeRecord, InvoiceRecord, LotRecord, PaymentRecord, PeriodRecord};
use crate::{Items, StoreError};
use domain::day::Day;
use domain::family::Family;
use domain::id::{ActivityId, ChildId};
use domain::invoice::{Ledger, Period, Received, Services, allot, charged_for};
use domain::organisation::Organisation;

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
    /// Reminders that were sent.
    pub notices: Vec<DebtNoticeRecord>,
}

impl Account {
    /// Of the items of [`crate::keys::account_of_family`].
    pub fn of(items: &Items) -> Result<Self, StoreError> {
        Ok(Self {
            invoices: items.of()?,
            lots: items.of()?,
            payments: items.of()?,
            periods: items.of()?,
            notices: items.of()?,
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

    /// The credit notes of an invoice.
    pub fn notes_of(&self, number: &str) -> impl Iterator<Item = &InvoiceRecord> {
        self.invoices.iter().filter(move |one| one.corrects.as_deref() == Some(number))
    }

    /// What the family was charged for a day of a month that is invoiced, in cents; none where no line says it.
    pub fn charged_for(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Option<u32> {
        let closed = self.periods.iter().find(|closed| closed.period == Period::of(day))?;
        let number = closed.invoice.as_ref()?;
        let invoice = self.invoices.iter().find(|one| one.number == *number)?;
        // Once units of it were taken back by hand, nobody knows whether this day was among them.
        let touched = self.notes_of(number).next().is_some();
        if touched { None } else { charged_for(&invoice.lines, child, activity, day) }
    }

    /// The days on which an invoice was reminded of.
    pub fn reminded(&self, number: &str) -> Vec<Day> {
        let of = self.notices.iter().filter(|notice| notice.number == number);
        of.flat_map(|notice| notice.sent.iter().map(|(_, day)| *day)).collect()
    }

    /// What is carried to the next run, in cents.
    pub fn carried(&self) -> i64 {
        self.periods.iter().map(|period| period.carried).sum()
    }
}
