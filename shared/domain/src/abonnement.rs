//! An abonnement: a recurring weekly pattern of a child, and what saving, changing or ending it does to each day.

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use super::activity::Closed;
use super::calendar::Calendar;
use super::day::{Day, Week, later};
use super::id::{ActivityId, ChildId};
use super::planning::{Action, Authority, Cell, State, Want, Why, decide};
use super::text::{counted, list};

/// Which weeks of the range a pattern means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Every week.
    Every,
    /// Weeks with an even ISO number.
    Even,
    /// Weeks with an odd ISO number.
    Odd,
    /// One week in two, beginning with the week of the first day.
    OneInTwo,
}

/// The weekdays of one activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The activity.
    pub activity: ActivityId,
    /// Its weekdays, each once.
    pub weekdays: Vec<Weekday>,
}

/// A pattern for a child, from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abonnement {
    /// Made by the page, one for each abonnement.
    pub id: String,
    /// Whose.
    pub child: ChildId,
    /// What, on which weekdays.
    pub lines: Vec<Line>,
    /// In which weeks.
    pub turn: Turn,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Abonnement {
    /// Whether the pattern means an activity on a day.
    pub fn means(&self, activity: &ActivityId, day: Day) -> bool {
        let even = day.iso_week().week().is_multiple_of(2);
        let turn = match self.turn {
            Turn::Every => true,
            Turn::Even => even,
            Turn::Odd => !even,
            Turn::OneInTwo => {
                let weeks = (Week::of(day).monday() - Week::of(self.from).monday()).num_weeks();
                weeks % 2 == 0
            }
        };
        let line = |line: &Line| line.activity == *activity && line.weekdays.contains(&day.weekday());
        turn && self.from <= day && day <= self.to && self.lines.iter().any(line)
    }

    /// Its days.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let to = self.to;
        (0..)
            .map({
                let from = self.from;
                move |days| later(from, days)
            })
            .take_while(move |day| *day <= to)
    }
}

/// What is known of a cell an abonnement looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The booking there was made by this abonnement.
    pub its_own: bool,
    /// A person decided on this day since: it is left alone.
    pub by_hand: bool,
}

/// What an abonnement does to one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Books it.
    Book,
    /// Cancels its own booking.
    Cancel,
    /// Nothing: it is not meant, and nothing of it is there.
    None,
    /// Nothing: it is booked already.
    Already,
    /// Leaves it: a person decided on it by hand.
    ByHand,
    /// Leaves it: no place.
    Full,
    /// Leaves it: closed.
    Closed,
    /// Leaves it: the limit has passed, or a parent never may.
    TooLate,
    /// Leaves it: the child is with its other family.
    OtherFamily,
    /// Leaves it: the week would have fewer days than go together.
    ShortWeek,
    /// Leaves it: the child does not take part that day.
    NotEnrolled,
    /// Leaves it: the school calendar is not published that far.
    Unknown,
    /// Leaves it: no ticket is left.
    NoTicket,
    /// Leaves it: a piece is missing without which it cannot be booked.
    PieceMissing,
}

/// Decides one day. `meant` says whether the pattern, as it is to be, means it.
pub fn step(meant: bool, cell: &Cell, known: Known, day: Day, calendar: &Calendar) -> Step {
    let booked = matches!(cell.state, State::OpenBooked | State::LockedBooked);
    match (meant, booked) {
        (false, true) if known.its_own => match decide(cell, Want::Free, Authority::Parent) {
            Ok(Action::Cancel) => Step::Cancel,
            _ => Step::TooLate,
        },
        (false, _) => Step::None,
        (true, true) => Step::Already,
        (true, false) if cell.state == State::Waiting => Step::Already,
        (true, false) if known.by_hand => Step::ByHand,
        (true, false) => match decide(cell, Want::Booked, Authority::Parent) {
            Ok(Action::Book) => Step::Book,
            Ok(_) => Step::None,
            Err(refusal) => skipped(&refusal.why, day, calendar),
        },
    }
}

