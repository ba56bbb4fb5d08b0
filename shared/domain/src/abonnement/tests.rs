//! What an abonnement leaves alone, and why.

use std::collections::HashMap;

use chrono::Weekday;

use super::*;
use crate::activity::WeekRule;
use crate::capacity::Room;
use crate::day::{parse_day, start_of};
use crate::deadline::Rule;
use crate::id::CapacityId;
use crate::organisation::Organisation;
use crate::planning::properties::{child, organisation};
use crate::planning::{Action, Facts, Held};

static NOBODY: Room = Room { taken: 0, line: Vec::new(), next_ticket: 0 };

struct Bookings(HashMap<Day, Held>);

impl Facts for Bookings {
    fn held(&self, _: &ChildId, _: &ActivityId, day: Day) -> Held {
        self.0.get(&day).copied().unwrap_or(Held::Nothing)
    }

    fn room(&self, _: &CapacityId, _: Day) -> &Room {
        &NOBODY
    }
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn cantine(text: &str) -> (ActivityId, Day) {
    ("cantine".parse().unwrap(), day(text))
}

fn open() -> Organisation {
    organisation(Rule::Open.into(), Rule::Open.into())
}

/// Mondays and Tuesdays of two weeks of June, on the first of June.
fn planned(organisation: &Organisation, ended: bool, past: &Past, held: &[(&str, Held)]) -> Plan {
    let weekdays = vec![Weekday::Mon, Weekday::Tue];
    let abonnement = Abonnement {
        id: "a".to_owned(),
        child: "chloe".parse().unwrap(),
        lines: vec![Line { activity: "cantine".parse().unwrap(), weekdays }],
        turn: Turn::Every,
        from: day("2015-06-01"),
        to: day("2015-06-14"),
    };
    let (child, now) = (child(), start_of(day("2015-06-01")));
    let carried = Carried { abonnement: &abonnement, ended, organisation, child: &child, now };
    plan(&carried, past, &Bookings(held.iter().map(|(text, held)| (day(text), *held)).collect()))
}

fn steps(plan: &Plan, action: Action) -> Vec<String> {
    plan.steps.iter().filter(|step| step.action == action).map(|step| step.day.to_string()).collect()
}

#[test]
fn days_of_an_invoiced_month_or_of_the_other_family_or_left_by_hand_are_not_booked() {
    let past =
        Past { by_hand: [cantine("2015-06-02")].into(), held: [cantine("2015-06-08")].into(), ..Past::default() };
    let plan = planned(&open(), false, &past, &[("2015-06-01", Held::Invoiced(false))]);
    assert_eq!(steps(&plan, Action::Book), ["2015-06-09"]);
    let why: Vec<_> = plan.skipped.iter().map(|(_, _, fate)| *fate).collect();
    assert_eq!(why, [Fate::TooLate, Fate::ByHand, Fate::OtherFamily]);
    assert_eq!((plan.tally.booked, plan.tally.too_late, plan.tally.other_family), (1, 1, 1));
}

#[test]
fn an_ended_one_cancels_what_it_booked_itself_and_nothing_of_an_invoiced_month() {
    let past = Past { own: [cantine("2015-06-01"), cantine("2015-06-09")].into(), ..Past::default() };
    let held = [("2015-06-01", Held::Invoiced(true)), ("2015-06-02", Held::Booked), ("2015-06-09", Held::Booked)];
    let plan = planned(&open(), true, &past, &held);
    assert_eq!(steps(&plan, Action::Cancel), ["2015-06-09"]);
    assert!(steps(&plan, Action::Book).is_empty());
}

#[test]
fn a_week_with_fewer_days_than_go_together_is_left_alone() {
    let mut organisation = open();
    organisation.activities[0].week = Some(WeekRule::Least { days: 3, short: 3 });
    let plan = planned(&organisation, false, &Past::default(), &[("2015-06-12", Held::Booked)]);
    assert_eq!(steps(&plan, Action::Book), ["2015-06-08", "2015-06-09"], "with the Friday they are three");
    assert_eq!(plan.tally.short_week, 2);
}
