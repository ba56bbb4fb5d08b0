//! Random books hold whatever happens to them in order; each fault that is put in by hand is found.

use proptest::prelude::*;

use super::*;
use crate::day::Day;
use crate::invoice::{Means, number};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn period(month: u32) -> Period {
    Period::parse(&format!("2015-{month:02}")).unwrap()
}

/// What can happen to an account.
#[derive(Debug, Clone)]
enum Event {
    /// The next month is closed: what it charges and gives back, in cents.
    Close(i64, i64),
    /// Something is bought, or was invoiced in the time before.
    Buy(i64),
    Pay(i64),
    /// The last payment that stands is reversed.
    Reverse,
    /// The first invoice without a note is taken back.
    TakeBack,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0_i64..5000, 0_i64..600).prop_map(|(charged, back)| Event::Close(charged, back)),
        1 => (1_i64..9000).prop_map(Event::Buy),
        3 => (1_i64..9000).prop_map(Event::Pay),
        1 => Just(Event::Reverse),
        1 => Just(Event::TakeBack),
    ]
}

const THRESHOLD: i64 = 1500;

/// An invoice, or a credit note.
#[derive(Debug, Clone)]
struct Paper {
    number: String,
    period: Option<Period>,
    corrects: Option<String>,
    total: i64,
    lines: Vec<Line>,
}

/// A payment, or its reversal.
#[derive(Debug, Clone)]
struct Receipt {
    receipt: String,
    cents: i64,
    reverses: Option<String>,
}

/// The account of a family, as it would lie in the table.
#[derive(Debug, Clone, Default)]
struct Account {
    papers: Vec<Paper>,
    receipts: Vec<Receipt>,
    months: Vec<Month>,
}

impl Account {
    fn books(&self) -> Books<'_> {
        Books {
            bills: self.papers.iter().map(Paper::bill).collect(),
            payments: self.receipts.iter().map(Receipt::received).collect(),
            months: self.months.clone(),
        }
    }

    fn faults(&self) -> Vec<Fault> {
        self.books().faults()
    }

    /// Two lines, so that a payment may settle one of them.
    fn issue(&mut self, period: Option<Period>, corrects: Option<String>, total: i64) -> String {
        let number = number("2015", self.papers.len() as u64 + 1);
        let lines = vec![Line::plain("un".to_owned(), total / 2), Line::plain("deux".to_owned(), total - total / 2)];
        self.papers.push(Paper { number: number.clone(), period, corrects, total, lines });
        number
    }

    /// As the run does: what is carried is taken up, a small sum is carried on.
    fn close(&mut self, charged: i64, given_back: i64) {
        let period = period(u32::try_from(self.months.len()).unwrap() + 1);
        let taken_up: i64 = self.months.iter_mut().map(|month| std::mem::take(&mut month.carried)).sum();
        let total = charged - given_back + taken_up;
        let invoice = (total >= THRESHOLD).then(|| self.issue(Some(period), None, total));
        let carried = if invoice.is_some() { 0 } else { total };
        self.months.push(Month { period, charged, given_back, invoice, carried });
    }

    fn receive(&mut self, cents: i64, reverses: Option<String>) {
        let receipt = format!("R2015-{:05}", self.receipts.len() + 1);
        self.receipts.push(Receipt { receipt, cents, reverses });
    }

    fn reverse(&mut self) {
        let reversed = |one: &Receipt| self.receipts.iter().any(|other| other.reverses.as_ref() == Some(&one.receipt));
        let last = self.receipts.iter().rfind(|one| one.reverses.is_none() && !reversed(one)).cloned();
        if let Some(last) = last {
            self.receive(-last.cents, Some(last.receipt));
        }
    }

    fn take_back(&mut self) {
        let taken = |paper: &Paper| self.papers.iter().any(|note| note.corrects.as_ref() == Some(&paper.number));
        let first = self.papers.iter().find(|paper| paper.corrects.is_none() && !taken(paper)).cloned();
        if let Some(paper) = first {
            self.issue(None, Some(paper.number), -paper.total);
        }
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Close(charged, back) if self.months.len() < 12 => self.close(*charged, *back),
            Event::Close(..) => {}
            Event::Buy(total) => drop(self.issue(None, None, *total)),
            Event::Pay(cents) => self.receive(*cents, None),
            Event::Reverse => self.reverse(),
            Event::TakeBack => self.take_back(),
        }
    }

    fn after(events: &[Event]) -> Self {
        let mut account = Self::default();
        events.iter().for_each(|event| account.happen(event));
        account
    }
}

impl Paper {
    fn bill(&self) -> Bill<'_> {
        let corrects = self.corrects.as_deref();
        let document =
            Issued { number: &self.number, issued: day("2015-06-02"), corrects, lines: &self.lines, written_off: None };
        Bill { document, period: self.period, total: self.total }
    }
}

impl Receipt {
    fn received(&self) -> Received<'_> {
        Received {
            receipt: &self.receipt,
            day: day("2015-06-03"),
            means: Means::Cheque,
            cents: self.cents,
            reverses: self.reverses.as_deref(),
        }
    }
}

