//! Adjusted prices, the family's day, what costs more the next time, caps and packages.

use std::collections::BTreeSet;

use chrono::Weekday::{Fri, Wed};
use proptest::prelude::*;

use super::price_tests::{day, with_prices};
use super::tests::family;
use super::*;
use crate::attendance::Presence;
use crate::day::{Day, later};
use crate::organisation::Organisation;
use crate::planning::estimate;
use crate::range::Range;
use crate::tariff::{
    Absences, Adjustment, Again, Amount, Change, Charge, Charges, Counted, JointPrice, JointRule, LateLeaving, Over,
    Per, Price, Tier, Unit, When, Within,
};

fn price(amount: Amount, per: Per) -> Price {
    Price { name: None, when: When::default(), amount, per }
}

fn daily(cents: u32) -> Price {
    price(Amount::Fixed(cents), Per::Day)
}

fn adjusted(change: Change, when: When) -> Adjustment {
    Adjustment { name: None, when, change }
}

fn used(child: &str, activity: &str, day: Day) -> Taken {
    let (child, activity) = (child.parse().unwrap(), activity.parse().unwrap());
    let (presence, arrived, left, surcharge, regular) = (None, None, None, 0, false);
    Taken { child, activity, day, presence, arrived, left, surcharge, regular }
}

fn cap(cents: u32, activities: &[&str], of: Counted, over: Over) -> JointPrice {
    JointPrice {
        id: "ensemble".parse().unwrap(),
        name: "périscolaire".to_owned(),
        activities: activities.iter().map(|id| id.parse().unwrap()).collect(),
        of,
        over,
        from: None,
        to: None,
        when: When::default(),
        rule: JointRule::Most { cents, from_days: 1 },
    }
}

/// The canteen at a price, and the basket at another.
fn village(canteen: u32, basket: u32, joint_prices: Vec<JointPrice>) -> Organisation {
    let mut organisation = with_prices(vec![daily(canteen)], Charges::default());
    let other = organisation.activities.iter_mut().find(|one| one.id.as_str() == "basket").unwrap();
    other.price = Some(basket);
    organisation.joint_prices = joint_prices;
    organisation
}

/// The months of what was taken, each drafted once those before it are closed.
fn months(organisation: &Organisation, taken: &[Taken]) -> Vec<Draft> {
    let mut charged = BTreeSet::new();
    let drafted = |month: Period| {
        let of_month: Vec<Taken> = taken.iter().filter(|one| Period::of(one.day) == month).cloned().collect();
        let draft = draft(organisation, &family(), &of_month, &charged, &[]);
        charged.extend(draft.flats.iter().cloned());
        draft
    };
    months_of(taken).into_iter().map(drafted).collect()
}

fn months_of(taken: &[Taken]) -> BTreeSet<Period> {
    taken.iter().map(|one| Period::of(one.day)).collect()
}

fn total(organisation: &Organisation, taken: &[Taken]) -> i64 {
    let drafts = months(organisation, taken);
    assert!(drafts.iter().all(|draft| draft.faults.is_empty()), "{drafts:?}");
    drafts.iter().map(Draft::total).sum()
}

fn days_from(first: &str, count: u64) -> impl Iterator<Item = Day> {
    let first = day(first);
    (0..count).map(move |number| later(first, number))
}

fn one_day_total(organisation: &Organisation, children: &[&str]) -> i64 {
    let taken: Vec<Taken> = children.iter().map(|child| used(child, "cantine", day("2026-12-01"))).collect();
    total(organisation, &taken)
}

#[test]
fn the_order_of_adjustments_is_the_order_written() {
    let (more, less) =
        (adjusted(Change::More(200), When::default()), adjusted(Change::PercentLess(1000), When::default()));
    let mut organisation = with_prices(vec![daily(400)], Charges::default());
    organisation.tariffs[0].adjustments = vec![more.clone(), less.clone()];
    assert_eq!(one_day_total(&organisation, &["lou"]), 540, "(4,00 + 2,00) less 10 %");
    organisation.tariffs[0].adjustments = vec![less, more];
    assert_eq!(one_day_total(&organisation, &["lou"]), 560, "4,00 less 10 %, and 2,00");
}

