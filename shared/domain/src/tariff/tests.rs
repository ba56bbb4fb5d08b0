//! Which price fits, at each bound.

use super::*;
use crate::day::parse_day;
use crate::family::{Child, Custody};

fn child() -> Child {
    Child { class: Some("CP".to_owned()), ..Child::named("lou".parse().unwrap(), "Lou", Custody::ALWAYS) }
}

fn used(child: &Child) -> Use<'_> {
    Use::alone(child, 1, parse_day("2026-12-01").unwrap())
}

fn payer(quotient: Option<u32>) -> Payer {
    Payer { quotient: quotient.map(Quotient), resident: true, children: 1 }
}

fn tariff(prices: Vec<(When, Amount)>) -> Tariff {
    let price = |(when, amount)| Price { name: None, when, amount, per: Per::Day };
    Tariff {
        activity: "cantine".parse().unwrap(),
        from: None,
        to: None,
        prices: prices.into_iter().map(price).collect(),
        charges: Charges::default(),
        most_a_month: None,
        adjustments: Vec::new(),
    }
}

fn below(quotient: u32) -> When {
    When { qf_below: Some(Quotient(quotient)), ..When::default() }
}

fn cents(tariff: &Tariff, quotient: Option<u32>) -> Result<u32, Unpriced> {
    let child = child();
    tariff.price(&payer(quotient), &used(&child)).map(|priced| priced.cents)
}

#[test]
fn a_bracket_ends_just_before_its_bound() {
    let tariff = tariff(vec![(below(70_000), Amount::Fixed(50)), (When::default(), Amount::Fixed(310))]);
    assert_eq!(cents(&tariff, Some(69_999)), Ok(50));
    assert_eq!(cents(&tariff, Some(70_000)), Ok(310));
}

#[test]
fn a_quotient_of_0_is_known_and_an_unknown_one_pays_the_highest() {
    let tariff = tariff(vec![
        (below(70_000), Amount::Fixed(50)),
        (When { qf_from: Some(Quotient(70_000)), ..When::default() }, Amount::Fixed(310)),
    ]);
    assert_eq!(cents(&tariff, Some(0)), Ok(50));
    assert_eq!(cents(&tariff, None), Ok(310));
}

#[test]
fn an_organisation_may_say_otherwise_of_an_unknown_quotient() {
    let unknown = When { qf_unknown: true, ..When::default() };
    let tariff = tariff(vec![(unknown, Amount::Fixed(200)), (below(u32::MAX), Amount::Fixed(310))]);
    assert_eq!(cents(&tariff, None), Ok(200));
    assert_eq!(cents(&tariff, Some(100)), Ok(310));
}

#[test]
fn a_rate_is_rounded_half_up_before_it_is_multiplied_and_kept_within_its_bounds() {
    let rate = |most| Amount::Rate { millionths: 5500, least: 30, most };
    // 0,55 % of 453,64 is 2,49502; of 454,55 is 2,500025; of 455,45 is 2,504975; of 455,46 is 2,50503.
    let of = |quotient| rate(None).cents(Some(Quotient(quotient)), 1);
    assert_eq!((of(45_364), of(45_545), of(45_546)), (Some(250), Some(250), Some(251)));
    assert_eq!(rate(None).cents(Some(Quotient(0)), 1), Some(30));
    assert_eq!(rate(Some(400)).cents(Some(Quotient(200_000)), 1), Some(400));
    assert_eq!(rate(None).cents(None, 1), None);
}

#[test]
fn no_line_that_fits_is_no_price_and_never_0() {
    let outside = When { resident: Some(false), ..When::default() };
    assert_eq!(cents(&tariff(vec![(outside, Amount::Fixed(0))]), Some(100)), Err(Unpriced::NoPrice));
    let hours = When { left_until: Some(1050), ..When::default() };
    assert_eq!(cents(&tariff(vec![(hours, Amount::Fixed(200))]), Some(100)), Err(Unpriced::NoHours));
}

#[test]
fn started_spans_count_and_the_minutes_of_grace_do_not() {
    let child = child();
    let stayed = |minutes: u16| Use { arrived: Some(990), left: Some(990 + minutes), ..used(&child) };
    let per = Per::Started { minutes: 60, grace: 15, least: 0 };
    let units = |minutes| per.units(&stayed(minutes)).unwrap();
    assert_eq!([0, 60, 75, 76, 135, 136].map(units), [1, 1, 1, 2, 2, 3]);
    assert_eq!(per.units(&used(&child)), None);
}

#[test]
fn hours_are_asked_for_where_a_price_an_adjustment_or_a_charge_needs_them() {
    let flat = || tariff(vec![(When::default(), Amount::Fixed(310))]);
    assert!(!flat().asks_hours());
    let mut started = flat();
    started.prices[0].per = Per::Started { minutes: 30, grace: 0, least: 0 };
    assert!(started.asks_hours());
    let early = When { arrived_before: Some(8 * 60), ..When::default() };
    assert!(tariff(vec![(early.clone(), Amount::Fixed(310))]).asks_hours());
    let left = When { left_until: Some(17 * 60), ..When::default() };
    assert!(tariff(vec![(left, Amount::Fixed(310))]).asks_hours());
    let mut adjusted = flat();
    adjusted.adjustments.push(Adjustment { name: None, when: early, change: Change::More(50) });
    assert!(adjusted.asks_hours());
    let mut late = flat();
    late.charges.late_leaving = Some(LateLeaving { after: 18 * 60, every: 0, cents: 500, again: None });
    assert!(late.asks_hours());
}

#[test]
fn absences_are_excused_as_the_rule_counts_them() {
    let carence = Absences { first_due: 1, ..Absences::default() };
    assert_eq!([1, 2, 3].map(|number| carence.excuses(number, 3)), [false, true, true]);
    let reverse = Absences { at_most: 2, ..Absences::default() };
    assert_eq!([1, 2, 3].map(|number| reverse.excuses(number, 3)), [true, true, false]);
    let long = Absences { at_least: 8, ..Absences::default() };
    assert_eq!([7, 8].map(|length| long.excuses(1, length)), [false, true]);
}

#[test]
fn a_tariff_that_an_older_version_wrote_is_read_and_written_again_as_it_was() {
    let older = serde_json::json!({
        "activity": "cantine", "from": null, "to": "2027-07-02", "most_a_month": 6000,
        "prices": [{
            "name": "Heure", "amount": { "rate": { "millionths": 5500, "least": 50, "most": null } },
            "per": { "started": { "minutes": 60, "grace": 15 } },
            "when": {
                "qf_from": null, "qf_below": 58000, "qf_unknown": false, "resident": true, "rank": [1, 2], "children": null,
                "together": null, "classes": [], "regular": null, "pai": null, "days_a_week": null,
                "arrived_before": null, "left_until": null, "days": null
            }
        }],
        "charges": {
            "excused": "free", "absences": { "first_due": 1, "at_least": 0, "at_most": 0 }, "unexcused": { "percent": 50 },
            "unbooked": { "more": 250 }, "unbooked_from": 1,
            "late_leaving": { "after": 1110, "every": 15, "cents": 1000 }
        }
    });
    let read: Tariff = serde_json::from_value(older.clone()).unwrap();
    assert_eq!((read.adjustments.len(), read.most_a_month), (0, Some(6000)));
    assert_eq!(serde_json::to_value(&read).unwrap(), older);
}
