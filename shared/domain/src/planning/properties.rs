//! What holds for every rule, day and instant, over twenty years.

use chrono::{DateTime, Days, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

use super::{Action, Authority, Cell, Held, Spot, State, Want, cell, decide};
use crate::activity::{Activity, ActivityKind, Who};
use crate::calendar::{Calendar, Counting, Range};
use crate::capacity::{Capacity, Room, Waiting};
use crate::day::{Day, earlier, in_paris, later, paris_instant, start_of};
use crate::deadline::{Batch, Deadline, Hour, Late, Period, Rule, Stage, Terms};
use crate::family::{Child, Custody, Enrolment};
use crate::organisation::{Contact, Organisation};

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

fn counting() -> impl Strategy<Value = Counting> {
    prop_oneof![Just(Counting::Calendar), Just(Counting::Working), Just(Counting::School)]
}

fn batches() -> impl Strategy<Value = Rule> {
    let batch = (weekdays(), weekdays(), 0..3_u32, hours());
    proptest::collection::vec(batch, 1..4).prop_map(|batches| {
        let batch = |(service, weekday, weeks, hour)| Batch { service: vec![service], weekday, weeks, hour };
        Rule::ByWeekday { batches: batches.into_iter().map(batch).collect() }
    })
}

fn periods() -> impl Strategy<Value = Rule> {
    (days(), 0..40_u64, 0..60_u64, 0..1440_u16, hours()).prop_map(|(closes, open_for, lasts, minutes, hour)| {
        let opens = Some((earlier(closes, open_for), minutes));
        let (from, to) = (Some(later(closes, 3)), Some(later(closes, 3 + lasts)));
        Rule::Periods { periods: vec![Period { from, to, opens, closes, hour }] }
    })
}

fn rules() -> impl Strategy<Value = Rule> {
    prop_oneof![
        (0..20_u32, counting(), hours()).prop_map(|(days, counting, hour)| Rule::DaysBefore { days, counting, hour }),
        (0..200_u32, 0..1440_u16).prop_map(|(hours, from)| Rule::HoursBefore { hours, from }),
        (weekdays(), 0..5_u32, hours()).prop_map(|(weekday, weeks, hour)| Rule::Weekly { weekday, weeks, hour }),
        batches(),
        (1..=31_u32, 0..4_u32, hours(), proptest::option::of(1..=31_u32)).prop_map(|(day, months, hour, from)| {
            Rule::Monthly { day, months, hour, from_day: from.filter(|from| *from <= day) }
        }),
        periods(),
        proptest::option::of((1..=12_u32, 1..=28_u32, hours())).prop_map(|until| Rule::Annual { until }),
        Just(Rule::Open),
        Just(Rule::NoBooking),
        Just(Rule::Never),
    ]
}

fn deadlines() -> impl Strategy<Value = Deadline> {
    let moves = || proptest::option::of(counting());
    let terms = prop_oneof![(0..500_u32).prop_map(Terms::Surcharge), Just(Terms::OnRequest)];
    let late = (rules(), moves(), terms).prop_map(|(rule, moves, terms)| Late { rule, moves, terms });
    (rules(), moves(), proptest::option::of(late)).prop_map(|(rule, moves, late)| Deadline { rule, moves, late })
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
        kind: ActivityKind::Other,
        weekdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
        season: None,
        closes_on_public_holidays: true,
        closes_in_school_holidays: true,
        closures: Vec::new(),
        openings: Vec::new(),
        hours: None,
        who: Who::default(),
        week: None,
        book,
        cancel,
        price: None,
        prepaid: None,
    }
}

pub(crate) fn child() -> Child {
    let enrolments = vec![Enrolment { activity: "cantine".parse().unwrap(), from: None, to: None }];
    Child { enrolments, ..Child::named("chloe".parse().unwrap(), "Chloé", Custody::ALWAYS) }
}

const PLACES: u32 = 3;

