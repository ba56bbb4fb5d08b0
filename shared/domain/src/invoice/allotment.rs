//! What is paid of what: each payment settles the oldest lines first among those its means may pay.
//!
//! The documents of a family are gone through in the order of their days: first what is invoiced, then what is credited,
//! received, and taken back. An allotment once made stays; only a credit note or a reversal frees what it had.

use std::collections::{BTreeMap, VecDeque};

use super::netting::net;
use super::{Line, Means};
use crate::day::Day;

/// An invoice or a credit note, as it lies in the family's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued<'a> {
    /// Its number.
    pub number: &'a str,
    /// When it was issued.
    pub issued: Day,
    /// The invoice a credit note corrects.
    pub corrects: Option<&'a str>,
    /// What it charges, or gives back.
    pub lines: &'a [Line],
    /// The day on which what was owed of it was given up.
    pub written_off: Option<Day>,
}

/// A payment, or the reversal of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received<'a> {
    /// Its receipt.
    pub receipt: &'a str,
    /// The day it was received.
    pub day: Day,
    /// The means of payment.
    pub means: Means,
    /// How much, in cents; negative when it reverses another.
    pub cents: i64,
    /// The receipt it reverses.
    pub reverses: Option<&'a str>,
}

/// What a payment gave to a line, or gave back: never edited, each is one more entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment<'a> {
    /// The receipt of the payment.
    pub receipt: &'a str,
    /// How it was paid.
    pub means: Means,
    /// The invoice.
    pub invoice: &'a str,
    /// Its line.
    pub line: &'a Line,
    /// How much, in cents; negative when a credit note or a reversal took it back.
    pub cents: i64,
    /// The day from which it holds: of the payment, or of the invoice when that came later.
    pub day: Day,
}

/// A line and what became of it, in cents: `charged = owed + paid + credited + written_off`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineState {
    /// What it charges, less what its own invoice gives back.
    pub charged: i64,
    /// What payments settled.
    pub paid: i64,
    /// What credit notes took off.
    pub credited: i64,
    /// What was given up.
    pub written_off: i64,
}

impl LineState {
    /// What is still to be paid.
    pub fn owed(self) -> i64 {
        self.charged - self.paid - self.credited - self.written_off
    }
}

/// An invoice or a credit note and what is still owed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open<'a> {
    /// Its number.
    pub number: &'a str,
    /// When it was issued.
    pub issued: Day,
    /// Each of its lines; nothing is charged by a credit note.
    pub lines: Vec<LineState>,
    /// Since when nothing is owed of it; none while something is.
    pub settled: Option<Day>,
}

impl Open<'_> {
    /// What is still to be paid of it, in cents.
    pub fn owed(&self) -> i64 {
        self.lines.iter().map(|line| line.owed()).sum()
    }

    /// What payments settled of it, in cents.
    pub fn paid(&self) -> i64 {
        self.lines.iter().map(|line| line.paid).sum()
    }

    /// What of it was given up, in cents.
    pub fn written_off(&self) -> i64 {
        self.lines.iter().map(|line| line.written_off).sum()
    }
}

/// Money of the family that settles nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit<'a> {
    /// The receipt, or the number of the credit note, it comes from.
    pub from: &'a str,
    /// How it was paid; a credit note pays anything.
    pub means: Option<Means>,
    /// How much, in cents.
    pub cents: i64,
}

/// The account of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger<'a> {
    /// Invoices and credit notes, the oldest first.
    pub documents: Vec<Open<'a>>,
    /// What is left of payments and credit notes.
    pub credits: Vec<Credit<'a>>,
    /// What payments gave to lines, in the order it happened.
    pub allotments: Vec<Allotment<'a>>,
}

impl Ledger<'_> {
    /// The solde: what is invoiced and unpaid, in cents.
    pub fn owed(&self) -> i64 {
        self.documents.iter().map(Open::owed).sum()
    }

    /// What the family has paid or was given and what settles nothing yet, in cents.
    pub fn credit(&self) -> i64 {
        self.credits.iter().map(|credit| credit.cents).sum()
    }

    /// What was given up, in cents.
    pub fn written_off(&self) -> i64 {
        self.documents.iter().map(Open::written_off).sum()
    }

    /// Since when nothing is owed of an invoice; none while something is.
    pub fn settled(&self, number: &str) -> Option<Day> {
        self.documents.iter().find(|open| open.number == number).and_then(|open| open.settled)
    }

    /// What a means has paid of an invoice, in cents.
    pub fn paid_of(&self, number: &str, means: Means) -> i64 {
        let of = self.allotments.iter().filter(|one| one.invoice == number && one.means == means);
        of.map(|one| one.cents).sum()
    }

    /// Whether nothing of an invoice is owed, and nothing of it was given up.
    pub fn is_paid(&self, number: &str) -> bool {
        let open = self.documents.iter().find(|open| open.number == number);
        open.is_none_or(|open| open.owed() <= 0 && open.written_off() == 0)
    }

    /// What is still to be paid of an invoice, in cents.
    pub fn owed_of(&self, number: &str) -> i64 {
        self.documents.iter().find(|open| open.number == number).map_or(0, Open::owed)
    }
}

