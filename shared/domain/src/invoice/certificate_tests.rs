//! Whose care counts, and when it counts as paid.

use std::collections::BTreeSet;

use super::tests::{family, organisation};
use super::*;
use crate::activity::ActivityKind;
use crate::attendance::Presence;
use crate::day::{Day, parse_day};
use crate::family::Family;
use crate::organisation::Organisation;
use crate::tariff::{Amount, Charge, Charges, LateLeaving, Per, Price, Tariff, When};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// The guide's village: `sortie` is its garderie, `basket` its accueil de loisirs, `cantine` its meals.
fn village() -> Organisation {
    let mut village = organisation();
    for activity in &mut village.activities {
        activity.kind = match activity.id.as_str() {
            "cantine" => ActivityKind::Meal,
            "sortie" => ActivityKind::Childcare,
            "basket" => ActivityKind::Leisure,
            _ => ActivityKind::Other,
        };
    }
    village
}

/// Lou is born on that day.
fn home(born: &str) -> Family {
    let mut home = family();
    home.children[1].born = Some(day(born));
    home
}

fn line(activity: &str, cents: i64) -> Line {
    let (child, activity) = (Some("lou".parse().unwrap()), Some(activity.parse().unwrap()));
    Line { child, activity, ..Line::plain(String::new(), cents) }
}

fn paid<'a>(receipt: &'a str, day_: &str, means: Means, cents: i64) -> Received<'a> {
    Received { receipt, day: day(day_), means, cents, reverses: None }
}

/// What is certified of Lou for 2026: in all, and by CESU.
fn certified(born: &str, lines: &[Line], received: &[Received]) -> (i64, i64) {
    let (village, home) = (village(), home(born));
    let services = Services { organisation: &village, family: &home };
    let document = Issued { number: "1", issued: day("2025-11-02"), corrects: None, lines, written_off: None };
    let ledger =
        allot([document], received.iter().copied(), |means, line, issued| services.may_pay(means, line, issued));
    let children = certify(&ledger, received, &services, 2026);
    children.first().map_or((0, 0), |child| (child.paid, child.cesu))
}

#[test]
fn a_child_counts_from_the_first_of_january_of_the_year_less_six() {
    let payment = [paid("R1", "2026-05-05", Means::Cheque, 500)];
    assert_eq!(certified("2019-12-31", &[line("sortie", 500)], &payment), (0, 0));
    assert_eq!(certified("2020-01-01", &[line("sortie", 500)], &payment), (500, 0));
}

#[test]
fn what_is_paid_counts_in_the_year_of_the_payment() {
    let on =
        |day: &'static str| certified("2021-03-14", &[line("sortie", 500)], &[paid("R1", day, Means::Card, 500)]).0;
    assert_eq!(["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"].map(on), [0, 500, 500, 0]);
}

#[test]
fn meals_penalties_other_activities_and_lines_of_nobody_do_not_count() {
    let late = Line { penalty: true, ..line("sortie", 100) };
    let lines =
        [line("cantine", 1000), late, line("theatre", 300), Line::plain("Report".to_owned(), 200), line("basket", 70)];
    assert_eq!(certified("2021-03-14", &lines, &[paid("R1", "2026-02-01", Means::Cash, 1670)]), (70, 0));
}

#[test]
fn a_part_counts_as_far_as_it_settles_what_counts() {
    let lines = [line("cantine", 1000), line("sortie", 500)];
    assert_eq!(certified("2021-03-14", &lines, &[paid("R1", "2026-02-01", Means::Cash, 1200)]).0, 200);
}

#[test]
fn a_payment_that_was_taken_back_counts_in_no_year() {
    let payment = paid("R1", "2026-02-01", Means::Cheque, 500);
    let taken = Received { cents: -500, reverses: Some("R1"), ..paid("R2", "2027-01-10", Means::Cheque, 0) };
    assert_eq!(certified("2021-03-14", &[line("sortie", 500)], &[payment, taken]), (0, 0));
}

#[test]
fn what_cesu_paid_counts_and_is_told_apart() {
    let both = [paid("R1", "2026-02-01", Means::Cesu, 300), paid("R2", "2026-02-02", Means::Cash, 200)];
    assert_eq!(certified("2021-03-14", &[line("sortie", 500)], &both), (500, 300));
}

#[test]
fn cesu_pays_leisure_until_the_day_before_the_sixth_birthday() {
    let (village, home) = (village(), home("2020-05-20"));
    let services = Services { organisation: &village, family: &home };
    let on = |last: &str| Line { days: vec![day("2026-05-01"), day(last)], ..line("basket", 500) };
    assert!(services.may_pay(Means::Cesu, &on("2026-05-19"), day("2026-06-02")));
    assert!(!services.may_pay(Means::Cesu, &on("2026-05-20"), day("2026-06-02")));
    assert!(services.may_pay(Means::Cesu, &line("sortie", 500), day("2030-06-02")), "garderie at any age");
    assert!(!services.may_pay(Means::Cesu, &line("cantine", 500), day("2021-06-02")), "never a meal");
    assert!(services.may_pay(Means::Ancv, &line("basket", 500), day("2030-06-02")));
    assert!(!services.may_pay(Means::Ancv, &line("sortie", 500), day("2021-06-02")));
}

