//! What is paid of what: at the boundaries, and whatever comes.

use proptest::prelude::*;

use super::*;
use crate::day::{Day, later, parse_day};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A line of an activity; `meal` is what CESU may not pay in these tests.
fn line(activity: &str, cents: i64) -> Line {
    let activity = Some(activity.parse().unwrap());
    Line { child: Some("lou".parse().unwrap()), activity, ..Line::plain(String::new(), cents) }
}

fn back(lines: &[Line]) -> Vec<Line> {
    lines.iter().map(|line| Line { unit: -line.unit, ..line.clone() }).collect()
}

fn issued<'a>(number: &'a str, day_: &str, lines: &'a [Line]) -> Issued<'a> {
    Issued { number, issued: day(day_), corrects: None, lines, written_off: None }
}

fn note<'a>(number: &'a str, day_: &str, of: &'a str, lines: &'a [Line]) -> Issued<'a> {
    Issued { corrects: Some(of), ..issued(number, day_, lines) }
}

fn paid<'a>(receipt: &'a str, day_: &str, means: Means, cents: i64) -> Received<'a> {
    Received { receipt, day: day(day_), means, cents, reverses: None }
}

fn may_pay(means: Means, line: &Line, _: Day) -> bool {
    means.pays_all() || line.activity.as_ref().is_some_and(|activity| activity.as_str() != "meal")
}

fn ledger<'a>(issued: &[Issued<'a>], received: &[Received<'a>]) -> Ledger<'a> {
    allot(issued.iter().copied(), received.iter().copied(), may_pay)
}

fn owed(ledger: &Ledger) -> Vec<i64> {
    ledger.documents.iter().map(Open::owed).collect()
}

fn credits<'a>(ledger: &Ledger<'a>) -> Vec<(&'a str, i64)> {
    ledger.credits.iter().map(|credit| (credit.from, credit.cents)).collect()
}

#[test]
fn a_payment_settles_the_oldest_invoice_first_and_a_part_of_the_next() {
    let (old, new) = ([line("meal", 4340)], [line("meal", 6510)]);
    let documents = [issued("2015-00002", "2015-02-02", &new), issued("2014-00009", "2014-12-18", &old)];
    let after = ledger(&documents, &[paid("R1", "2015-02-03", Means::Cheque, 5000)]);
    assert_eq!((owed(&after), after.owed(), after.credit()), (vec![0, 5850], 5850, 0));
}

#[test]
fn too_much_is_a_credit_that_the_next_invoice_takes_up_on_its_day() {
    let (first, second) = ([line("meal", 1000)], [line("meal", 500)]);
    let payments = [paid("R1", "2026-12-30", Means::Cheque, 1200)];
    let before = ledger(&[issued("1", "2026-12-01", &first)], &payments);
    assert_eq!((before.owed(), credits(&before)), (0, vec![("R1", 200)]));
    let after = ledger(&[issued("1", "2026-12-01", &first), issued("2", "2027-01-02", &second)], &payments);
    assert_eq!((after.owed(), after.credit()), (300, 0));
    assert_eq!(after.allotments[1].day, day("2027-01-02"), "the credit settles the new invoice from its date on");
}

#[test]
fn cesu_passes_over_meals_and_waits_as_a_credit_while_they_are_owed() {
    let lines = [line("meal", 2000), line("garderie", 700)];
    let documents = [issued("1", "2026-12-01", &lines)];
    let after = ledger(&documents, &[paid("R1", "2026-12-05", Means::Cesu, 1000)]);
    assert_eq!((after.owed(), credits(&after)), (2000, vec![("R1", 300)]));
    let later =
        ledger(&documents, &[paid("R1", "2026-12-05", Means::Cesu, 1000), paid("R2", "2026-12-06", Means::Cash, 2100)]);
    assert_eq!((later.owed(), credits(&later)), (0, vec![("R1", 300), ("R2", 100)]));
}

#[test]
fn a_credit_note_takes_off_the_invoice_it_names_before_older_ones() {
    let (old, new) = ([line("meal", 1000)], [line("meal", 800), line("garderie", 200)]);
    let given = back(&new[1..]);
    let documents =
        [issued("1", "2026-11-02", &old), issued("2", "2026-12-02", &new), note("3", "2026-12-10", "2", &given)];
    let after = ledger(&documents, &[]);
    assert_eq!(owed(&after), [1000, 800, 0]);
    assert_eq!(after.documents[1].lines[1], LineState { charged: 200, credited: 200, ..LineState::default() });
}