#[test]
fn an_adjustment_stands_on_the_line_by_its_name_and_a_price_never_goes_below_0() {
    let third = When { rank: Some((3, u8::MAX)), ..When::default() };
    let mut organisation = with_prices(vec![daily(100)], Charges::default());
    organisation.tariffs[0].adjustments =
        vec![Adjustment { name: Some("3e enfant".to_owned()), ..adjusted(Change::Less(300), third) }];
    let taken = [used("lou", "cantine", day("2026-12-01")), used("gaetan", "cantine", day("2026-12-01"))];
    let lines = months(&organisation, &taken).remove(0).lines;
    let said: Vec<(String, i64)> = lines.iter().map(|line| (line.sentence(), line.unit)).collect();
    let ticket = |name: &str, more: &str| format!("1 x [{name}] : Ticket(s) pour le service Cantine maternelle{more}");
    assert_eq!(said, [(ticket("Lou", ""), 100), (ticket("Gaetan", " (3e enfant)"), 0)]);
}

#[test]
fn what_a_child_without_a_booking_pays_more_of_care_is_a_supplement() {
    let unbooked = When { presence: vec![Presence::PresentUnbooked], ..When::default() };
    let mut organisation = with_prices(vec![daily(400)], Charges::default());
    organisation.activities[0].kind = crate::activity::ActivityKind::Childcare;
    organisation.tariffs[0].adjustments = vec![adjusted(Change::PercentMore(3000), unbooked)];
    let came = Taken { presence: Some(Presence::PresentUnbooked), ..used("lou", "cantine", day("2026-12-01")) };
    let lines = months(&organisation, &[came]).remove(0).lines;
    assert_eq!(lines.iter().map(|line| (line.unit, line.penalty)).collect::<Vec<_>>(), [(400, false), (120, true)]);
}

fn of_family() -> Organisation {
    let steps = vec![280, 465, 670];
    with_prices(vec![price(Amount::OfFamily { steps, each_more: None }, Per::Day)], Charges::default())
}

#[test]
fn the_familys_day_is_exact_whoever_is_absent() {
    let organisation = of_family();
    for (children, cents) in [
        (&["chloe", "lou", "gaetan"][..], 670),
        (&["lou", "gaetan"], 465),
        (&["chloe", "gaetan"], 465),
        (&["gaetan"], 280),
    ] {
        assert_eq!(one_day_total(&organisation, children), cents, "{children:?}");
    }
    // The eldest is excused: the others are the first and the second.
    let ill = Taken { presence: Some(Presence::AbsentExcused), ..used("chloe", "cantine", day("2026-12-01")) };
    let others = ["lou", "gaetan"].map(|child| used(child, "cantine", day("2026-12-01")));
    let taken = [vec![ill], others.to_vec()].concat();
    let lines = months(&organisation, &taken).remove(0).lines;
    let units: Vec<(&str, i64)> = lines.iter().map(|line| (line.child.as_ref().unwrap().as_str(), line.unit)).collect();
    assert_eq!(units, [("lou", 280), ("gaetan", 185)]);
}

#[test]
fn a_child_more_than_the_familys_day_has_prices_for_is_a_fault_and_never_0() {
    let prices = vec![price(Amount::OfFamily { steps: vec![280, 465], each_more: None }, Per::Day)];
    let mut organisation = with_prices(prices, Charges::default());
    let taken = ["chloe", "lou", "gaetan"].map(|child| used(child, "cantine", day("2026-12-01")));
    assert_eq!(months(&organisation, &taken)[0].faults.len(), 1);
    organisation.tariffs[0].prices[0].amount = Amount::OfFamily { steps: vec![280, 465], each_more: Some(100) };
    assert_eq!(total(&organisation, &taken), 565);
}

/// 2,00 € an hour, a Wednesday eight hours at least.
fn hourly(charges: Charges) -> Organisation {
    let hours = |least| Per::Started { minutes: 60, grace: 0, least };
    let wednesday = When { weekdays: vec![Wed], ..When::default() };
    let prices =
        vec![Price { when: wednesday, ..price(Amount::Fixed(200), hours(8)) }, price(Amount::Fixed(200), hours(0))];
    with_prices(prices, charges)
}

fn stayed(text: &str, arrived: u16, left: u16) -> Taken {
    Taken {
        arrived: Some(arrived),
        left: Some(left),
        presence: Some(Presence::Present),
        ..used("lou", "cantine", day(text))
    }
}

