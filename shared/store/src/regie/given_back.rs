//! What a closure gives back of months that are closed: credit notes on what was invoiced, less of what is carried.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Account, Numbers, follow_lots};
use crate::records::{InvoiceRecord, PeriodRecord, Returned, WorkRecord};
use crate::{StoreError, Transaction};
use domain::family::Family;
use domain::invoice::{ClosedDay, Line, Period, give_back};
use domain::organisation::Organisation;
use domain::tariff::Per;

/// The closure that gives back, and its reason as a credit note has it.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// The closure.
    pub closing: &'a str,
    /// `Grève, du 6 au 20 janvier 2015`.
    pub reason: &'a str,
}

/// What is to be given back.
#[derive(Debug, Clone, Default)]
pub struct Giving {
    /// The lines of credit notes, by the number of the invoice they correct.
    notes: BTreeMap<String, Vec<Line>>,
    /// Closed months as they are to be, on the version that was read.
    months: BTreeMap<Period, PeriodRecord>,
    /// Months whose sum an invoice has taken up, and which.
    taken_up: Vec<(Period, String)>,
    /// Whether something is not said by the lines, and a person has to decide.
    pub unclear: bool,
}

/// Where what a month charges lies.
enum Bearer<'a> {
    Invoice(&'a InvoiceRecord),
    Carried(Period),
    Nowhere,
}

impl Account {
    /// What is given back for closed days of closed months.
    pub fn give_back(&self, organisation: &Organisation, closing: &str, closed: &BTreeSet<ClosedDay>) -> Giving {
        let mut giving = Giving::default();
        for month in &self.periods {
            let days: BTreeSet<ClosedDay> =
                closed.iter().filter(|(.., day)| Period::of(*day) == month.period).cloned().collect();
            if !days.is_empty() {
                self.give_back_of(organisation, closing, month, &days, &mut giving);
            }
        }
        giving
    }

    fn give_back_of(
        &self,
        organisation: &Organisation,
        closing: &str,
        month: &PeriodRecord,
        days: &BTreeSet<ClosedDay>,
        giving: &mut Giving,
    ) {
        let charged: Vec<Line> = self.charged(month).map(|line| known_flat(organisation, line)).collect();
        // A month that was carried before its lines were kept.
        giving.unclear |= charged.is_empty() && month.charged != 0;
        let given = give_back(&charged, &self.given_back(month), days);
        giving.unclear |= given.unclear;
        if !given.lines.is_empty() && self.was_raised(month) {
            giving.unclear = true;
            return;
        }
        let total = -given.lines.iter().map(Line::amount).sum::<i64>();
        if total <= 0 {
            return;
        }
        let returned = |note: Option<String>| {
            let (closing, lines) = (closing.to_owned(), given.lines.clone());
            Returned { closing, lines, note }
        };
        match self.bearer(month) {
            // What was given up is owed by nobody, and nothing of it was paid for these days alone.
            Bearer::Invoice(invoice) if invoice.written_off.is_some() => giving.unclear = true,
            Bearer::Invoice(invoice) => {
                giving.notes.entry(invoice.number.clone()).or_default().extend(given.lines.iter().cloned());
                if month.invoice.is_none() {
                    let changed = giving.months.entry(month.period).or_insert_with(|| month.clone());
                    changed.returned.push(returned(Some(String::new())));
                    giving.taken_up.push((month.period, invoice.number.clone()));
                }
            }
            Bearer::Carried(period) => {
                giving.months.entry(month.period).or_insert_with(|| month.clone()).returned.push(returned(None));
                if let Some(bearer) = self.periods.iter().find(|other| other.period == period) {
                    let changed = giving.months.entry(period).or_insert_with(|| bearer.clone());
                    changed.carried -= total;
                    changed.given_back += total;
                }
            }
            Bearer::Nowhere => giving.unclear = true,
        }
    }

    /// The lines that charge a month.
    fn charging<'a>(&'a self, month: &'a PeriodRecord) -> &'a [Line] {
        match &month.invoice {
            Some(number) => self.invoice(number).map_or(&[], |invoice| &invoice.lines),
            None => &month.lines,
        }
    }

    /// Those, and what a correction of its quotient charged instead of some.
    fn charged<'a>(&'a self, month: &'a PeriodRecord) -> impl Iterator<Item = &'a Line> {
        let notes = month.invoice.iter().flat_map(|number| self.notes_of(number));
        let instead = notes.flat_map(|note| &note.lines).filter(|line| line.unit > 0 && !line.days.is_empty());
        self.charging(month).iter().chain(instead)
    }