fn skipped(why: &Why, day: Day, calendar: &Calendar) -> Step {
    match why {
        Why::Full => Step::Full,
        Why::NoTicket(_) => Step::NoTicket,
        // Nobody expects school holidays in a pattern: only single days that fall out are told.
        Why::Closed(Closed::NotADayOfIt) => Step::None,
        Why::Closed(Closed::For(_)) if calendar.school_holiday(day).is_some() => Step::None,
        Why::Closed(Closed::For(_)) => Step::Closed,
        Why::Closed(Closed::Unknown) => Step::Unknown,
        Why::NotEnrolled | Why::NotForChild(_) => Step::NotEnrolled,
        Why::OtherFamily => Step::OtherFamily,
        Why::PieceMissing(_) => Step::PieceMissing,
        Why::LimitPassed(_)
        | Why::OnRequest(..)
        | Why::NotYetOpen(_)
        | Why::Never(_)
        | Why::Checked(_)
        | Why::Invoiced => Step::TooLate,
    }
}

/// How many days of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Booked by this abonnement, now or before.
    pub booked: u32,
    /// Cancelled by this gesture.
    pub cancelled: u32,
    /// Booked before, by hand or otherwise.
    pub already: u32,
    /// Left alone: decided by hand.
    pub by_hand: u32,
    /// Left alone: full.
    pub full: u32,
    /// Left alone: closed.
    pub closed: u32,
    /// Left alone: too late.
    pub too_late: u32,
    /// Left alone: with the other family.
    pub other_family: u32,
    /// Left alone: too few days in the week.
    pub short_week: u32,
    /// Left alone: not taking part.
    pub not_enrolled: u32,
    /// Left alone: calendar not published.
    pub unknown: u32,
    /// Left alone: no ticket is left.
    #[serde(default)]
    pub no_ticket: u32,
    /// Left alone: a piece is missing.
    #[serde(default)]
    pub piece_missing: u32,
}

impl Tally {
    /// Counts one day.
    pub fn count(&mut self, step: Step, its_own: bool) {
        let counter = match step {
            Step::None => return,
            Step::Book => &mut self.booked,
            Step::Already if its_own => &mut self.booked,
            Step::Already => &mut self.already,
            Step::Cancel => &mut self.cancelled,
            Step::ByHand => &mut self.by_hand,
            Step::Full => &mut self.full,
            Step::Closed => &mut self.closed,
            Step::TooLate => &mut self.too_late,
            Step::OtherFamily => &mut self.other_family,
            Step::ShortWeek => &mut self.short_week,
            Step::NotEnrolled => &mut self.not_enrolled,
            Step::Unknown => &mut self.unknown,
            Step::NoTicket => &mut self.no_ticket,
            Step::PieceMissing => &mut self.piece_missing,
        };
        *counter += 1;
    }

    /// `137 jours réservés, 3 complets et 6 fermés.`
    pub fn sentence(&self) -> String {
        let parts = [
            (self.booked, "jour réservé", "jours réservés"),
            (self.cancelled, "jour annulé", "jours annulés"),
            (self.already, "déjà inscrit", "déjà inscrits"),
            (self.by_hand, "que vous aviez changé vous-même", "que vous aviez changés vous-même"),
            (self.full, "complet", "complets"),
            (self.closed, "fermé", "fermés"),
            (self.too_late, "hors délai", "hors délai"),
            (self.other_family, "dans l’autre foyer", "dans l’autre foyer"),
            (self.short_week, "dans une semaine trop courte", "dans des semaines trop courtes"),
            (self.not_enrolled, "sans participation à cette date", "sans participation à ces dates"),
            (self.no_ticket, "sans ticket", "sans ticket"),
            (self.unknown, "dont le calendrier n’est pas publié", "dont le calendrier n’est pas publié"),
            (self.piece_missing, "sans la pièce demandée", "sans la pièce demandée"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, one, many)| counted(count, one, many))
            .collect();
        if parts.is_empty() { "Aucun jour n’a changé.".to_owned() } else { format!("{}.", list(&parts)) }
    }
}