#[test]
fn a_credit_note_of_a_paid_invoice_frees_the_payment_with_what_it_may_pay() {
    let lines = [line("garderie", 700)];
    let given = back(&lines);
    let next = [line("meal", 500), line("garderie", 100)];
    let documents =
        [issued("1", "2026-11-02", &lines), note("2", "2026-11-20", "1", &given), issued("3", "2026-12-02", &next)];
    let after = ledger(&documents, &[paid("R1", "2026-11-05", Means::Cesu, 700)]);
    assert_eq!((owed(&after), credits(&after)), (vec![0, 0, 500], vec![("R1", 600)]));
}

#[test]
fn a_credit_note_of_what_is_gone_pays_the_oldest_debt() {
    let (old, gone) = ([line("meal", 1000)], [line("meal", -300)]);
    let after = ledger(&[issued("1", "2026-11-02", &old), note("2", "2026-12-10", "0", &gone)], &[]);
    assert_eq!(owed(&after), [700, 0]);
}

#[test]
fn a_reversal_opens_again_what_the_payment_had_settled_and_nothing_else() {
    let (first, second) = ([line("meal", 1000)], [line("meal", 500)]);
    let documents = [issued("1", "2026-11-02", &first), issued("2", "2026-12-02", &second)];
    let two = [paid("R1", "2026-12-05", Means::Cheque, 1000), paid("R2", "2026-12-06", Means::Cash, 500)];
    let reversal = Received { reverses: Some("R1"), ..paid("R3", "2026-12-10", Means::Cheque, -1000) };
    let after = ledger(&documents, &[two[0], two[1], reversal]);
    assert_eq!((owed(&after), after.credit()), (vec![1000, 0], 0));
    assert_eq!(after.allotments.iter().map(|one| one.cents).collect::<Vec<_>>(), [1000, 500, -1000]);
}

#[test]
fn a_reversal_dated_before_its_payment_takes_it_back_all_the_same() {
    let lines = [line("meal", 1000)];
    let reversal = Received { reverses: Some("R1"), ..paid("R3", "2026-12-01", Means::Cheque, -1000) };
    let after =
        ledger(&[issued("1", "2026-11-02", &lines)], &[paid("R1", "2026-12-05", Means::Cheque, 1000), reversal]);
    assert_eq!((after.owed(), after.credit()), (1000, 0));
}

#[test]
fn a_cap_is_taken_off_its_own_activity() {
    let lines = [line("meal", 2000), line("garderie", 900), line("garderie", -400)];
    let after = ledger(&[issued("1", "2026-11-02", &lines)], &[]);
    assert_eq!(after.documents[0].lines.iter().map(|line| line.owed()).collect::<Vec<_>>(), [2000, 500, 0]);
}

