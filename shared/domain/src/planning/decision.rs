//! Whether a click may happen, and the sentence that says why not.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::cell::{Cell, Held, State, Why, pieces_said};
use crate::activity::Closed;
use crate::day::{Day, hour, in_paris, short_date};
use crate::id::ActivityId;
use crate::wallet::Short;

/// The state a click wants; it says what it wants so that repeating it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Want {
    /// The child takes part.
    Booked,
    /// The child does not.
    Free,
    /// The child takes part, or waits for a place.
    Waiting,
}

impl Want {
    /// The state of a cell that is booked or not.
    pub fn of(booked: bool) -> Self {
        if booked { Self::Booked } else { Self::Free }
    }
}

impl From<Held> for Want {
    fn from(held: Held) -> Self {
        match held {
            Held::Waiting => Self::Waiting,
            held => Self::of(held.is_booking()),
        }
    }
}

/// What a click does to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing: it is as wanted.
    Nothing,
    /// Books.
    Book,
    /// Cancels the booking.
    Cancel,
    /// Joins the waiting list.
    Join,
    /// Leaves the waiting list.
    Leave,
    /// Leaves the waiting list for a place, by an agent's hand.
    Admit,
}

/// What happens to one cell of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// In what.
    pub activity: ActivityId,
    /// The day.
    pub day: Day,
    /// The action.
    pub action: Action,
    /// What booking it late costs more, in cents.
    pub surcharge: u32,
}

/// In whose name a click happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A parent, within the limits.
    Parent,
    /// An agent who may pass over limits, never over a full or closed day, a missing paper of health, or another family's week.
    Override,
}

/// Why a click is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What stands against it.
    pub why: Why,
    want: Want,
}

/// Decides one click on a cell as it is now.
pub fn decide(cell: &Cell, want: Want, authority: Authority) -> Result<Action, Refusal> {
    let action = allowed(cell, want, authority)?;
    let short = cell.tickets.and_then(|tickets| Short::of(tickets, 1));
    match short.filter(|_| matches!(action, Action::Book | Action::Join)) {
        Some(short) => Err(Refusal::no_ticket(short, want)),
        None => Ok(action),
    }
}

/// What the state of the cell allows, tickets aside.
fn allowed(cell: &Cell, want: Want, authority: Authority) -> Result<Action, Refusal> {
    let why = || cell.why.clone().unwrap_or(Why::Full);
    let refuse = || Err(Refusal { why: why(), want });
    let agent = authority == Authority::Override;
    match (cell.state, want) {
        (State::OpenBooked | State::LockedBooked, Want::Booked | Want::Waiting)
        | (State::OpenFree | State::LockedFree | State::Full, Want::Free)
        | (State::Waiting, Want::Waiting) => Ok(Action::Nothing),
        (State::OpenFree, Want::Booked | Want::Waiting) => Ok(Action::Book),
        (State::OpenBooked, Want::Free) => Ok(Action::Cancel),
        (State::Full, Want::Waiting) => Ok(Action::Join),
        (State::Waiting, Want::Free) => Ok(Action::Leave),
        (State::Waiting, Want::Booked) if agent => Ok(Action::Admit),
        (State::LockedFree, _) if agent && why().yields_to_agent() => match cell.beyond.clone() {
            Some(why) => Err(Refusal { why, want }),
            None => Ok(Action::Book),
        },
        (State::LockedBooked, Want::Free) if agent && why().yields_to_agent() => Ok(Action::Cancel),
        (State::Closed, Want::Free) if cell.why.is_none() => Ok(Action::Nothing),
        _ => refuse(),
    }
}

impl Why {
    /// Whether an agent may pass over it.
    fn yields_to_agent(&self) -> bool {
        match self {
            Self::LimitPassed(_) | Self::OnRequest(..) | Self::NotYetOpen(_) | Self::Never(_) => true,
            // What concerns a child's health is no limit.
            Self::PieceMissing(pieces) => !pieces.iter().any(|piece| piece.kind.is_health()),
            Self::Full
            | Self::Closed(_)
            | Self::NotEnrolled
            | Self::NotForChild(_)
            | Self::OtherFamily
            | Self::Checked(_)
            | Self::Invoiced
            | Self::NoTicket(_) => false,
        }
    }
}

impl Refusal {
    /// There are fewer tickets than a click needs.
    pub fn no_ticket(short: Short, want: Want) -> Self {
        Self { why: Why::NoTicket(short), want }
    }

    /// The stable code of the problem.
    pub fn code(&self) -> &'static str {
        match self.why {
            Why::LimitPassed(_) => "limit-passed",
            Why::OnRequest(..) => "on-request",
            Why::NotYetOpen(_) => "not-yet-open",
            Why::Never(_) => "not-for-parents",
            Why::Closed(_) => "day-closed",
            Why::NotEnrolled | Why::NotForChild(_) => "not-enrolled",
            Why::OtherFamily => "other-family",
            Why::Checked(_) => "day-checked",
            Why::Invoiced => "month-invoiced",
            Why::Full => "day-full",
            Why::NoTicket(_) => "no-ticket",
            Why::PieceMissing(_) => "piece-missing",
        }
    }

    /// What is told: who, what, until when, and what can still be done.
    pub fn sentence(&self, child: &str, day: Day, now: DateTime<Utc>, phone: &str) -> String {
        let action = match self.want {
            Want::Booked | Want::Waiting => format!("l’inscription de {child} n’a pas été prise"),
            Want::Free => format!("l’inscription de {child} n’a pas été annulée"),
        };
        let call = format!("L’accueil peut vous répondre : {phone}.");
        match &self.why {
            Why::LimitPassed(limit) => {
                let clock = hour(in_paris(now).time());
                format!("{action}. La limite était {}, il est {clock}. {call}", limit.said_passed(now))
            }
            Why::OnRequest(limit, until) => format!(
                "{action}. La limite était {} ; {}, demandez à l’accueil : {phone}.",
                limit.said_passed(now),
                until.said(now)
            ),
            Why::NotYetOpen(opens) => format!("{action} : les inscriptions ouvrent {}.", opens.said_opening(now)),
            Why::Never(never) => format!("{action} : {}. {call}", never.said()),
            Why::Closed(Closed::For(name)) => format!("{action} : fermé le {} ({name}).", short_date(day)),
            Why::Closed(Closed::NotADayOfIt) => {
                format!("{action} : il n’y a pas d’activité le {}.", short_date(day))
            }
            Why::Closed(Closed::Unknown) => {
                format!("{action} : le calendrier scolaire du {} n’est pas encore publié.", short_date(day))
            }
            Why::NotEnrolled => format!("{action} : {child} ne participe pas à cette activité à cette date. {call}"),
            Why::NotForChild(who) => format!("{action} : cette activité est {who}. {call}"),
            Why::OtherFamily => format!("{action} : le {}, {child} est dans son autre foyer.", short_date(day)),
            Why::Checked(presence) => {
                format!("{action} : l’appel du {} est fait ({child} : {}). {call}", short_date(day), presence.said())
            }
            Why::Invoiced => format!("{action} : le mois est facturé. Une erreur se corrige par un avoir. {call}"),
            Why::PieceMissing(pieces) => format!(
                "{action} : il manque une pièce ({}). Envoyez-la depuis « Mes documents », puis recommencez.",
                pieces_said(pieces)
            ),
            Why::Full => format!(
                "{action} : il n’y a plus de place le {}. Vous pouvez inscrire {child} en liste d’attente.",
                short_date(day)
            ),
            Why::NoTicket(short) => format!("{action} : {}.", short.sentence()),
        }
    }
}
