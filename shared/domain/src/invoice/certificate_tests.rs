//! Whose care counts, and when it counts as paid.

use super::tests::{family, organisation};
use super::*;
use crate::activity::ActivityKind;
use crate::day::{Day, parse_day};
use crate::family::Family;
use crate::organisation::Organisation;

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
    let document = Issued { number: "1", issued: day("2025-11-02"), corrects: None, lines };
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