proptest! {
    #[test]
    fn the_books_hold_after_every_event(events in prop::collection::vec(event(), 0..40)) {
        let mut account = Account::default();
        for event in &events {
            account.happen(event);
            prop_assert_eq!(account.faults(), [], "{:?}", event);
        }
    }

    #[test]
    fn a_cent_that_is_lost_anywhere_is_found(events in prop::collection::vec(event(), 1..40), place in 0_usize..400, by in 1_i64..9000) {
        let mut account = Account::after(&events);
        let months = account.months.iter_mut();
        let months = months.flat_map(|month| [&mut month.charged, &mut month.given_back, &mut month.carried]);
        let papers = account.papers.iter_mut().flat_map(|paper| [&mut paper.total, &mut paper.lines[0].unit]);
        // A payment of another sum is another payment; one that takes back another sum is none.
        let reversals = account.receipts.iter_mut().filter(|receipt| receipt.reverses.is_some());
        let mut sums: Vec<&mut i64> = months.chain(papers).chain(reversals.map(|receipt| &mut receipt.cents)).collect();
        prop_assume!(!sums.is_empty());
        let at = place % sums.len();
        *sums[at] += by;
        prop_assert!(!account.faults().is_empty());
    }
}

/// May: 12 € carried. June: 20 €, invoiced with them; 5 € are paid, the invoice is taken back.
fn told() -> Account {
    let events = [Event::Close(1200, 0), Event::Close(2000, 100), Event::Pay(500), Event::TakeBack];
    Account::after(&events)
}

#[test]
fn both_sides_are_told() {
    let sums = told().books().sums();
    assert_eq!(sums, Sums { charged: 3200, owed: -500, paid: 500, credited: 3200, carried: 0, written_off: 0 });
    assert_eq!(
        sums.to_string(),
        "facturé 32,00\u{a0}€ = dû −5,00\u{a0}€ + payé 5,00\u{a0}€ + crédité 32,00\u{a0}€ + reporté 0,00\u{a0}€"
    );
    assert!(told().faults().is_empty());
}

/// What is found after a change.
fn faults(change: impl FnOnce(&mut Account)) -> Vec<String> {
    let mut account = told();
    change(&mut account);
    account.faults().iter().map(ToString::to_string).collect()
}

#[test]
fn a_carried_sum_taken_up_twice_or_never_is_found() {
    let found = faults(|account| account.months[0].carried = 1200);
    assert!(found.len() == 1 && found[0].starts_with("facturé 32,00\u{a0}€ ≠"), "{found:?}");
    assert_eq!(faults(|account| account.months[0].charged = 0).len(), 1);
}

#[test]
fn an_invoice_that_is_gone_doubled_or_of_an_open_month_is_found() {
    let gone = faults(|account| drop(account.papers.remove(0)));
    assert!(gone.iter().any(|fault| fault.contains("février 2015 nomme une facture qui n’est pas là")), "{gone:?}");
    let doubled = faults(|account| {
        let again = Paper { number: "2015-00009".to_owned(), ..account.papers[0].clone() };
        account.papers.push(again);
    });
    assert!(doubled.iter().any(|fault| fault.contains("2015-00001, 2015-00009")), "{doubled:?}");
    let open = faults(|account| drop(account.months.remove(1)));
    assert!(open.iter().any(|fault| fault.contains("février 2015 ne s’accorde pas avec 2015-00001")), "{open:?}");
}

#[test]
fn notes_and_reversals_that_take_back_too_much_are_found() {
    let twice = faults(|account| drop(account.issue(None, Some("2015-00001".to_owned()), -3100)));
    assert_eq!(twice, ["les avoirs sur 2015-00001 reprennent 62,00\u{a0}€, plus qu’elle ne dit"]);
    let reversed = faults(|account| {
        account.receive(-500, Some("R2015-00001".to_owned()));
        account.receive(-500, Some("R2015-00001".to_owned()));
    });
    let told = |receipt: &str| format!("le reçu {receipt} n’annule pas exactement un autre, une fois");
    assert_eq!(reversed[reversed.len() - 2..], ["R2015-00002", "R2015-00003"].map(told));
    let unknown = faults(|account| account.receive(-500, Some("R2015-00007".to_owned())));
    assert_eq!(unknown.last(), Some(&told("R2015-00002")));
}

#[test]
fn gaps_doubles_and_dates_that_go_back_are_found() {
    let given = |list: &[(&str, &str)]| -> Vec<Numbered> {
        list.iter().map(|(number, issued)| Numbered { number: (*number).to_owned(), issued: day(issued) }).collect()
    };
    let (one, two, three) = (("2015-00001", "2015-06-02"), ("2015-00002", "2015-06-02"), ("2015-00003", "2015-07-02"));
    assert_eq!(check_numbers(2015, 1..4, &given(&[three, one, two])), []);
    assert_eq!(check_numbers(2015, 1..1, &[]), []);
    assert_eq!(check_numbers(2015, 3..4, &given(&[three])), [], "the first two are of the time before");
    assert_eq!(check_numbers(2015, 1..4, &given(&[one, three])), [Fault::Gap("2015-00002".to_owned())]);
    assert_eq!(check_numbers(2015, 1..3, &given(&[one, two, two])), [Fault::Twice("2015-00002".to_owned())]);
    assert_eq!(check_numbers(2015, 1..3, &given(&[one, two, three])), [Fault::Beyond("2015-00003".to_owned())]);
    let early = ("2015-00002", "2015-05-31");
    assert_eq!(check_numbers(2015, 1..3, &given(&[one, early])), [Fault::Date("2015-00002".to_owned())]);
}