enum Event<'a> {
    Issued(Issued<'a>),
    Received(Received<'a>),
    /// What is owed of an invoice is given up.
    WrittenOff(&'a str),
}

/// Goes through the documents of a family; `may_pay` says which lines of an invoice of a date a means may pay.
pub fn allot<'a>(
    issued: impl IntoIterator<Item = Issued<'a>>,
    received: impl IntoIterator<Item = Received<'a>>,
    may_pay: impl Fn(Means, &Line, Day) -> bool,
) -> Ledger<'a> {
    let received: Vec<Received> = received.into_iter().collect();
    let days: BTreeMap<&str, Day> = received.iter().map(|one| (one.receipt, one.day)).collect();
    let mut events: Vec<((Day, u8, &str), Event)> = Vec::new();
    for one in issued {
        let total: i64 = one.lines.iter().map(Line::amount).sum();
        events.push(((one.issued, u8::from(total < 0), one.number), Event::Issued(one)));
        if let Some(day) = one.written_off {
            events.push(((day.max(one.issued), 4, one.number), Event::WrittenOff(one.number)));
        }
    }
    for one in received {
        // A reversal comes after what it reverses, whatever day was written on it.
        let original = one.reverses.and_then(|receipt| days.get(receipt));
        let day = original.map_or(one.day, |original| one.day.max(*original));
        events.push(((day, if one.reverses.is_some() { 3 } else { 2 }, one.receipt), Event::Received(one)));
    }
    events.sort_by_key(|(order, _)| *order);
    let mut allotting =
        Allotting { may_pay, bills: Vec::new(), pots: Vec::new(), held: BTreeMap::new(), log: Vec::new() };
    for ((day, ..), event) in events {
        match event {
            Event::Issued(document) => allotting.issue(document),
            Event::Received(payment) => allotting.receive(payment, day),
            Event::WrittenOff(number) => allotting.write_off(number),
        }
        allotting.settle(day);
        allotting.date(day);
    }
    allotting.finish()
}

struct Bill<'a> {
    document: Issued<'a>,
    lines: Vec<LineState>,
    settled: Option<Day>,
}

/// What is left of a payment or of a credit note.
struct Pot<'a> {
    from: &'a str,
    means: Option<Means>,
    left: i64,
}

struct Allotting<'a, F> {
    may_pay: F,
    bills: Vec<Bill<'a>>,
    pots: Vec<Pot<'a>>,
    /// What each pot holds of each line: (bill, line, pot).
    held: BTreeMap<(usize, usize, usize), i64>,
    log: Vec<Allotment<'a>>,
}

impl<'a, F: Fn(Means, &Line, Day) -> bool> Allotting<'a, F> {
    fn issue(&mut self, document: Issued<'a>) {
        let net = net(document.lines);
        let charged = |cents: &i64| LineState { charged: (*cents).max(0), ..LineState::default() };
        self.bills.push(Bill { document, lines: net.iter().map(charged).collect(), settled: None });
        let target =
            document.corrects.and_then(|number| self.bills.iter().position(|bill| bill.document.number == number));
        for (line, cents) in document.lines.iter().zip(&net).filter(|(_, cents)| **cents < 0) {
            let mut left = -cents;
            if let Some(bill) = target {
                left = self.credit(bill, line, left, document.issued);
            }
            if left > 0 {
                self.pots.push(Pot { from: document.number, means: None, left });
            }
        }
    }

