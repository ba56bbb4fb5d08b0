//! The journal of a month, for the accountant: each line of each document, each payment, in cents.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Issued, Line, Means, Open, Period, Received, allot};
use crate::day::{Day, paris_day};

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
    /// What was owed of an invoice is given up, or less of it than was written before.
    WrittenOff,
}

/// That what was owed of an invoice is given up, as an agent did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act<'a> {
    /// The invoice.
    pub number: &'a str,
    /// The day.
    pub day: Day,
    /// When; an act of before says the day alone.
    pub at: Option<DateTime<Utc>>,
    /// What was owed then, in cents.
    pub cents: i64,
}

/// What an act gave up, in cents, on the day it was written; then what came to be known later, each on its own day: a
/// payment that had been received before the act settles the debt after all, and less was given up than was written.
pub fn given_up<'a>(
    act: Act<'a>,
    issued: &[Issued],
    received: &[(DateTime<Utc>, Received)],
    may_pay: impl Fn(Means, &Line, Day) -> bool + Copy,
) -> Vec<(&'a str, Day, i64)> {
    let sum = |day: Day, was_written: &dyn Fn(DateTime<Utc>) -> bool| {
        let documents = issued.iter().filter(|one| one.issued <= day).copied();
        let payments = received.iter().filter(|(at, _)| was_written(*at)).map(|(_, one)| *one);
        let ledger = allot(documents, payments, may_pay);
        ledger.documents.iter().find(|open| open.number == act.number).map_or(0, Open::written_off)
    };
    let before = |at: DateTime<Utc>| act.at.map_or(paris_day(at) <= act.day, |act| at <= act);
    let written = received.iter().filter(|(at, _)| !before(*at)).map(|(at, _)| paris_day(*at));
    let days: BTreeSet<Day> = written.chain(issued.iter().map(|one| one.issued).filter(|day| *day > act.day)).collect();
    let mut entries = vec![(act.number, act.day, act.cents)];
    let mut stands = sum(act.day, &before);
    for day in days {
        let now = sum(day, &|at| paris_day(at) <= day);
        if now != stands {
            entries.push((act.number, day, now - stands));
        }
        stands = now;
    }
    entries
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
/// its sum, in cents: see [`given_up`].
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
        debit: (-cents).max(0),
        credit: cents.max(0),
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

    /// What was given up on 10 March.
    fn of_january(lines: &[Line]) -> Issued<'_> {
        let written_off = Some(day("2026-03-10"));
        Issued { number: "1", issued: day("2026-01-31"), corrects: None, lines, written_off }
    }

    /// 5,00 € were given up on 10 March at noon; of a cheque of 3,00 € received before, the paper came later.
    fn with_a_cheque(recorded: &str, received_on: &str) -> Vec<(Day, i64)> {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let lines = [Line::plain("a".to_owned(), 500)];
        let issued = [of_january(&lines)];
        let cheque =
            Received { receipt: "R1", day: day(received_on), means: Means::Cheque, cents: 300, reverses: None };
        let received = [(at(recorded), cheque)];
        let act = Act { number: "1", day: day("2026-03-10"), at: Some(at("2026-03-10T11:00:00Z")), cents: 500 };
        let entries = given_up(act, &issued, &received, |_, _, _| true);
        let all = allot(issued, received.map(|(_, one)| one), |_, _, _| true);
        assert_eq!(entries.iter().map(|(.., cents)| cents).sum::<i64>(), all.written_off(), "as the account says");
        entries.into_iter().map(|(_, day, cents)| (day, cents)).collect()
    }

    #[test]
    fn a_payment_that_was_received_before_a_debt_was_given_up_takes_it_off_again_on_the_day_it_is_recorded() {
        let (act, april) = ((day("2026-03-10"), 500), day("2026-04-02"));
        assert_eq!(with_a_cheque("2026-04-02T08:00:00Z", "2026-03-09"), [act, (april, -300)]);
        let same_day = with_a_cheque("2026-03-10T15:00:00Z", "2026-03-09");
        assert_eq!(same_day, [act, (day("2026-03-10"), -300)], "recorded in the afternoon");
        assert_eq!(with_a_cheque("2026-04-02T08:00:00Z", "2026-03-11"), [act], "received afterwards, it is a credit");
    }

    #[test]
    fn a_payment_that_is_taken_back_after_an_act_on_a_day_before_it_leaves_more_given_up() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let lines = [Line::plain("a".to_owned(), 500)];
        let issued = [of_january(&lines)];
        let one = |receipt, day_, cents, reverses| Received {
            receipt,
            day: day(day_),
            means: Means::Cheque,
            cents,
            reverses,
        };
        let received = [
            (at("2026-02-01T08:00:00Z"), one("R1", "2026-02-01", 300, None)),
            (at("2026-04-02T08:00:00Z"), one("R2", "2026-02-20", -300, Some("R1"))),
        ];
        // 2,00 € were open when they were given up: an act of before says the day alone.
        let act = Act { number: "1", day: day("2026-03-10"), at: None, cents: 200 };
        let entries = given_up(act, &issued, &received, |_, _, _| true);
        assert_eq!(entries, [("1", day("2026-03-10"), 200), ("1", day("2026-04-02"), 300)]);
    }
}
