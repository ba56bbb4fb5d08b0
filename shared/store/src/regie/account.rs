//! What lies in a family's account: one query, one ledger.

use crate::records::{DebtNoticeRecord, InvoiceRecord, LotRecord, PaymentRecord, PeriodRecord};
use crate::{Items, StoreError};
use domain::day::Day;
use domain::family::Family;
use domain::invoice::{Act, Issued, Ledger, Line, Means, Received, Services, allot, given_up};
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

    /// The same, where any means may pay anything.
    pub fn ledger_of_anything(&self) -> Ledger<'_> {
        allot(self.invoices.iter().map(InvoiceRecord::document), self.received(), |_, _, _| true)
    }

    /// What was given up of invoices, in cents, with the day on which that came to be known.
    pub fn given_up(&self, organisation: &Organisation, family: &Family) -> Vec<(&str, Day, i64)> {
        let services = Services { organisation, family };
        let issued: Vec<Issued> = self.invoices.iter().map(InvoiceRecord::document).collect();
        let received: Vec<_> = self.payments.iter().map(|payment| (payment.at, payment.received())).collect();
        let acts = self.invoices.iter().filter_map(|invoice| {
            let act = invoice.written_off.as_ref()?;
            Some(Act { number: &invoice.number, day: act.day, at: act.at, cents: act.cents })
        });
        let may_pay = |means: Means, line: &Line, issued: Day| services.may_pay(means, line, issued);
        acts.flat_map(|act| given_up(act, &issued, &received, may_pay)).collect()
    }

    /// Its payments, as the domain knows them.
    pub fn received(&self) -> Vec<Received<'_>> {
        self.payments.iter().map(PaymentRecord::received).collect()
    }

    /// The credit notes of an invoice.
    pub fn notes_of(&self, number: &str) -> impl Iterator<Item = &InvoiceRecord> {
        self.invoices.iter().filter(move |one| one.corrects.as_deref() == Some(number))
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