    /// Takes off an invoice what a line of its credit note gives back, from the same line first; returns what is left.
    fn credit(&mut self, bill: usize, line: &Line, cents: i64, day: Day) -> i64 {
        let nearness = |other: &Line| {
            let same = (other.child == line.child && other.activity == line.activity, other.label == line.label);
            std::cmp::Reverse(u8::from(same.0) + u8::from(same.0 && same.1))
        };
        let lines = self.bills[bill].document.lines;
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|at| nearness(&lines[*at]));
        order.into_iter().fold(cents, |left, at| {
            let state = self.bills[bill].lines[at];
            let taken = left.min(state.charged - state.credited);
            // What was given up is credited before what was paid is given back.
            let given_up = (taken - state.owed()).clamp(0, state.written_off);
            self.bills[bill].lines[at].written_off -= given_up;
            let state = self.bills[bill].lines[at];
            self.free(bill, at, taken - state.owed(), day);
            self.bills[bill].lines[at].credited += taken;
            left - taken
        })
    }

    /// Gives back what payments had settled of a line, the latest payment first.
    fn free(&mut self, bill: usize, line: usize, cents: i64, day: Day) {
        let holding: Vec<usize> =
            self.held.range((bill, line, 0)..=(bill, line, usize::MAX)).map(|((.., pot), _)| *pot).collect();
        holding.into_iter().rev().fold(cents.max(0), |left, pot| left - self.give_back(bill, line, pot, left, day));
    }

    fn give_back(&mut self, bill: usize, line: usize, pot: usize, most: i64, day: Day) -> i64 {
        let taken = self.held.get(&(bill, line, pot)).copied().unwrap_or_default().min(most);
        self.allot(bill, line, pot, -taken, day);
        taken
    }

    /// Moves cents of a pot to a line, or back.
    fn allot(&mut self, bill: usize, line: usize, pot: usize, cents: i64, day: Day) {
        if cents == 0 {
            return;
        }
        self.pots[pot].left -= cents;
        let state = &mut self.bills[bill].lines[line];
        let Some(means) = self.pots[pot].means else {
            state.credited += cents;
            return;
        };
        state.paid += cents;
        *self.held.entry((bill, line, pot)).or_default() += cents;
        let document = self.bills[bill].document;
        let (receipt, invoice, line) = (self.pots[pot].from, document.number, &document.lines[line]);
        self.log.push(Allotment { receipt, means, invoice, line, cents, day });
    }

    fn receive(&mut self, payment: Received<'a>, day: Day) {
        let Some(reversed) = payment.reverses else {
            self.pots.push(Pot { from: payment.receipt, means: Some(payment.means), left: payment.cents });
            return;
        };
        let Some(pot) = self.pots.iter().position(|pot| pot.from == reversed) else { return };
        let lines: Vec<(usize, usize)> =
            self.held.keys().filter(|(.., of)| *of == pot).map(|(bill, line, _)| (*bill, *line)).collect();
        for (bill, line) in lines {
            self.give_back(bill, line, pot, i64::MAX, day);
        }
        self.pots[pot].left += payment.cents;
    }

    fn write_off(&mut self, number: &str) {
        for bill in self.bills.iter_mut().filter(|bill| bill.document.number == number) {
            for line in &mut bill.lines {
                line.written_off += line.owed();
            }
        }
    }

    /// Keeps since when nothing is owed of each invoice.
    fn date(&mut self, day: Day) {
        for bill in &mut self.bills {
            let owed = bill.lines.iter().any(|line| line.owed() > 0);
            bill.settled = if owed { None } else { bill.settled.or(Some(day)) };
        }
    }

    /// Gives what is left to what is owed: the oldest money to the oldest lines.
    fn settle(&mut self, day: Day) {
        let mut with_money: VecDeque<usize> = (0..self.pots.len()).filter(|pot| self.pots[*pot].left > 0).collect();
        while let Some(pot) = with_money.pop_front() {
            for bill in 0..self.bills.len() {
                for line in 0..self.bills[bill].lines.len() {
                    let (owed, left) = (self.bills[bill].lines[line].owed(), self.pots[pot].left);
                    if owed > 0 && left > 0 && self.allows(pot, bill, line) {
                        self.allot(bill, line, pot, owed.min(left), day);
                    }
                }
            }
        }
    }

    fn allows(&self, pot: usize, bill: usize, line: usize) -> bool {
        let document = &self.bills[bill].document;
        self.pots[pot].means.is_none_or(|means| (self.may_pay)(means, &document.lines[line], document.issued))
    }

    fn finish(self) -> Ledger<'a> {
        let open = |bill: Bill<'a>| {
            let (number, issued) = (bill.document.number, bill.document.issued);
            Open { number, issued, lines: bill.lines, settled: bill.settled }
        };
        let left = |pot: Pot<'a>| Credit { from: pot.from, means: pot.means, cents: pot.left };
        Ledger {
            documents: self.bills.into_iter().map(open).collect(),
            credits: self.pots.into_iter().filter(|pot| pot.left > 0).map(left).collect(),
            allotments: self.log,
        }
    }
}