pub(crate) fn organisation(book: Deadline, cancel: Deadline) -> Organisation {
    let text = String::new;
    let contact = Contact { phone: text(), mel: text(), address: Vec::new(), opening_hours: Vec::new() };
    let capacity = Capacity {
        id: "cantine".parse().unwrap(),
        activities: vec!["cantine".parse().unwrap()],
        classes: Vec::new(),
        places: PLACES,
        by_weekday: std::collections::BTreeMap::new(),
        last_places: 1,
        promotes_until_days: 1,
    };
    Organisation {
        id: "jumex".parse().unwrap(),
        name: text(),
        town: text(),
        zone: text(),
        contact,
        texts: Vec::new(),
        calendar: calendar(),
        activities: vec![activity(book, cancel)],
        capacities: vec![capacity],
        tariffs: Vec::new(),
        joint_prices: Vec::new(),
        billing: None,
        dossier: crate::dossier::DossierRules::default(),
        pieces: Vec::new(),
        retention: Default::default(),
    }
}

/// A room with so many places taken and so many other children in line.
fn room(taken: u32, waiting: u64) -> Room {
    let other = |ticket| Waiting {
        ticket,
        family: "f".parse().unwrap(),
        child: format!("c{ticket}").parse().unwrap(),
        activity: "cantine".parse().unwrap(),
        at: DateTime::UNIX_EPOCH,
        lot: None,
    };
    Room { taken, line: (0..waiting).map(other).collect(), next_ticket: waiting }
}

