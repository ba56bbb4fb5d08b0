//! A family's account as a ledger: what was charged, received and given up, day by day, with the solde after each.

use domain::day::Day;
use domain::family::Family;
use domain::invoice::Ledger;
use domain::money::signed_euros;
use domain::organisation::Organisation;
use serde::Serialize;
use store::records::{InvoiceRecord, Means, PaymentRecord};
use store::regie::Account;

/// A row of the ledger.
#[derive(Debug, Serialize)]
pub(crate) struct EntryView {
    day: Day,
    kind: EntryKind,
    /// The number of the invoice or the credit note, or the receipt.
    number: String,
    /// `Facture d’avril 2015`; of a payment its means say it.
    what: Option<String>,
    /// What it is about in a few words, where that is more.
    about: Option<String>,
    means: Option<Means>,
    /// What the family owes more by it, or less; in cents.
    cents: i64,
    /// One of both is there: what it adds to what is owed, or takes off.
    charged: Option<String>,
    received: Option<String>,
    /// What the family owes after it, in cents; less than nothing is in its favour.
    balance: i64,
    balance_amount: String,
    /// Of an invoice: what is still owed of it, when something is.
    left: Option<String>,
    /// Of an invoice: nothing is owed of it any more.
    settled: bool,
}

/// What a row is; in this order within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EntryKind {
    Invoice,
    CreditNote,
    Payment,
    Reversal,
    WrittenOff,
}

/// Whose account is written out.
struct Book<'a> {
    account: &'a Account,
    ledger: &'a Ledger<'a>,
}

/// The rows, the newest first. The last solde is what is owed without what is in the family's favour.
pub(crate) fn entries(
    account: &Account,
    ledger: &Ledger,
    organisation: &Organisation,
    family: &Family,
) -> Vec<EntryView> {
    let book = Book { account, ledger };
    let mut rows: Vec<EntryView> = account.invoices.iter().map(|one| book.issued(one)).collect();
    rows.extend(account.payments.iter().map(payment));
    let given_up = account.given_up(organisation, family);
    rows.extend(given_up.into_iter().map(|(number, day, cents)| book.written_off(number, day, cents)));
    rows.sort_by(|one, other| (one.day, one.kind, &one.number).cmp(&(other.day, other.kind, &other.number)));
    let mut balance = 0;
    for row in &mut rows {
        balance += row.cents;
        (row.balance, row.balance_amount) = (balance, signed_euros(balance));
    }
    rows.reverse();
    rows
}

fn row(day: Day, kind: EntryKind, number: &str, cents: i64, what: Option<String>) -> EntryView {
    let charges = matches!(kind, EntryKind::Invoice | EntryKind::Reversal);
    EntryView {
        day,
        kind,
        number: number.to_owned(),
        what,
        about: None,
        means: None,
        cents,
        charged: charges.then(|| signed_euros(cents)),
        received: (!charges).then(|| signed_euros(-cents)),
        balance: 0,
        balance_amount: String::new(),
        left: None,
        settled: false,
    }
}

impl Book<'_> {
    fn issued(&self, invoice: &InvoiceRecord) -> EntryView {
        let about = invoice.lines.first().map(|line| line.label.clone());
        match &invoice.corrects {
            Some(other) => {
                let what = format!("Avoir sur {}", self.named(other));
                let credit = row(invoice.issued, EntryKind::CreditNote, &invoice.number, invoice.total, Some(what));
                EntryView { about, ..credit }
            }
            None => {
                let owed = self.ledger.owed_of(&invoice.number);
                let what = Some(facture(invoice));
                let charged = row(invoice.issued, EntryKind::Invoice, &invoice.number, invoice.total, what);
                let about = about.filter(|_| invoice.period.is_none());
                let settled = owed == 0 && invoice.written_off.is_none();
                EntryView { about, left: (owed > 0).then(|| signed_euros(owed)), settled, ..charged }
            }
        }
    }

    fn written_off(&self, number: &str, day: Day, cents: i64) -> EntryView {
        let known = self.account.invoices.iter().find(|one| one.number == number);
        let said = known.and_then(|one| one.written_off.as_ref()).map_or("abandonnée", |one| one.reason.said());
        row(day, EntryKind::WrittenOff, number, -cents, Some(format!("{} {said}", facture_of(known, number))))
    }

    /// `la facture d’avril 2015`, or its number where it charges no month.
    fn named(&self, number: &str) -> String {
        let known = self.account.invoices.iter().find(|one| one.number == number);
        let period = known.and_then(|one| one.period);
        period.map_or_else(|| number.to_owned(), |period| period.said())
    }
}

fn facture(invoice: &InvoiceRecord) -> String {
    let of = |period: domain::invoice::Period| {
        let said = period.said();
        let vowel = said.starts_with(['a', 'o']);
        if vowel { format!("Facture d’{said}") } else { format!("Facture de {said}") }
    };
    invoice.period.map_or_else(|| "Facture".to_owned(), of)
}

fn facture_of(invoice: Option<&InvoiceRecord>, number: &str) -> String {
    invoice.filter(|one| one.period.is_some()).map_or_else(|| format!("Facture {number}"), facture)
}

fn payment(payment: &PaymentRecord) -> EntryView {
    let (kind, what) = match &payment.reverses {
        Some(other) => (EntryKind::Reversal, Some(format!("Annule le reçu {other}"))),
        None => (EntryKind::Payment, None),
    };
    EntryView { means: Some(payment.means), ..row(payment.day, kind, &payment.receipt, -payment.cents, what) }
}
