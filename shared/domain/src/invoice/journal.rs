//! The journal of a month, for the accountant: each line of each document, each payment, in cents.

use super::{Issued, Line, Means, Period, Received};
use crate::day::Day;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A line of an invoice.
    Invoice,
    /// A line of a credit note.
    CreditNote,
    /// A payment.
    Payment,
    /// A payment that is taken back.
    Reversal,
    /// What was owed of an invoice is given up.
    WrittenOff,
}

/// An entry: what it adds to what a family owes, or takes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The day it was written: the journal of a month that is over does not change any more.
    pub written: Day,
    /// What it is.
    pub kind: EntryKind,
    /// The number of the invoice, the credit note, the receipt.
    pub document: &'a str,
    /// The invoice a credit note corrects, the receipt a reversal takes back.
    pub about: Option<&'a str>,
    /// The line of an invoice or a credit note.
    pub line: Option<&'a Line>,
    /// How a payment was made, and the day it was received.
    pub received: Option<(Means, Day)>,
    /// What the family owes more, in cents; 0 or more.
    pub debit: i64,
    /// What it owes less, in cents; 0 or more.
    pub credit: i64,
}

/// The entries of a family in a month; each payment comes with the day it was written, what was given up of an invoice with
/// its sum, in cents.
pub fn journal<'a>(
    issued: impl IntoIterator<Item = Issued<'a>>,
    received: impl IntoIterator<Item = (Day, Received<'a>)>,
    given_up: impl IntoIterator<Item = (&'a str, Day, i64)>,
    period: Period,
) -> Vec<Entry<'a>> {
    let within = |day: Day| Period::of(day) == period;
    let mut entries: Vec<Entry> = Vec::new();
    for document in issued.into_iter().filter(|document| within(document.issued)) {
        let kind = if document.corrects.is_some() { EntryKind::CreditNote } else { EntryKind::Invoice };
        let lines = document.lines.iter().filter(|line| line.amount() != 0);
        entries.extend(lines.map(|line| Entry {
            written: document.issued,
            kind,
            document: document.number,
            about: document.corrects,
            line: Some(line),
            received: None,
            debit: line.amount().max(0),
            credit: (-line.amount()).max(0),
        }));
    }
    entries.extend(received.into_iter().filter(|(written, _)| within(*written)).map(|(written, one)| Entry {
        written,
        kind: if one.reverses.is_some() { EntryKind::Reversal } else { EntryKind::Payment },
        document: one.receipt,
        about: one.reverses,
        line: None,
        received: Some((one.means, one.day)),
        debit: (-one.cents).max(0),
        credit: one.cents.max(0),
    }));
    entries.extend(given_up.into_iter().filter(|(_, day, _)| within(*day)).map(|(number, written, cents)| Entry {
        written,
        kind: EntryKind::WrittenOff,
        document: number,
        about: None,
        line: None,
        received: None,
        debit: 0,
        credit: cents,
    }));
    entries.sort_by_key(|entry| (entry.written, entry.kind, entry.document));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;
    use crate::invoice::allot;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn each_cent_is_in_one_month_and_all_months_come_to_what_is_owed() {
        let lines =
            [Line::plain("a".to_owned(), 700), Line::plain("b".to_owned(), -200), Line::plain("c".to_owned(), 0)];
        let back = [Line::plain("a".to_owned(), -100)];
        let issued = [
            Issued { number: "1", issued: day("2026-05-31"), corrects: None, lines: &lines, written_off: None },
            Issued { number: "2", issued: day("2026-06-01"), corrects: Some("1"), lines: &back, written_off: None },
        ];
        let paid = |receipt, day_, cents, reverses| {
            (day(day_), Received { receipt, day: day("2026-05-30"), means: Means::Cheque, cents, reverses })
        };
        let received = [
            paid("R1", "2026-06-02", 300, None),
            paid("R2", "2026-06-30", -300, Some("R1")),
            paid("R3", "2026-07-01", 250, None),
        ];
        let given_up = [("1", day("2026-07-31"), 150)];
        let sums = ["2026-05", "2026-06", "2026-07"].map(|month| {
            let entries = journal(issued, received, given_up, Period::parse(month).unwrap());
            assert!(entries.iter().all(|entry| entry.debit >= 0 && entry.credit >= 0));
            (entries.len(), entries.iter().map(|entry| entry.debit - entry.credit).sum::<i64>())
        });
        assert_eq!(sums, [(2, 500), (3, -100), (2, -250 - 150)]);
        let issued = issued.map(|one| Issued { written_off: (one.number == "1").then(|| day("2026-07-31")), ..one });
        let ledger = allot(issued, received.map(|(_, one)| one), |_, _, _| true);
        assert_eq!((ledger.owed() - ledger.credit(), ledger.written_off()), (500 - 100 - 250 - 150, 150));
        assert_eq!(ledger.settled("1"), Some(day("2026-07-31")));
    }
}