#[test]
fn a_wednesday_counts_eight_hours_at_least() {
    let organisation = hourly(Charges::default());
    assert_eq!(total(&organisation, &[stayed("2026-12-02", 540, 720)]), 1600, "three hours of a Wednesday");
    assert_eq!(total(&organisation, &[stayed("2026-12-02", 480, 1021)]), 2000, "nine hours and a minute: ten");
    assert_eq!(total(&organisation, &[stayed("2026-12-03", 540, 720)]), 600, "three hours of a Thursday");
}

#[test]
fn an_absence_is_so_many_hours_of_the_familys_price_whatever_was_booked() {
    let charges = Charges { unexcused: Charge::Minutes(300), ..Charges::default() };
    let absent = |text: &str| Taken { presence: Some(Presence::AbsentUnexcused), ..used("lou", "cantine", day(text)) };
    assert_eq!(total(&hourly(charges.clone()), &[absent("2026-12-03")]), 1000, "no hour is known");
    assert_eq!(total(&hourly(charges), &[absent("2026-12-02")]), 1000, "nor does the least of a Wednesday count");
}

#[test]
fn the_third_and_the_fourth_day_of_an_absence_are_due_and_not_the_fifth() {
    let absences = Absences { due: vec![(3, 4)], ..Absences::default() };
    assert_eq!([1, 2, 3, 4, 5].map(|number| absences.excuses(number, 5)), [true, true, false, false, true]);
}

#[test]
fn an_absence_that_goes_on_in_the_next_month_is_counted_on_there() {
    let absences = Absences { first_due: 2, ..Absences::default() };
    let organisation = with_prices(vec![daily(100)], Charges { absences, ..Charges::default() });
    let ill = |text: &str| Taken { presence: Some(Presence::AbsentExcused), ..used("lou", "cantine", day(text)) };
    let of = |taken: &[Taken]| months(&organisation, taken).iter().map(Draft::total).collect::<Vec<_>>();
    // The first two days are due: Monday 30 November and Tuesday 1 December.
    assert_eq!(of(&["2026-11-30", "2026-12-01", "2026-12-03"].map(ill)), [100, 100]);
    // A day that the child was there ends it: the second and the third one of December begin anew.
    let back = used("lou", "cantine", day("2026-12-01"));
    assert_eq!(of(&[ill("2026-11-30"), back, ill("2026-12-03"), ill("2026-12-04"), ill("2026-12-07")]), [100, 300]);
}

#[test]
fn the_third_late_fetching_of_a_school_year_costs_more_over_months_and_anew_in_september() {
    let again = Again { within: Within::SchoolYear, steps: vec![(3, 1500)] };
    let late = LateLeaving { after: 1110, every: 0, cents: 500, again: Some(again) };
    let organisation =
        with_prices(vec![daily(100)], Charges { late_leaving: Some(late.clone()), ..Charges::default() });
    let fetched = |text: &str| stayed(text, 990, 1111);
    let days = ["2026-11-05", "2026-11-06", "2026-12-03", "2026-12-04", "2027-09-03"].map(fetched);
    // Two at 5,00 in November, two at 15,00 in December, one at 5,00 in the next school year; 1,00 each day.
    assert_eq!(total(&organisation, &days), 2 * 500 + 2 * 1500 + 500 + 5 * 100);
    let monthly = Again { within: Within::Month, steps: vec![(3, 1500)] };
    let late = LateLeaving { again: Some(monthly), ..late };
    let organisation = with_prices(vec![daily(100)], Charges { late_leaving: Some(late), ..Charges::default() });
    assert_eq!(total(&organisation, &days), 5 * 500 + 5 * 100);
}

#[test]
fn a_second_time_without_a_booking_costs_more() {
    let again = Again { within: Within::SchoolYear, steps: vec![(2, Charge::More(5000))] };
    let charges = Charges { unbooked: Charge::More(1000), unbooked_again: Some(again), ..Charges::default() };
    let organisation = with_prices(vec![daily(300)], charges);
    let came = |text: &str| Taken { presence: Some(Presence::PresentUnbooked), ..used("lou", "cantine", day(text)) };
    assert_eq!(total(&organisation, &[came("2026-11-05"), came("2026-12-03")]), 300 + 1000 + 300 + 5000);
}

