//! Examples decided by the very decision a parent's click meets.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use domain::activity::Activity;
use domain::capacity::Room;
use domain::day::{Day, Week, full_date, hour, in_paris, later, paris_instant, start_of};
use domain::deadline::Hour;
use domain::family::{Child, Custody, Enrolment};
use domain::id::ChildId;
use domain::money::euros;
use domain::organisation::Organisation;
use domain::planning::{Authority, Held, Spot, Want, cell, decide, refuses_week};

use super::checked::Outcome;
use super::file::{Click, Deadline, Request};

/// What a click meets.
enum Answer {
    /// It is accepted, for so many cents more.
    Accepted(u32),
    /// It is refused: why.
    Refused(String),
}

/// What an example says of a click.
#[derive(Clone, Copy)]
enum Expected {
    Accepted,
    AtNoSurcharge,
    AtASurcharge,
    Refused,
}

impl Expected {
    fn is(self, answer: &Answer) -> bool {
        match self {
            Self::Accepted => matches!(answer, Answer::Accepted(_)),
            Self::AtNoSurcharge => matches!(answer, Answer::Accepted(0)),
            Self::AtASurcharge => matches!(answer, Answer::Accepted(1..)),
            Self::Refused => matches!(answer, Answer::Refused(_)),
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Accepted => "accepté",
            Self::AtNoSurcharge => "accepté sans supplément",
            Self::AtASurcharge => "accepté avec un supplément",
            Self::Refused => "refusé",
        }
    }
}

impl Answer {
    fn said(&self) -> String {
        match self {
            Self::Accepted(0) => "accepté".to_owned(),
            Self::Accepted(cents) => format!("accepté, pour {} de plus", euros(u64::from(*cents))),
            Self::Refused(why) => format!("refusé ({why})"),
        }
    }
}

/// A click just before the limit, at it, and after it.
pub(super) fn deadline(organisation: &Organisation, asked: &Deadline) -> Outcome {
    let activity = organisation.activity(&asked.click.activity);
    let (Some(activity), Some(child)) = (activity, child(&organisation.activities, None, None)) else {
        return unknown(&asked.click);
    };
    let spot = Spot { organisation, child: &child, activity, day: asked.day };
    let (inside, outside) = match asked.late {
        true => (Expected::AtNoSurcharge, Expected::AtASurcharge),
        false => (Expected::Accepted, Expected::Refused),
    };
    let wrong = |(now, expected): (DateTime<Utc>, Expected)| {
        let found = click(spot, asked.click.want, now);
        let expected_said = format!("{} {}", expected.said(), said(now));
        (!expected.is(&found)).then(|| Outcome::Fails { expected: expected_said, found: found.said() })
    };
    probes(asked.last, asked.hour, inside, outside).into_iter().find_map(wrong).unwrap_or(Outcome::Holds)
}

/// The instants at which a limit shows. *Until* a minute means the whole of it; 24:00 has no minute after it.
fn probes(last: Day, hour: Hour, inside: Expected, outside: Expected) -> Vec<(DateTime<Utc>, Expected)> {
    let (second, minute) = (TimeDelta::seconds(1), TimeDelta::minutes(1));
    match hour {
        Hour::Until(minutes @ ..1440) => {
            let named = instant(last, minutes);
            vec![
                (named - second, inside),
                (named, inside),
                (named + minute - second, inside),
                (named + minute, outside),
            ]
        }
        Hour::Before(minutes) | Hour::Until(minutes) => {
            let limit = instant(last, minutes);
            vec![(limit - second, inside), (limit, outside), (limit + minute, outside)]
        }
    }
}

/// A click on each day, and, when it books, the week as a whole.
pub(super) fn request(organisation: &Organisation, asked: &Request) -> Outcome {
    let activity = organisation.activity(&asked.click.activity);
    let child = child(&organisation.activities, asked.class.clone(), asked.born);
    let (Some(activity), Some(child)) = (activity, child) else { return unknown(&asked.click) };
    let now = instant(asked.on, asked.minutes);
    let spot = |day: Day| Spot { organisation, child: &child, activity, day };
    let mut weeks: BTreeMap<Week, usize> = BTreeMap::new();
    asked.days.iter().for_each(|day| *weeks.entry(Week::of(*day)).or_default() += 1);
    let answers = asked.days.iter().map(|day| click(spot(*day), asked.click.want, now));
    let refused = answers.into_iter().find(|answer| matches!(answer, Answer::Refused(_)));
    let week = || {
        let books = asked.click.want == Want::Booked;
        let refuses = |(week, days): (&Week, &usize)| refuses_week(spot(week.monday()), *days);
        books.then(|| weeks.iter().find_map(refuses)).flatten().map(Answer::Refused)
    };
    let found = refused.or_else(week).unwrap_or(Answer::Accepted(0));
    let expected = if asked.accepted { Expected::Accepted } else { Expected::Refused };
    match expected.is(&found) {
        true => Outcome::Holds,
        false => Outcome::Fails { expected: expected.said().to_owned(), found: found.said() },
    }
}

fn click(spot: Spot, want: Want, now: DateTime<Utc>) -> Answer {
    let cell = cell(spot, Held::of(want == Want::Free), &Room::default(), now);
    match decide(&cell, want, Authority::Parent) {
        Ok(_) => Answer::Accepted(cell.surcharge),
        Err(_) => Answer::Refused(cell.note(now).unwrap_or_else(|| cell.state.said().to_owned())),
    }
}

/// A child that takes part in everything, always with the same family.
fn child(activities: &[Activity], class: Option<String>, born: Option<Day>) -> Option<Child> {
    let id: ChildId = "camille".parse().ok()?;
    let enrolments =
        activities.iter().map(|activity| Enrolment { activity: activity.id.clone(), from: None, to: None }).collect();
    Some(Child { class, born, enrolments, ..Child::named(id, "Camille", Custody::ALWAYS) })
}

fn unknown(click: &Click) -> Outcome {
    Outcome::Fails { expected: format!("l’activité « {} »", click.activity), found: "aucune".to_owned() }
}

/// A minute of a day in Paris; 24:00 is the end of the day.
fn instant(day: Day, minutes: u16) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0);
    time.map_or_else(|| start_of(later(day, 1)), |time| paris_instant(day, time))
}

/// `le jeudi 26 novembre 2026 à 8 h 59 min 59 s`.
fn said(now: DateTime<Utc>) -> String {
    let here = in_paris(now);
    let clock = match here.second() {
        0 => hour(here.time()),
        second => format!("{}\u{a0}h {:02}\u{a0}min {second:02}\u{a0}s", here.hour(), here.minute()),
    };
    format!("le {} à {clock}", full_date(here.date_naive()))
}
