//! Drafts of packages by days a week, and of hours, whatever became of the day.

use std::collections::BTreeSet;

use chrono::Weekday::{Fri, Mon, Thu, Tue};

use super::tests::{family, organisation};
use super::*;
use crate::abonnement::{self, Abonnement, Turn};
use crate::attendance::Presence;
use crate::day::{Day, parse_day};
use crate::family::Family;
use crate::organisation::Organisation;
use crate::range::Range;
use crate::situation::{Situation, Situations};
use crate::tariff::{Amount, Charge, Charges, Per, Price, Quotient, Tariff, When};

pub(super) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn taken(text: &str) -> Taken {
    let (child, activity) = ("lou".parse().unwrap(), "cantine".parse().unwrap());
    let (presence, arrived, left, surcharge, regular) = (None, None, None, 0, false);
    Taken { child, activity, day: day(text), presence, arrived, left, surcharge, regular }
}

pub(super) fn of_days(days: &[&str]) -> Vec<Taken> {
    days.iter().map(|text| taken(text)).collect()
}

pub(super) fn with_prices(prices: Vec<Price>, charges: Charges) -> Organisation {
    let mut organisation = organisation();
    let activity = &mut organisation.activities[0];
    activity.weekdays = vec![Mon, Tue, Thu, Fri];
    let tariff = Tariff {
        activity: activity.id.clone(),
        from: None,
        to: None,
        prices,
        charges,
        most_a_month: None,
        adjustments: Vec::new(),
    };
    organisation.tariffs = vec![tariff];
    organisation
}

/// 17, 33, 48 and 62 € a month for one to four days a week, as Pizay has it.
fn packages() -> Organisation {
    let price = |(days, cents): (u8, u32)| Price {
        name: Some(format!("{days} jours par semaine")),
        when: When { days_a_week: Some((days, days)), ..When::default() },
        amount: Amount::Fixed(cents),
        per: Per::Month,
    };
    with_prices([(4, 6200), (3, 4800), (2, 3300), (1, 1700)].map(price).to_vec(), Charges::default())
}

fn total(organisation: &Organisation, taken: &[Taken], abonnements: &[Abonnement]) -> i64 {
    let draft = draft(organisation, &family(), taken, &BTreeSet::new(), abonnements);
    assert_eq!(draft.faults, []);
    draft.total()
}

fn abonnement(weekdays: &[chrono::Weekday], from: &str, to: &str) -> Abonnement {
    let line = abonnement::Line { activity: "cantine".parse().unwrap(), weekdays: weekdays.to_vec() };
    let (id, child) = (from.to_owned(), "lou".parse().unwrap());
    Abonnement { id, child, lines: vec![line], turn: Turn::Every, from: day(from), to: day(to) }
}

/// September 2026 begins on a Tuesday.
const FROM_THE_FIRST: [&str; 7] =
    ["2026-09-01", "2026-09-03", "2026-09-04", "2026-09-07", "2026-09-08", "2026-09-10", "2026-09-11"];

#[test]
fn a_month_that_begins_on_a_tuesday_costs_one_package() {
    assert_eq!(total(&packages(), &of_days(&FROM_THE_FIRST), &[]), 6200);
}

#[test]
fn a_week_with_a_closed_day_does_not_decide() {
    let mut organisation = packages();
    let closed = Range { from: day("2026-09-10"), to: day("2026-09-10"), name: "Grève".to_owned() };
    organisation.activities[0].closures.push(closed);
    // Three days in the week of the strike, two in a full one: two days a week.
    let days = of_days(&["2026-09-07", "2026-09-08", "2026-09-11", "2026-09-14", "2026-09-17"]);
    assert_eq!(total(&organisation, &days, &[]), 3300);
    // The child came in no full week: the days it came decide.
    assert_eq!(total(&organisation, &of_days(&["2026-09-07", "2026-09-08", "2026-09-11"]), &[]), 4800);
}

#[test]
fn the_abonnement_in_force_decides_whatever_was_cancelled_or_came_on_top() {
    let four = abonnement(&[Mon, Tue, Thu, Fri], "2026-09-01", "2027-07-02");
    let days = of_days(&["2026-09-07", "2026-09-08", "2026-09-14"]);
    assert_eq!(total(&packages(), &days, std::slice::from_ref(&four)), 6200);
    let two = abonnement(&[Mon, Tue], "2026-09-01", "2027-07-02");
    assert_eq!(total(&packages(), &of_days(&FROM_THE_FIRST), std::slice::from_ref(&two)), 3300);
    // Two patterns side by side are one use; one of another month is none.
    let beside = abonnement(&[Thu], "2026-09-01", "2027-07-02");
    assert_eq!(total(&packages(), &days, &[two.clone(), beside]), 4800);
    let later = abonnement(&[Mon, Tue, Thu, Fri], "2026-10-01", "2027-07-02");
    assert_eq!(total(&packages(), &days, &[two, later]), 3300);
}

#[test]
fn a_day_without_a_booking_makes_no_bigger_package() {
    let mut days = of_days(&["2026-09-07", "2026-09-08", "2026-09-10"]);
    days[2].presence = Some(Presence::PresentUnbooked);
    assert_eq!(total(&packages(), &days, &[]), 3300);
}

/// 400 since ever, 1000 from 1 January 2027.
pub(super) fn richer_in_january() -> Family {
    let january =
        Situation { from: day("2027-01-01"), quotient: Some(Quotient(100_000)), outside: false, by_agent: true };
    let known = Situations { quotients: vec![(None, Quotient(40_000))], ..Situations::default() };
    family().pricing_by(known.with(january))
}