#[test]
fn a_monthly_cap_over_two_months_is_two_caps() {
    let organisation = village(1000, 0, vec![cap(3200, &["cantine"], Counted::Child, Over::Month)]);
    let six: Vec<Taken> = ["2026-11-05", "2026-11-06", "2026-11-09", "2026-12-03", "2026-12-04", "2026-12-07"]
        .map(|text| used("lou", "cantine", day(text)))
        .to_vec();
    assert_eq!(total(&organisation, &six), 6000);
    let seventh = [six, vec![used("lou", "cantine", day("2026-12-08"))]].concat();
    assert_eq!(total(&organisation, &seventh), 3000 + 3200);
}

#[test]
fn what_is_beyond_a_cap_of_two_activities_is_given_back_by_child_and_activity() {
    let organisation = village(400, 300, vec![cap(1000, &["cantine", "basket"], Counted::Family, Over::Month)]);
    let taken: Vec<Taken> = days_from("2026-12-01", 2)
        .flat_map(|day| [used("chloe", "cantine", day), used("lou", "basket", day)])
        .collect();
    // 8,00 and 6,00 are 14,00: 4,00 is given back, 2,28 and 1,71, and the odd cent to the eldest.
    let lines = months(&organisation, &taken).remove(0).lines;
    let back: Vec<(&str, i64)> = lines[2..].iter().map(|line| (line.label.as_str(), line.unit)).collect();
    let said = [
        ("[Chloé] : Plafond périscolaire de décembre 2026, service Cantine maternelle", -229),
        ("[Lou] : Plafond périscolaire de décembre 2026, service basket", -171),
    ];
    assert_eq!(back, said);
    assert!(lines[2..].iter().all(|line| line.joint));
}

#[test]
fn a_week_over_the_end_of_a_month_has_one_cap() {
    let organisation = village(1000, 0, vec![cap(2500, &["cantine"], Counted::Child, Over::Week)]);
    // Monday 30 November, then Tuesday to Friday.
    let taken: Vec<Taken> = days_from("2026-11-30", 5).map(|day| used("lou", "cantine", day)).collect();
    let totals: Vec<i64> = months(&organisation, &taken).iter().map(Draft::total).collect();
    assert_eq!(totals, [1000, 1500]);
}

#[test]
fn more_than_21_days_of_a_period_are_32_00_and_a_month_that_is_closed_stays() {
    let term = Range { from: day("2026-11-02"), to: day("2026-12-18"), name: "2e période".to_owned() };
    let mut forfait = cap(3200, &["cantine"], Counted::Child, Over::Periods(vec![term]));
    forfait.rule = JointRule::Most { cents: 3200, from_days: 22 };
    let organisation = village(200, 0, vec![forfait]);
    let of = |november: u64, december: u64| -> Vec<i64> {
        let days = days_from("2026-11-02", november).chain(days_from("2026-12-01", december));
        let taken: Vec<Taken> = days.map(|day| used("lou", "cantine", day)).collect();
        months(&organisation, &taken).iter().map(Draft::total).collect()
    };
    assert_eq!(of(15, 6), [3000, 1200], "21 days have their own prices");
    assert_eq!(of(15, 7), [3000, 200], "the 22nd day: 30,00 is charged already");
    assert_eq!(of(20, 7), [4000, 0], "what a closed month has charged beyond it stays");
}

fn weeks(steps: &[(u32, u32)]) -> JointPrice {
    let steps = steps.iter().map(|(count, cents)| Tier { from: *count, to: Some(*count), cents: *cents }).collect();
    let summer = Range { from: day("2027-07-05"), to: day("2027-08-27"), name: "été 2027".to_owned() };
    JointPrice {
        rule: JointRule::Package { counting: Unit::Weeks, steps },
        ..cap(0, &["cantine"], Counted::Child, Over::Periods(vec![summer]))
    }
}

