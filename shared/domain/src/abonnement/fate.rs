//! What becomes of one day of an abonnement.

use crate::activity::Closed;
use crate::calendar::Calendar;
use crate::day::Day;
use crate::planning::{Action, Authority, Cell, State, Want, Why, decide};

/// What is known of a cell an abonnement looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownOfCell {
    /// The booking there was made by this abonnement.
    pub its_own: bool,
    /// A person decided on this day since: it is left alone.
    pub by_hand: bool,
}

/// What an abonnement does to one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
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
pub fn fate(meant: bool, cell: &Cell, known: KnownOfCell, day: Day, calendar: &Calendar) -> Fate {
    let booked = matches!(cell.state, State::OpenBooked | State::LockedBooked);
    match (meant, booked) {
        (false, true) if known.its_own => match decide(cell, Want::Free, Authority::Parent) {
            Ok(Action::Cancel) => Fate::Cancel,
            _ => Fate::TooLate,
        },
        (false, _) => Fate::None,
        (true, true) => Fate::Already,
        (true, false) if cell.state == State::Waiting => Fate::Already,
        (true, false) if known.by_hand => Fate::ByHand,
        (true, false) => match decide(cell, Want::Booked, Authority::Parent) {
            Ok(Action::Book) => Fate::Book,
            Ok(_) => Fate::None,
            Err(refusal) => skipped(&refusal.why, day, calendar),
        },
    }
}

fn skipped(why: &Why, day: Day, calendar: &Calendar) -> Fate {
    match why {
        Why::Full => Fate::Full,
        Why::NoTicket(_) => Fate::NoTicket,
        // Nobody expects school holidays in a pattern: only single days that fall out are told.
        Why::Closed(Closed::NotADayOfIt) => Fate::None,
        Why::Closed(Closed::For(_)) if calendar.school_holiday(day).is_some() => Fate::None,
        Why::Closed(Closed::For(_)) => Fate::Closed,
        Why::Closed(Closed::Unknown) => Fate::Unknown,
        Why::NotEnrolled | Why::NotForChild(_) => Fate::NotEnrolled,
        Why::OtherFamily => Fate::OtherFamily,
        Why::PieceMissing(_) => Fate::PieceMissing,
        Why::LimitPassed(_)
        | Why::OnRequest(..)
        | Why::NotYetOpen(_)
        | Why::Never(_)
        | Why::Checked(_)
        | Why::Invoiced => Fate::TooLate,
    }
}

impl Fate {
    /// Why a day is left alone; nothing where it is as the pattern means it.
    pub fn reason(self) -> Option<&'static str> {
        Some(match self {
            Self::ByHand => "jours que vous aviez changés vous-même",
            Self::Full => "complet",
            Self::Closed => "fermé",
            Self::TooLate => "hors délai",
            Self::PieceMissing => "pièce manquante",
            Self::OtherFamily => "dans l’autre foyer",
            Self::ShortWeek => "semaine trop courte",
            Self::NotEnrolled => "ne participe pas à cette date",
            Self::Unknown => "calendrier pas encore publié",
            Self::NoTicket => "sans ticket",
            Self::Book | Self::Cancel | Self::None | Self::Already => return None,
        })
    }
}
