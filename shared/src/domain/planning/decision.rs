//! Whether a click may happen, and the sentence that says why not.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::cell::{Cell, State, Why};
use crate::domain::activity::Closed;
use crate::domain::day::{Day, hour, in_paris, short_date};

/// The state a click wants; it says what it wants so that repeating it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Want {
    /// The child takes part.
    Booked,
    /// The child does not.
    Free,
}

impl Want {
    /// The state of a cell that is booked or not.
    pub fn of(booked: bool) -> Self {
        if booked { Self::Booked } else { Self::Free }
    }
}

/// In whose name a click happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A parent, within the limits.
    Parent,
    /// An agent who may pass over limits, never over a closed day or another family's week.
    Override,
}

/// Why a click is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What stands against it.
    pub why: Why,
    want: Want,
}

/// Decides one click on a cell as it is now. `Ok(true)` changes the booking, `Ok(false)` finds it as wanted.
pub fn decide(cell: &Cell, want: Want, authority: Authority) -> Result<bool, Refusal> {
    let refuse = || cell.why.clone().map_or(Ok(false), |why| Err(Refusal { why, want }));
    match (cell.state, want, authority) {
        (State::OpenBooked | State::LockedBooked, Want::Booked, _) => Ok(false),
        (State::OpenFree | State::LockedFree, Want::Free, _) => Ok(false),
        (State::OpenFree, Want::Booked, _) | (State::OpenBooked, Want::Free, _) => Ok(true),
        (State::LockedFree | State::LockedBooked, _, Authority::Parent) => refuse(),
        (State::LockedFree | State::LockedBooked, _, Authority::Override) => match cell.why {
            Some(Why::LimitPassed(_) | Why::NotForParents) => Ok(true),
            _ => refuse(),
        },
        (State::Closed, _, _) => refuse(),
    }
}

impl Refusal {
    /// The stable code of the problem.
    pub fn code(&self) -> &'static str {
        match self.why {
            Why::LimitPassed(_) => "limit-passed",
            Why::NotForParents => "not-for-parents",
            Why::Closed(_) => "day-closed",
            Why::NotEnrolled => "not-enrolled",
            Why::OtherFamily => "other-family",
        }
    }

    /// What is told: who, what, until when, and what can still be done.
    pub fn sentence(&self, child: &str, day: Day, now: DateTime<Utc>, phone: &str) -> String {
        let action = match self.want {
            Want::Booked => format!("l’inscription de {child} n’a pas été prise"),
            Want::Free => format!("l’inscription de {child} n’a pas été annulée"),
        };
        let call = format!("L’accueil peut vous répondre : {phone}.");
        match &self.why {
            Why::LimitPassed(limit) => {
                let clock = hour(in_paris(now).time());
                format!("{action}. La limite était {}, il est {clock}. {call}", limit.said_passed(now))
            }
            Why::NotForParents => format!("{action}. Cela se fait auprès de l’accueil seulement. {call}"),
            Why::Closed(Closed::For(name)) => format!("{action} : fermé le {} ({name}).", short_date(day)),
            Why::Closed(Closed::NotADayOfIt) => {
                format!("{action} : il n’y a pas d’activité le {}.", short_date(day))
            }
            Why::NotEnrolled => format!("{action} : {child} ne participe pas à cette activité à cette date. {call}"),
            Why::OtherFamily => format!("{action} : le {}, {child} est dans son autre foyer.", short_date(day)),
        }
    }
}