#[test]
fn a_package_of_weeks_counts_a_week_over_two_months_once_and_has_no_price_beyond_what_is_offered() {
    let organisation = village(3000, 0, vec![weeks(&[(1, 12_000), (2, 22_000), (3, 31_000)])]);
    let week = |monday: &str| days_from(monday, 5).map(|day| used("lou", "cantine", day)).collect::<Vec<_>>();
    assert_eq!(total(&organisation, &week("2027-07-05")), 12_000);
    // 26 to 30 July in July; 2 to 6 August in August: the second week adds 100,00.
    assert_eq!(total(&organisation, &[week("2027-07-26"), week("2027-08-02")].concat()), 22_000);
    // A week from 29 July to 2 August is in both its weeks; those of 26 July and 2 August are two.
    let over = [used("lou", "cantine", day("2027-07-30")), used("lou", "cantine", day("2027-08-02"))];
    assert_eq!(total(&organisation, &over), 22_000);
    let four = ["2027-07-05", "2027-07-12", "2027-07-19", "2027-07-26"].map(week).concat();
    let faults = &months(&organisation, &four)[0].faults;
    assert_eq!(faults[0].sentence, "Lou, périscolaire : le forfait n’a pas de prix pour 4 semaines");
}

#[test]
fn a_closed_day_under_a_cap_of_several_activities_is_for_a_person_to_give_back() {
    let organisation = village(400, 300, vec![cap(1000, &["cantine", "basket"], Counted::Child, Over::Month)]);
    let taken: Vec<Taken> =
        days_from("2026-12-01", 3).flat_map(|day| [used("lou", "cantine", day), used("lou", "basket", day)]).collect();
    let lines = months(&organisation, &taken).remove(0).lines;
    let closed = BTreeSet::from([("lou".parse().unwrap(), "cantine".parse().unwrap(), day("2026-12-01"))]);
    let given = give_back(&lines, &[], &closed);
    assert_eq!((given.lines, given.unclear), (Vec::new(), true));
}

#[test]
fn late_fetching_is_beyond_any_cap() {
    let late = LateLeaving { after: 1110, every: 0, cents: 500, again: None };
    let mut organisation = with_prices(vec![daily(1000)], Charges { late_leaving: Some(late), ..Charges::default() });
    organisation.joint_prices = vec![cap(800, &["cantine"], Counted::Child, Over::Month)];
    assert_eq!(total(&organisation, &[stayed("2026-12-03", 990, 1111)]), 800 + 500);
}

const CHILDREN: [&str; 3] = ["chloe", "lou", "gaetan"];

/// Days of November and December, each a child in one of two activities, none twice.
fn some_days() -> impl Strategy<Value = Vec<Taken>> {
    let one = (0..3_usize, prop::bool::ANY, 0..60_u64, 0..8_u8);
    prop::collection::btree_set(one, 1..40).prop_map(|all| {
        let mut seen = BTreeSet::new();
        let fresh = all.into_iter().filter(|(child, other, number, _)| seen.insert((*child, *other, *number)));
        let taken = fresh.collect::<Vec<_>>().into_iter().map(|(child, other, number, state)| Taken {
            presence: match state {
                0 => Some(Presence::AbsentExcused),
                1 => Some(Presence::AbsentUnexcused),
                2 => Some(Presence::PresentUnbooked),
                _ => None,
            },
            ..used(CHILDREN[child], if other { "basket" } else { "cantine" }, later(day("2026-11-01"), number))
        });
        taken.collect()
    })
}

fn some_span() -> impl Strategy<Value = Over> {
    let range = |from: &str, to: &str| Range { from: day(from), to: day(to), name: "période".to_owned() };
    let periods = vec![range("2026-11-10", "2026-11-20"), range("2026-11-25", "2026-12-18")];
    prop_oneof![Just(Over::Week), Just(Over::Month), Just(Over::SchoolYear), Just(Over::Periods(periods))]
}

fn some_cap() -> impl Strategy<Value = JointPrice> {
    let activities = prop_oneof![Just(vec!["cantine"]), Just(vec!["cantine", "basket"])];
    let of = prop_oneof![Just(Counted::Child), Just(Counted::Family)];
    (0..6000_u32, activities, of, some_span())
        .prop_map(|(cents, activities, of, over)| cap(cents, &activities, of, over))
}

fn some_changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        (1..500_u32).prop_map(Change::More),
        (1..500_u32).prop_map(Change::Less),
        (1..10_000_u32).prop_map(Change::PercentMore),
        (1..=10_000_u32).prop_map(Change::PercentLess),
    ];
    prop::collection::vec(change, 0..5)
}

