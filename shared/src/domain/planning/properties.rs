//! What holds for every rule, day and instant, over twenty years.

use chrono::{DateTime, Days, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

use super::{Authority, State, Want, cell, decide};
use crate::domain::activity::Activity;
use crate::domain::calendar::{Calendar, Counting, Range};
use crate::domain::day::{Day, later, start_of};
use crate::domain::deadline::{Deadline, Hour};
use crate::domain::family::{Child, Custody, Enrolment};

fn days() -> impl Strategy<Value = Day> {
    (0..20 * 366_u64)
        .prop_map(|count| Day::from_ymd_opt(2012, 1, 1).unwrap().checked_add_days(Days::new(count)).unwrap())
}

fn hours() -> impl Strategy<Value = Hour> {
    prop_oneof![(0..=1440_u16).prop_map(Hour::Before), (0..1440_u16).prop_map(Hour::Until)]
}

fn weekdays() -> impl Strategy<Value = Weekday> {
    (0..7_u8).prop_map(|day| Weekday::try_from(day).unwrap())
}

fn deadlines() -> impl Strategy<Value = Deadline> {
    let counting = prop_oneof![Just(Counting::Calendar), Just(Counting::Working), Just(Counting::School)];
    prop_oneof![
        (0..20_u32, counting, hours()).prop_map(|(days, counting, hour)| Deadline::DaysBefore { days, counting, hour }),
        (weekdays(), 0..5_u32, hours()).prop_map(|(weekday, weeks, hour)| Deadline::Weekly { weekday, weeks, hour }),
        Just(Deadline::Open),
        Just(Deadline::Never),
    ]
}

fn calendar() -> Calendar {
    let holidays = (2012..2033).map(|year| {
        let day = Day::from_ymd_opt(year, 5, 1).unwrap();
        Range { from: day, to: later(day, 7), name: "Vacances".to_owned() }
    });
    Calendar {
        school_weekdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Thu, Weekday::Fri],
        school_holidays: holidays.collect(),
        ..Calendar::default()
    }
}

fn activity(book: Deadline, cancel: Deadline) -> Activity {
    Activity {
        id: "cantine".parse().unwrap(),
        name: "Cantine".to_owned(),
        weekdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
        season: None,
        closes_on_public_holidays: true,
        closes_in_school_holidays: true,
        closures: Vec::new(),
        openings: Vec::new(),
        book,
        cancel,
        price: None,
    }
}

fn child() -> Child {
    Child {
        id: "chloe".parse().unwrap(),
        first_name: "Chloé".to_owned(),
        class: None,
        custody: Custody::ALWAYS,
        enrolments: vec![Enrolment { activity: "cantine".parse().unwrap(), from: None, to: None }],
    }
}

/// Minutes around the day of service: from five weeks before to two days after.
fn around(day: Day, minutes: i64) -> DateTime<Utc> {
    start_of(day) + TimeDelta::minutes(minutes)
}

const FROM: i64 = -35 * 1440;
const TO: i64 = 2 * 1440;

proptest! {
    #[test]
    fn no_limit_is_after_the_end_of_the_day_of_service(rule in deadlines(), day in days()) {
        if let Some(limit) = rule.limit(day, &calendar()) {
            prop_assert!(limit.at <= start_of(later(day, 1)));
        }
    }

    #[test]
    fn one_day_more_before_is_never_later(days in 0..20_u32, hour in hours(), day in days()) {
        for counting in [Counting::Calendar, Counting::Working, Counting::School] {
            let at = |days| Deadline::DaysBefore { days, counting, hour }.limit(day, &calendar()).unwrap().at;
            prop_assert!(at(days + 1) <= at(days));
        }
    }

    #[test]
    fn what_a_cell_shows_is_what_a_click_may_do(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO, booked: bool,
    ) {
        let now = around(day, minutes);
        let cell = cell(&calendar(), &child(), &activity(book, cancel), day, booked, now);
        let other = Want::of(!booked);
        let open = matches!(cell.state, State::OpenFree | State::OpenBooked);
        prop_assert_eq!(decide(&cell, other, Authority::Parent).is_ok(), open);
        if cell.state != State::Closed {
            prop_assert_eq!(decide(&cell, Want::of(booked), Authority::Parent), Ok(false), "wanting what is so changes nothing");
        }
    }

    #[test]
    fn what_is_locked_never_opens_again(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO, wait in 0..TO, booked: bool,
    ) {
        let at = |minutes| cell(&calendar(), &child(), &activity(book, cancel), day, booked, around(day, minutes)).state;
        if matches!(at(minutes), State::LockedFree | State::LockedBooked) {
            prop_assert_eq!(at(minutes + wait), at(minutes));
        }
    }

    #[test]
    fn an_agent_passes_over_limits_and_never_over_a_closed_day(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO, booked: bool,
    ) {
        let cell = cell(&calendar(), &child(), &activity(book, cancel), day, booked, around(day, minutes));
        let changed = decide(&cell, Want::of(!booked), Authority::Override);
        prop_assert_eq!(changed.is_ok(), cell.state != State::Closed);
    }
}