/// The garderie at 2 € a day, or another price; 2,50 € more without a booking, 1 € a quarter of an hour after 18 h.
fn garderie(per: Per) -> Organisation {
    let mut village = village();
    let charges = Charges {
        unbooked: Charge::More(250),
        late_leaving: Some(LateLeaving { after: 18 * 60, every: 15, cents: 100, again: None }),
        ..Charges::default()
    };
    let price = Price { name: None, when: When::default(), amount: Amount::Fixed(200), per };
    village.tariffs = vec![Tariff {
        activity: "sortie".parse().unwrap(),
        from: None,
        to: None,
        prices: vec![price],
        charges,
        most_a_month: None,
        adjustments: Vec::new(),
    }];
    village
}

fn lou(number: u32, presence: Option<Presence>) -> Taken {
    Taken {
        child: "lou".parse().unwrap(),
        activity: "sortie".parse().unwrap(),
        day: day(&format!("2026-03-{number:02}")),
        presence,
        arrived: None,
        left: None,
        surcharge: 0,
        regular: false,
    }
}

/// What is charged of these days, and what is certified once all of it is paid.
fn charged_and_certified(village: &Organisation, taken: &[Taken]) -> (i64, i64) {
    let home = home("2021-03-14");
    let services = Services { organisation: village, family: &home };
    let drafted = draft(village, &home, taken, &BTreeSet::new(), &[]);
    assert!(drafted.faults.is_empty(), "{:?}", drafted.faults);
    let total = drafted.total();
    let document =
        Issued { number: "1", issued: day("2026-04-02"), corrects: None, lines: &drafted.lines, written_off: None };
    let received = [paid("R1", "2026-04-20", Means::Cheque, total)];
    let ledger = allot([document], received, |means, line, issued| services.may_pay(means, line, issued));
    let children = certify(&ledger, &received, &services, 2026);
    (total, children.first().map_or(0, |child| child.paid))
}

#[test]
fn care_that_was_given_counts_without_absences_and_supplements() {
    let village = garderie(Per::Day);
    let late = Taken { left: Some(18 * 60 + 10), ..lou(3, Some(Presence::Present)) };
    let days = [
        lou(2, Some(Presence::Present)),
        late,
        lou(5, Some(Presence::AbsentUnexcused)),
        lou(6, Some(Presence::PresentUnbooked)),
    ];
    assert_eq!(charged_and_certified(&village, &days), (200 + 200 + 100 + 200 + 450, 600));
    assert_eq!(charged_and_certified(&village, &[lou(2, None)]), (200, 200), "nobody looked: it is taken as given");
    let late_booking = Taken { surcharge: 50, ..lou(2, Some(Presence::Present)) };
    assert_eq!(charged_and_certified(&village, &[late_booking]), (250, 200));
    let due = garderie(Per::Day);
    let mut due_first = due.clone();
    due_first.tariffs[0].charges.absences.first_due = 1;
    assert_eq!(charged_and_certified(&due_first, &[lou(2, Some(Presence::AbsentExcused))]), (200, 0));
    let mut half = due;
    half.tariffs[0].charges.excused = Charge::Percent(50);
    assert_eq!(charged_and_certified(&half, &[lou(2, Some(Presence::AbsentExcused))]), (100, 0));
}

#[test]
fn a_flat_price_counts_where_the_child_came_on_a_day_of_it() {
    let village = garderie(Per::Month);
    let absent = |number| lou(number, Some(Presence::AbsentUnexcused));
    assert_eq!(charged_and_certified(&village, &[absent(2), absent(3)]), (200, 0));
    assert_eq!(charged_and_certified(&village, &[absent(2), lou(3, Some(Presence::Present))]), (200, 200));
    let unbooked = [lou(2, Some(Presence::Present)), lou(3, Some(Presence::PresentUnbooked))];
    assert_eq!(charged_and_certified(&village, &unbooked), (450, 200));
}

#[test]
fn what_vouchers_paid_stays_paid_once_its_detail_is_past_its_period_and_pays_nothing_else() {
    let (village, home) = (village(), home("2021-03-14"));
    let services = Services { organisation: &village, family: &home };
    let lines = [Line::blanked(Some(Means::Cesu), 300), Line::blanked(None, 200)];
    let document = Issued { number: "1", issued: day("2025-11-02"), corrects: None, lines: &lines, written_off: None };
    let received = [paid("R1", "2026-02-01", Means::Cesu, 400), paid("R2", "2026-02-02", Means::Cash, 150)];
    let ledger = allot([document], received, |means, line, issued| services.may_pay(means, line, issued));
    assert_eq!((ledger.owed_of("1"), ledger.credit()), (50, 100));
}