proptest! {
    /// Each change acts on what the one before made of the price, and is rounded to the cent, half up.
    #[test]
    fn adjustments_act_in_the_order_written(cents in 0..2000_u32, changes in some_changes()) {
        let mut organisation = with_prices(vec![daily(cents)], Charges::default());
        organisation.tariffs[0].adjustments = changes.iter().map(|one| adjusted(*one, When::default())).collect();
        let expected = changes.iter().fold(i64::from(cents), |price, change| match *change {
            Change::More(more) => price + i64::from(more),
            Change::Less(less) => (price - i64::from(less)).max(0),
            Change::PercentMore(share) => price + (price * i64::from(share)).div_euclid(10_000)
                + i64::from((price * i64::from(share)).rem_euclid(10_000) >= 5_000),
            Change::PercentLess(share) => price - (price * i64::from(share)).div_euclid(10_000)
                - i64::from((price * i64::from(share)).rem_euclid(10_000) > 5_000),
            Change::BracketsBelow(_) => price,
        });
        prop_assert_eq!(one_day_total(&organisation, &["lou"]), expected);
    }

    /// A cap never raises a bill, in no month; what it leaves is what is below it, exactly.
    #[test]
    fn a_cap_never_raises_a_bill(taken in some_days(), one in some_cap()) {
        let (without, with) = (village(730, 410, Vec::new()), village(730, 410, vec![one]));
        let months = |organisation: &Organisation| months(organisation, &taken).iter().map(Draft::total).collect::<Vec<_>>();
        for (before, after) in months(&without).into_iter().zip(months(&with)) {
            prop_assert!(after <= before, "{after} > {before}");
        }
    }

    /// Over all its months a span comes to what it is priced, or to the cap: never to a cent more or less.
    #[test]
    fn a_cap_is_exact_over_the_months_of_its_span(taken in some_days(), cents in 0..6000_u32) {
        let capped = village(730, 410, vec![cap(cents, &["cantine", "basket"], Counted::Family, Over::SchoolYear)]);
        let priced = total(&village(730, 410, Vec::new()), &taken);
        prop_assert_eq!(total(&capped, &taken), priced.min(i64::from(cents)));
    }

    /// Dropping a day never raises a bill under caps that lie within each other.
    #[test]
    fn dropping_a_day_never_raises_a_bill(taken in some_days(), at in any::<prop::sample::Index>(), inner in 0..4000_u32, outer in some_cap()) {
        let inner = JointPrice { id: "cantine".parse().unwrap(), ..cap(inner, &["cantine"], Counted::Child, outer.over.clone()) };
        let organisation = village(730, 410, vec![inner, outer]);
        let mut fewer = taken.clone();
        fewer.remove(at.index(taken.len()));
        prop_assert!(total(&organisation, &fewer) <= total(&organisation, &taken));
    }

    /// The estimate beside the week, and the month drafted when those before it are closed, come to the same.
    #[test]
    fn the_estimate_is_what_the_month_is_drafted_at(taken in some_days(), one in some_cap()) {
        let organisation = village(730, 410, vec![one]);
        let mut charged = BTreeSet::new();
        for (month, draft) in months_of(&taken).into_iter().zip(months(&organisation, &taken)) {
            let estimate = estimate(&organisation, &family(), month.last(), taken.clone(), &charged, &[]);
            prop_assert_eq!(i64::try_from(estimate.cents).unwrap(), draft.total());
            prop_assert!(organisation.asks_earlier_months() || draft.flats.is_empty());
            charged.extend(draft.flats);
        }
    }

    /// The family's day comes to the price for as many of its children as are charged, whichever they are.
    #[test]
    fn the_familys_day_comes_to_the_price_of_as_many_children(there in prop::collection::vec(prop::bool::ANY, 3)) {
        let children: Vec<&str> = CHILDREN.into_iter().zip(&there).filter(|(_, there)| **there).map(|(child, _)| child).collect();
        let expected = [0, 280, 465, 670][children.len()];
        prop_assert_eq!(one_day_total(&of_family(), &children), expected);
    }
}

#[test]
fn an_adjustment_of_some_weekdays_leaves_the_others() {
    let friday = When { weekdays: vec![Fri], ..When::default() };
    let mut organisation = with_prices(vec![daily(105)], Charges::default());
    organisation.tariffs[0].adjustments = vec![adjusted(Change::PercentLess(1000), friday)];
    let of = |text: &str| total(&organisation, &[used("lou", "cantine", day(text))]);
    // 0,945 is rounded half up.
    assert_eq!((of("2026-12-04"), of("2026-12-03")), (95, 105));
}