    /// Whether a correction charged more than its invoice, or changed what is carried: no one document holds the prices of
    /// its days then.
    fn was_raised(&self, month: &PeriodRecord) -> bool {
        match &month.invoice {
            Some(number) => {
                !month.lines.is_empty() || self.invoices.iter().any(|one| one.completes.as_ref() == Some(number))
            }
            None => month.corrected_by.is_some(),
        }
    }

    /// The lines that have given some of it back.
    fn given_back(&self, month: &PeriodRecord) -> Vec<Line> {
        match &month.invoice {
            Some(number) => self.notes_of(number).flat_map(|note| note.lines.iter().cloned()).collect(),
            None => month.returned.iter().flat_map(|returned| returned.lines.iter().cloned()).collect(),
        }
    }

    /// A month is charged by its invoice; one that was carried lies where its sum was taken up, or is still carried.
    fn bearer<'a>(&'a self, month: &'a PeriodRecord) -> Bearer<'a> {
        let mut at = month;
        loop {
            if let Some(number) = &at.invoice {
                return self.invoice(number).map_or(Bearer::Nowhere, Bearer::Invoice);
            }
            let taken_up = |later: &&PeriodRecord| {
                let lines = self.charging(later);
                later.period > at.period && lines.iter().any(|line| line.is_carried_from(at.period))
            };
            match self.periods.iter().find(taken_up).filter(|_| at.carried == 0) {
                Some(later) => at = later,
                None => return Bearer::Carried(at.period),
            }
        }
    }

    fn invoice(&self, number: &str) -> Option<&InvoiceRecord> {
        self.invoices.iter().find(|one| one.number == number)
    }

    /// What a closure has given back to the family, in cents.
    pub fn given_back_by(&self, closing: &str) -> i64 {
        let notes =
            self.invoices.iter().filter(|one| one.corrects.is_some() && one.request.as_deref() == Some(closing));
        let returned = self.periods.iter().flat_map(|month| &month.returned);
        let carried = returned.filter(|returned| returned.closing == closing && returned.note.is_none());
        let carried = carried.flat_map(|returned| &returned.lines).map(|line| -line.amount());
        notes.map(|note| -note.total).chain(carried).sum()
    }
}

/// A line of before does not say that it is flat: where the tariff has no price of a day, it is.
fn known_flat(organisation: &Organisation, line: &Line) -> Line {
    let tariff = line.activity.as_ref().zip(line.days.first()).and_then(|(id, day)| organisation.tariff(id, *day));
    let flat = tariff.is_some_and(|tariff| {
        !tariff.prices.iter().any(|price| matches!(price.per, Per::Day | Per::Started { .. })) && !line.penalty
    });
    Line { flat: line.flat || flat, ..line.clone() }
}

impl Giving {
    /// Whether nothing is to be written.
    pub fn is_nothing(&self) -> bool {
        self.notes.is_empty() && self.months.is_empty()
    }

    /// Adds it to a transaction: each invoice and each month over the version that was read, so that two closures at once
    /// give back once.
    pub fn write(
        mut self,
        transaction: &mut Transaction,
        account: &Account,
        (organisation, family): (&Organisation, &Family),
        mut numbers: Numbers,
        cause: Cause<'_>,
        wall: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut after = account.clone();
        let mut printing = Vec::new();
        for (number, lines) in std::mem::take(&mut self.notes) {
            let original = account.invoice(&number).ok_or_else(|| StoreError(format!("{number} is not there")))?;
            let note = original.note(numbers.take(), lines, cause.reason).by_request(cause.closing.to_owned());
            for (period, _) in self.taken_up.iter().filter(|(_, of)| *of == number) {
                let returned = self.months.get_mut(period).and_then(|month| month.returned.last_mut());
                if let Some(returned) = returned {
                    returned.note = Some(note.number.clone());
                }
            }
            let read = original.version;
            transaction.put_over(&InvoiceRecord { version: read + 1, ..original.clone() }, read);
            transaction.put_new(&note);
            printing.push((note.family.clone(), note.number.clone()));
            after.invoices.push(note);
        }
        for month in self.months.into_values() {
            let read = month.version;
            transaction.put_over(&PeriodRecord { version: read + 1, ..month }, read);
        }
        if !printing.is_empty() {
            numbers.keep(transaction);
            transaction.put_new(&WorkRecord::printing(&organisation.id, printing, wall));
            follow_lots(transaction, &after, organisation, family);
        }
        Ok(())
    }
}