/// What happens to a family: invoices, credit notes of parts of them, payments, reversals.
#[derive(Debug, Clone)]
enum Step {
    Invoice(Vec<i64>),
    Note(usize, Vec<bool>),
    Pay(Means, i64),
    Reverse(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let means = prop_oneof![Just(Means::Cheque), Just(Means::Cesu), Just(Means::Ancv)];
    prop_oneof![
        3 => prop::collection::vec(-300_i64..2000, 1..4).prop_map(Step::Invoice),
        1 => (0_usize..8, prop::collection::vec(any::<bool>(), 4)).prop_map(|(of, which)| Step::Note(of, which)),
        3 => (means, 1_i64..3000).prop_map(|(means, cents)| Step::Pay(means, cents)),
        1 => (0_usize..8).prop_map(Step::Reverse),
    ]
}

/// The documents of some steps, one a day; what names nothing is left out.
type Document = (String, Day, Option<String>, Vec<Line>);
type Payment = (String, Day, Means, i64, Option<String>);

fn told(steps: &[Step]) -> (Vec<Document>, Vec<Payment>) {
    let (mut documents, mut payments): (Vec<Document>, Vec<Payment>) = (Vec::new(), Vec::new());
    for (at, step) in steps.iter().enumerate() {
        let (name, on) = (format!("{at:03}"), later(day("2026-01-01"), at as u64 / 2));
        match step {
            Step::Invoice(cents) => {
                let activities = ["meal", "garderie"];
                let lines = cents.iter().enumerate().map(|(at, cents)| line(activities[at % 2], *cents)).collect();
                documents.push((name, on, None, lines));
            }
            Step::Note(of, which) => {
                let Some((number, .., lines)) = documents.get(*of).filter(|(_, _, corrects, _)| corrects.is_none())
                else {
                    continue;
                };
                let chosen = lines.iter().zip(which).filter(|(_, chosen)| **chosen).map(|(line, _)| line.clone());
                let lines = back(&chosen.collect::<Vec<_>>());
                documents.push((name, on, Some(number.clone()), lines));
            }
            Step::Pay(means, cents) => payments.push((name, on, *means, *cents, None)),
            Step::Reverse(of) => {
                let Some((receipt, _, means, cents, None)) = payments.get(*of).cloned() else { continue };
                if !payments.iter().any(|one| one.4.as_ref() == Some(&receipt)) {
                    payments.push((name, on, means, -cents, Some(receipt)));
                }
            }
        }
    }
    (documents, payments)
}

proptest! {
    #[test]
    fn every_cent_is_owed_paid_credited_or_left_and_no_means_pays_what_it_may_not(
        steps in prop::collection::vec(step(), 0..24), turned in any::<bool>(),
    ) {
        let (documents, payments) = told(&steps);
        let mut issued: Vec<Issued> = documents.iter()
            .map(|(number, issued, corrects, lines)| Issued { number, issued: *issued, corrects: corrects.as_deref(), lines, written_off: None })
            .collect();
        let received: Vec<Received> = payments.iter()
            .map(|(receipt, day, means, cents, reverses)| Received { receipt, day: *day, means: *means, cents: *cents, reverses: reverses.as_deref() })
            .collect();
        let after = ledger(&issued, &received);
        // Invoices, less credit notes, less payments, is what is owed less what is left.
        let charged: i64 = documents.iter().flat_map(|(.., lines)| lines).map(Line::amount).sum();
        let paid: i64 = payments.iter().map(|payment| payment.3).sum();
        prop_assert_eq!(charged - paid, after.owed() - after.credit());
        for line in after.documents.iter().flat_map(|open| &open.lines) {
            prop_assert!(line.owed() >= 0 && line.paid >= 0 && line.credited >= 0, "{:?}", line);
        }
        prop_assert!(after.credits.iter().all(|credit| credit.cents > 0));
        // A payment is what it settled and what is left of it; one that was taken back is nothing.
        for (receipt, _, _, cents, reverses) in &payments {
            if reverses.is_some() { continue; }
            let taken_back = payments.iter().any(|one| one.4.as_ref() == Some(receipt));
            let settled: i64 = after.allotments.iter().filter(|one| one.receipt == receipt).map(|one| one.cents).sum();
            let left: i64 = after.credits.iter().filter(|one| one.from == receipt).map(|one| one.cents).sum();
            prop_assert_eq!(settled + left, if taken_back { 0 } else { *cents });
        }
        prop_assert!(after.allotments.iter().all(|one| may_pay(one.means, one.line, one.day)));
        let settled: i64 = after.allotments.iter().map(|one| one.cents).sum();
        prop_assert_eq!(settled, after.documents.iter().map(Open::paid).sum::<i64>());
        // Money that is left found nothing it may pay.
        let meals_only = |line: &Line| line.activity.as_ref().is_some_and(|activity| activity.as_str() == "meal");
        for credit in &after.credits {
            for (open, document) in after.documents.iter().zip(documents.iter()).filter(|(open, document)| open.number == document.0) {
                for (state, line) in open.lines.iter().zip(&document.3).filter(|(state, _)| state.owed() > 0) {
                    prop_assert!(credit.means.is_some_and(|means| !means.pays_all()) && meals_only(line), "{:?} {:?}", credit, state);
                }
            }
        }
        // The order in which they were read does not matter.
        if turned { issued.reverse(); }
        prop_assert_eq!(&ledger(&issued, &received.iter().rev().copied().collect::<Vec<_>>()), &after);
    }
}