fn decided(organisation: &Organisation, day: Day, held: Held, room: &Room, now: DateTime<Utc>) -> Cell {
    let child = child();
    cell(Spot { organisation, child: &child, activity: &organisation.activities[0], day }, held, room, now)
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
    fn a_stage_ends_exactly_at_its_limit(rule in deadlines(), day in days()) {
        let Some(limit) = rule.limit(day, &calendar()) else { return Ok(()) };
        let stage = |now| rule.stage(day, &calendar(), now);
        let before = stage(limit.at - TimeDelta::seconds(1));
        prop_assert!(matches!(before, Stage::Open(_) | Stage::NotYet(_)), "{before:?}");
        prop_assert!(!matches!(stage(limit.at), Stage::Open(_)));
    }

    #[test]
    fn a_stricter_rule_never_gives_a_later_limit(days in 0..20_u32, minutes in 1..1440_u16, less in 0..300_u16, day in days()) {
        let at = |rule: Rule| Deadline::from(rule).limit(day, &calendar()).unwrap().at;
        let (hour, earlier_hour) = (Hour::Before(minutes), Hour::Before(minutes.saturating_sub(less)));
        for counting in [Counting::Calendar, Counting::Working, Counting::School] {
            let before = |days, hour| at(Rule::DaysBefore { days, counting, hour });
            prop_assert!(before(days + 1, hour) <= before(days, hour));
            prop_assert!(before(days, earlier_hour) <= before(days, hour));
        }
        let hours = |hours| at(Rule::HoursBefore { hours, from: minutes });
        prop_assert!(hours(days + 1) <= hours(days));
        let weekly = |weeks, hour| at(Rule::Weekly { weekday: Weekday::Thu, weeks, hour });
        prop_assert!(weekly(days + 1, hour) <= weekly(days, hour));
        prop_assert!(weekly(days, earlier_hour) <= weekly(days, hour));
        let monthly = |day, months| at(Rule::Monthly { day, months, hour, from_day: None });
        prop_assert!(monthly(days + 1, 2) <= monthly(days + 1, 1));
        prop_assert!(monthly(days + 1, 1) <= monthly(days + 2, 1));
        let moved = |moves| Deadline { moves, ..Rule::DaysBefore { days, counting: Counting::Calendar, hour }.into() };
        let moved = |moves| moved(moves).limit(day, &calendar()).unwrap().at;
        prop_assert!(moved(Some(Counting::School)) <= moved(Some(Counting::Working)).max(moved(None)));
        prop_assert!(moved(Some(Counting::Working)) <= moved(None));
    }

    /// What a clock on the wall shows at the limit is what the rule says, also in the nights the clock changes.
    #[test]
    fn a_limit_is_what_the_clock_on_the_wall_shows(days in 0..20_u32, minutes in 0..1440_u16, day in days()) {
        let rule = Rule::DaysBefore { days, counting: Counting::Calendar, hour: Hour::Before(minutes) };
        let limit = Deadline::from(rule).limit(day, &calendar()).unwrap();
        let wanted = earlier(day, u64::from(days));
        let time = chrono::NaiveTime::from_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0).unwrap();
        let shown = in_paris(limit.at).naive_local();
        prop_assert!(shown == wanted.and_time(time) || paris_instant(wanted, time) == limit.at);
        // In the hour spring skips, the limit is the instant of the change: 3:00 on the wall.
        prop_assert!(shown == wanted.and_time(time) || (shown.time().to_string() == "03:00:00" && minutes / 60 == 2));
    }

    #[test]
    fn what_a_cell_shows_is_what_a_click_may_do(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO,
        taken in 0..=PLACES, waiting in 0..3_u64, has in 0..3_u8,
    ) {
        let now = around(day, minutes);
        let mut room = room(taken, waiting);
        let held = [Held::Nothing, Held::Booked, Held::Waiting][usize::from(has)];
        if held == Held::Waiting {
            room.join("f".parse().unwrap(), "chloe".parse().unwrap(), "cantine".parse().unwrap(), now, None);
        }
        let cell = decided(&organisation(book, cancel), day, held, &room, now);
        let may = |want| decide(&cell, want, Authority::Parent);
        match cell.state {
            State::OpenFree => {
                prop_assert!(may(Want::Booked) == Ok(Action::Book) && may(Want::Waiting) == Ok(Action::Book));
                prop_assert!(taken + u32::try_from(waiting).unwrap() < PLACES, "there is a place, and nobody waits for it");
            }
            State::OpenBooked => prop_assert_eq!(may(Want::Free), Ok(Action::Cancel)),
            State::Full => prop_assert!(may(Want::Booked).is_err() && may(Want::Waiting) == Ok(Action::Join)),
            State::Waiting => prop_assert!(may(Want::Free) == Ok(Action::Leave) && cell.rank.is_some()),
            State::LockedFree => prop_assert!(may(Want::Booked).is_err() && may(Want::Waiting).is_err()),
            State::LockedBooked => prop_assert!(may(Want::Free).is_err()),
            State::Closed => prop_assert!(may(Want::Booked).is_err() && may(Want::Free).is_err()),
        }
        if cell.state != State::Closed {
            prop_assert_eq!(may(Want::from(held)), Ok(Action::Nothing), "wanting what is so changes nothing");
        }
    }

    #[test]
    fn what_is_locked_by_its_limit_never_opens_again(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO, wait in 0..TO, booked: bool,
    ) {
        let organisation = organisation(book, cancel);
        let at = |minutes| decided(&organisation, day, Held::of(booked), &room(0, 0), around(day, minutes));
        let passed = |cell: &Cell| matches!(cell.why, Some(super::Why::LimitPassed(_)));
        if passed(&at(minutes)) {
            prop_assert_eq!(at(minutes + wait).state, at(minutes).state);
        }
    }

    #[test]
    fn an_agent_passes_over_limits_and_never_over_a_full_or_a_closed_day(
        book in deadlines(), cancel in deadlines(), day in days(), minutes in FROM..TO, booked: bool, taken in 0..=PLACES,
    ) {
        let organisation = organisation(book, cancel);
        let cell = decided(&organisation, day, Held::of(booked), &room(taken, 0), around(day, minutes));
        let changed = decide(&cell, Want::of(!booked), Authority::Override);
        prop_assert_eq!(changed.is_ok(), !matches!(cell.state, State::Closed | State::Full));
    }
}