/// 0,515 % of the quotient, 3,60 € at most.
pub(super) fn rate() -> Amount {
    Amount::Rate { millionths: 5150, least: 0, most: Some(360) }
}

#[test]
fn the_quotient_in_force_on_the_day_of_service_prices_it_whenever_it_is_drafted() {
    let meal = Price { name: None, when: When::default(), amount: rate(), per: Per::Day };
    let organisation = with_prices(vec![meal], Charges::default());
    let of = |days: &[&str]| draft(&organisation, &richer_in_january(), &of_days(days), &BTreeSet::new(), &[]).total();
    assert_eq!(of(&["2026-12-31"]), 206, "0,515 % of 400");
    assert_eq!(of(&["2027-01-01"]), 360, "the ceiling: 0,515 % of 1000 is 5,15 €");
}

#[test]
fn a_quotient_that_changes_in_the_month_makes_no_second_package() {
    let price = |name: &str, qf: (u32, u32), cents: u32| Price {
        name: Some(name.to_owned()),
        when: When { qf_from: Some(Quotient(qf.0)), qf_below: Some(Quotient(qf.1)), ..When::default() },
        amount: Amount::Fixed(cents),
        per: Per::Month,
    };
    let prices = vec![price("tranche 1", (0, 50_000), 3000), price("tranche 2", (50_000, u32::MAX), 5000)];
    let family =
        family().pricing_by(Situations { quotients: vec![(None, Quotient(40_000))], ..Situations::default() }.with(
            Situation { from: day("2026-09-15"), quotient: Some(Quotient(60_000)), outside: false, by_agent: true },
        ));
    let days = of_days(&["2026-09-14", "2026-09-15", "2026-09-17"]);
    let drafted = draft(&with_prices(prices, Charges::default()), &family, &days, &BTreeSet::new(), &[]);
    assert_eq!((drafted.total(), drafted.lines.len()), (3000, 1));
}

/// 2,00 € each started hour of a garderie that is booked from 16:30 to 18:45: three hours.
fn hourly(charges: Charges) -> Organisation {
    let per = Per::Started { minutes: 60, grace: 0, least: 0 };
    let price = Price { name: None, when: When::default(), amount: Amount::Fixed(200), per };
    let mut organisation = with_prices(vec![price], charges);
    organisation.activities[0].hours = Some((990, 1125));
    organisation
}

#[test]
fn an_unexcused_absence_of_an_hourly_price_is_charged_rightly_for_every_value() {
    let charged = |unexcused: Charge| {
        let mut missed = taken("2026-09-07");
        missed.presence = Some(Presence::AbsentUnexcused);
        total(&hourly(Charges { unexcused, ..Charges::default() }), &[missed], &[])
    };
    assert_eq!(charged(Charge::Full), 600);
    assert_eq!(charged(Charge::Free), 0);
    assert_eq!(charged(Charge::Percent(50)), 300);
    assert_eq!(charged(Charge::Instead(800)), 800);
    assert_eq!(charged(Charge::More(250)), 850);
    assert_eq!(charged(Charge::Back(385)), -385);
}

#[test]
fn without_any_hours_only_what_needs_none_is_charged() {
    let charged = |unexcused: Charge| {
        let mut organisation = hourly(Charges { unexcused, ..Charges::default() });
        organisation.activities[0].hours = None;
        // No hour is known to choose the price by either.
        organisation.tariffs[0].prices[0].when.left_until = Some(1200);
        let mut missed = taken("2026-09-07");
        missed.presence = Some(Presence::AbsentUnexcused);
        let draft = draft(&organisation, &family(), &[missed], &BTreeSet::new(), &[]);
        (draft.total(), draft.faults.len())
    };
    assert_eq!(charged(Charge::Instead(800)), (800, 0));
    assert_eq!(charged(Charge::Free), (0, 0));
    assert_eq!(charged(Charge::Back(385)), (-385, 0));
    assert_eq!([Charge::Full, Charge::Percent(50), Charge::More(250)].map(charged), [(0, 1); 3]);
}

#[test]
fn booked_hours_serve_where_nobody_looked_and_never_for_a_child_that_was_seen() {
    assert_eq!(total(&hourly(Charges::default()), &[taken("2026-09-07")], &[]), 600);
    let mut seen = taken("2026-09-07");
    seen.presence = Some(Presence::Present);
    let without = draft(&hourly(Charges::default()), &family(), &[seen.clone()], &BTreeSet::new(), &[]);
    assert_eq!((without.total(), without.faults.len()), (0, 1));
    (seen.arrived, seen.left) = (Some(990), Some(1060));
    assert_eq!(total(&hourly(Charges::default()), &[seen], &[]), 400);
}

#[test]
fn a_supplement_comes_once_however_many_hours_the_child_was_there() {
    let mut late = taken("2026-09-07");
    late.surcharge = 100;
    assert_eq!(total(&hourly(Charges::default()), &[late], &[]), 700);
    let mut unbooked = taken("2026-09-07");
    (unbooked.presence, unbooked.arrived, unbooked.left) = (Some(Presence::PresentUnbooked), Some(990), Some(1125));
    let charges = Charges { unbooked: Charge::More(250), ..Charges::default() };
    assert_eq!(total(&hourly(charges), &[unbooked.clone()], &[]), 850);
    let charges = Charges { unbooked: Charge::Instead(1500), ..Charges::default() };
    assert_eq!(total(&hourly(charges), &[unbooked], &[]), 1500);
}
