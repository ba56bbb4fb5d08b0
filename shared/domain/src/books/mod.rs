//! The books of a family: at every instant, what was charged is what is owed, paid, credited, carried and given up.

mod fault;
mod numbers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use fault::Fault;
pub use numbers::{Numbered, check_numbers};

use super::invoice::{Issued, Line, Period, Received, allot};

/// An invoice or a credit note, as it lies in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill<'a> {
    /// What the domain knows of it.
    pub document: Issued<'a>,
    /// The month it charges, when it is of a month.
    pub period: Option<Period>,
    /// What it says it comes to, in cents.
    pub total: i64,
}

/// A month that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// The month.
    pub period: Period,
    /// What its use came to, in cents, before anything carried or given back.
    pub charged: i64,
    /// What was given back with it, in cents, for days that the organisation closed.
    pub given_back: i64,
    /// The invoice that charges it.
    pub invoice: Option<String>,
    /// What is carried from it to the next run, in cents.
    pub carried: i64,
}

/// The books of a family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books<'a> {
    /// Its invoices and credit notes.
    pub bills: Vec<Bill<'a>>,
    /// Its payments and their reversals.
    pub payments: Vec<Received<'a>>,
    /// Its closed months.
    pub months: Vec<Month>,
}

/// The two sides of the books, in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// What was charged: months as they were closed, and invoices that are of no month.
    pub charged: i64,
    /// What is invoiced and unpaid, line by line; negative when more was paid.
    pub owed: i64,
    /// What was paid.
    pub paid: i64,
    /// What credit notes took back, and what was given back for closed days.
    pub credited: i64,
    /// What is carried to the next run.
    pub carried: i64,
    /// What was given up of invoices.
    pub written_off: i64,
}

impl Sums {
    /// Whether nothing was lost and nothing counted twice.
    pub fn hold(self) -> bool {
        self.charged == self.owed + self.paid + self.credited + self.carried + self.written_off
    }
}

impl std::ops::Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            charged: self.charged + other.charged,
            owed: self.owed + other.owed,
            paid: self.paid + other.paid,
            credited: self.credited + other.credited,
            carried: self.carried + other.carried,
            written_off: self.written_off + other.written_off,
        }
    }
}

impl std::iter::Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), |one, other| one + other)
    }
}

impl Bill<'_> {
    fn number(&self) -> &str {
        self.document.number
    }

    fn lines(&self) -> i64 {
        self.document.lines.iter().map(Line::amount).sum()
    }

    /// What its lines charge, before what others give back.
    fn charges(&self) -> i64 {
        self.document.lines.iter().map(|line| line.amount().max(0)).sum()
    }
}

impl Books<'_> {
    /// Both sides. What is owed comes from the lines as payments settled them, what was charged from the months.
    pub fn sums(&self) -> Sums {
        let ledger = allot(self.bills.iter().map(|bill| bill.document), self.payments.iter().copied(), |_, _, _| true);
        let notes = self.bills.iter().filter(|bill| bill.document.corrects.is_some());
        let apart = self.bills.iter().filter(|bill| bill.document.corrects.is_none() && bill.period.is_none());
        Sums {
            charged: self.months.iter().map(|month| month.charged).chain(apart.map(|bill| bill.total)).sum(),
            owed: ledger.owed() - ledger.credit(),
            paid: self.payments.iter().map(|payment| payment.cents).sum(),
            credited: self.months.iter().map(|month| month.given_back).chain(notes.map(|note| -note.total)).sum(),
            carried: self.months.iter().map(|month| month.carried).sum(),
            written_off: ledger.written_off(),
        }
    }

    /// Everything that is not as it must be.
    pub fn faults(&self) -> Vec<Fault> {
        let sums = self.sums();
        let mut faults = Vec::from_iter((!sums.hold()).then_some(Fault::Sums(sums)));
        let wrong = self.bills.iter().filter(|bill| bill.total != bill.lines());
        faults.extend(wrong.map(|bill| Fault::Total {
            number: bill.number().to_owned(),
            lines: bill.lines(),
            total: bill.total,
        }));
        faults.extend(self.months.iter().flat_map(|month| self.month(month)));
        faults.extend(self.bills.iter().filter_map(|bill| self.unclosed(bill)));
        faults.extend(self.notes());
        faults.extend(self.payments.iter().filter_map(|payment| self.reversal(payment)));
        faults
    }

    /// The invoices that charge a month.
    fn of_month(&self, period: Period) -> Vec<String> {
        let of_it = |bill: &&Bill| bill.period == Some(period) && bill.document.corrects.is_none();
        self.bills.iter().filter(of_it).map(|bill| bill.number().to_owned()).collect()
    }

    /// A month is invoiced by one invoice, which is there, or carried. What is carried beside an invoice is what a
    /// correction charged more.
    fn month(&self, month: &Month) -> Option<Fault> {
        let bills = self.of_month(month.period);
        let sound = match &month.invoice {
            Some(number) => bills == [number.clone()] && month.carried >= 0,
            None => bills.is_empty(),
        };
        (!sound).then_some(Fault::Month { period: month.period, bills })
    }

    /// An invoice of a month has closed it.
    fn unclosed(&self, bill: &Bill) -> Option<Fault> {
        let period = bill.period.filter(|_| bill.document.corrects.is_none())?;
        let closed = self.months.iter().any(|month| month.period == period);
        (!closed).then(|| Fault::Month { period, bills: vec![bill.number().to_owned()] })
    }

    /// Credit notes name an invoice of this family, and take back no more than its lines charge: what it gave back itself, or
    /// took up of a month before, does not make the days that close later cost less.
    fn notes(&self) -> Vec<Fault> {
        let mut back: BTreeMap<&str, i64> = BTreeMap::new();
        for note in &self.bills {
            if let Some(original) = note.document.corrects {
                *back.entry(original).or_default() -= note.total;
            }
        }
        let too_much = |(number, back): (&str, i64)| {
            let original = self.bills.iter().find(|bill| bill.number() == number);
            (back > original.map_or(0, Bill::charges)).then(|| Fault::Note { number: number.to_owned(), back })
        };
        back.into_iter().filter_map(too_much).collect()
    }

    /// A reversal takes back exactly what another receipt says, once.
    fn reversal(&self, payment: &Received) -> Option<Fault> {
        let fault = Fault::Reversal { receipt: payment.receipt.to_owned() };
        let Some(receipt) = payment.reverses else { return (payment.cents < 0).then_some(fault) };
        let again = self.payments.iter().filter(|other| other.reverses == Some(receipt)).count();
        let original = self.payments.iter().find(|other| other.receipt == receipt && other.reverses.is_none());
        let sound = again == 1 && original.is_some_and(|original| original.cents == -payment.cents);
        (!sound).then_some(fault)
    }
}
