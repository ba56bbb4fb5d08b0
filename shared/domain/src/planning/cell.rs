//! One cell of the week: one child, one activity, one day, in one of the guide's five states or the two of a full day.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::activity::{Activity, Closed};
use crate::attendance::Presence;
use crate::capacity::Room;
use crate::day::Day;
use crate::deadline::{Limit, Never, Stage};
use crate::document::{Blocking, Missing};
use crate::family::Child;
use crate::money::euros;
use crate::organisation::Organisation;
use crate::text::list;
use crate::wallet::{Short, Tickets};

/// The five states of the guide, and two that come with capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not booked; a click books.
    OpenFree,
    /// Booked; a click cancels.
    OpenBooked,
    /// Not booked; booking is no longer allowed.
    LockedFree,
    /// Booked; cancelling is no longer allowed.
    LockedBooked,
    /// The activity is closed.
    Closed,
    /// Not booked, no place is left; a click joins the waiting list.
    Full,
    /// In the waiting list; a click leaves it.
    Waiting,
}

impl State {
    /// The open state of the same booking: what is locked by something else than a limit says nothing of one.
    fn without_limit(self) -> Self {
        match self {
            Self::LockedFree => Self::OpenFree,
            Self::LockedBooked => Self::OpenBooked,
            other => other,
        }
    }

    /// The state as it is told: `inscrit`.
    pub fn said(self) -> &'static str {
        match self {
            Self::OpenFree => "non inscrit",
            Self::OpenBooked => "inscrit",
            Self::LockedFree => "non inscrit, l’inscription n’est plus autorisée",
            Self::LockedBooked => "inscrit, la désinscription n’est plus autorisée",
            Self::Closed => "fermé",
            Self::Full => "complet",
            Self::Waiting => "en liste d’attente",
        }
    }
}

/// What the family has in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// A booking.
    Booked,
    /// A place in the waiting list.
    Waiting,
    /// An agent has checked the child that day.
    Checked(Presence),
    /// The month is invoiced: whether it was booked.
    Invoiced(bool),
}

impl Held {
    /// A booking, or nothing.
    pub fn of(booked: bool) -> Self {
        if booked { Self::Booked } else { Self::Nothing }
    }

    /// Whether it counts as a booking.
    pub fn is_booking(self) -> bool {
        match self {
            Self::Booked => true,
            Self::Nothing | Self::Waiting => false,
            Self::Checked(presence) => presence != Presence::PresentUnbooked,
            Self::Invoiced(booked) => booked,
        }
    }
}

/// Why a cell cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The limit of this action has passed.
    LimitPassed(Limit),
    /// The limit has passed; until the second one the organisation can be asked.
    OnRequest(Limit, Limit),
    /// Bookings for that day are not open yet.
    NotYetOpen(Limit),
    /// The activity's rule never allows this action to a parent.
    Never(Never),
    /// The activity is closed that day.
    Closed(Closed),
    /// The child does not take part in the activity that day.
    NotEnrolled,
    /// The activity is for other children: `à partir de 6 ans`.
    NotForChild(String),
    /// Another family answers for the child that day.
    OtherFamily,
    /// An agent has checked the child that day.
    Checked(Presence),
    /// The month is invoiced: what changes now is a correction.
    Invoiced,
    /// No place is left.
    Full,
    /// The activity is paid for in advance, and there are not tickets enough.
    NoTicket(Short),
    /// Pieces are missing without which it cannot be booked.
    PieceMissing(Vec<Blocking>),
}

const OTHER_HOME: &str = "semaine de l’autre foyer";
const INVOICED: &str = "mois facturé";

/// What the note of a cell is about, where it is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An absence was declared.
    Absence,
    /// An agent has checked the child.
    Checked,
    /// There is no ticket for it.
    NoTicket,
    /// A piece is missing.
    PieceMissing,
    /// Another reason, in a few words: the name of a closure, the other home's week, a month that is invoiced.
    Reason,
}

/// A cell at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its state.
    pub state: State,
    /// Until when it can be changed, when it can.
    pub limit: Option<Limit>,
    /// What a change costs more now, in cents.
    pub surcharge: u32,
    /// Why not, when it cannot.
    pub why: Option<Why>,
    /// How many places are left, when few are.
    pub last_places: Option<u32>,
    /// The rank in the waiting list, from 1.
    pub rank: Option<usize>,
    /// Where a booking needs a ticket: what there is.
    pub tickets: Option<Tickets>,
    /// Of a free cell that is locked: what stands against booking it and is no limit, so that who passes over limits meets it.
    pub beyond: Option<Why>,
}

impl Cell {
    fn of(state: State) -> Self {
        Self { state, limit: None, surcharge: 0, why: None, last_places: None, rank: None, tickets: None, beyond: None }
    }

    fn locked(booked: bool, why: Why) -> Self {
        let state = if booked { State::LockedBooked } else { State::LockedFree };
        Self { why: Some(why), ..Self::of(state) }
    }

    /// The cell where a booking needs a ticket: without one nothing is to be booked.
    pub(super) fn needing(self, tickets: Tickets) -> Self {
        let cell = match Short::of(tickets, 1) {
            Some(short) if matches!(self.state, State::OpenFree | State::Full) => {
                Self::locked(false, Why::NoTicket(short))
            }
            _ => self,
        };
        Self { tickets: Some(tickets), ..cell }
    }

    /// The cell, when pieces are missing without which it cannot be booked: what is booked stays as it is.
    pub(super) fn unless_missing(self, pieces: Vec<Blocking>) -> Self {
        match self.state {
            State::OpenFree | State::Full if !pieces.is_empty() => Self::locked(false, Why::PieceMissing(pieces)),
            _ => self,
        }
    }

    /// The cell, with what an agent meets who passes over its limit: a full day, a missing paper of the child's health.
    pub(super) fn with_beyond(self, full: bool, mut pieces: Vec<Blocking>) -> Self {
        if self.state != State::LockedFree {
            return self;
        }
        pieces.retain(|piece| piece.kind.is_health());
        let missing = (!pieces.is_empty()).then_some(Why::PieceMissing(pieces));
        Self { beyond: if full { Some(Why::Full) } else { missing }, ..self }
    }

    fn closed(why: Why) -> Self {
        Self { why: Some(why), ..Self::of(State::Closed) }
    }

    /// What its note tells beside a limit.
    pub fn fact(&self) -> Option<Fact> {
        match self.why {
            Some(Why::Checked(_)) => Some(Fact::Checked),
            Some(Why::NoTicket(_)) => Some(Fact::NoTicket),
            Some(Why::PieceMissing(_)) => Some(Fact::PieceMissing),
            Some(Why::Closed(Closed::For(_)) | Why::OtherFamily | Why::Invoiced) => Some(Fact::Reason),
            _ => None,
        }
    }

    /// What closes the activity that day, when it is closed.
    pub fn closed_by(&self) -> Option<&Closed> {
        match &self.why {
            Some(Why::Closed(closed)) => Some(closed),
            _ => None,
        }
    }

    /// The pieces that keep it from being booked.
    pub fn pieces(&self) -> &[Blocking] {
        match &self.why {
            Some(Why::PieceMissing(pieces)) => pieces,
            _ => &[],
        }
    }

    /// The state as it is told, with the fact that explains it: `non inscrit, l’avis médical est à envoyer`.
    pub fn said(&self) -> String {
        match &self.why {
            Some(Why::Checked(presence)) => format!("{}, pointé : {}", self.state.said(), presence.said()),
            Some(Why::NoTicket(short)) => format!("{}, {}", State::OpenFree.said(), short.note()),
            Some(Why::PieceMissing(pieces)) => format!("{}, {}", State::OpenFree.said(), pieces_asked(pieces)),
            Some(Why::Closed(Closed::For(name))) => format!("{}, {name}", self.state.said()),
            Some(Why::OtherFamily) => format!("{}, {OTHER_HOME}", State::OpenFree.said()),
            Some(Why::Invoiced) => format!("{}, {INVOICED}", self.state.without_limit().said()),
            _ => self.state.said().to_owned(),
        }
    }

    /// A short French phrase for the cell: its limit, or why it cannot be changed.
    pub fn note(&self, now: DateTime<Utc>) -> Option<String> {
        if let Some(why) = &self.why {
            return why.note(now);
        }
        let limit = self.limit.map(|limit| match self.state {
            State::OpenBooked => format!("annulable {}", limit.said(now)),
            _ => format!("à décider {}", limit.said(now)),
        });
        let more = (self.surcharge > 0).then(|| format!("{} de plus", euros(u64::from(self.surcharge))));
        let left = self.last_places.map(|left| match left {
            1 => "dernière place".to_owned(),
            more => format!("{more} dernières places"),
        });
        let rank = self.rank.map(|rank| match rank {
            1 => "1er en liste d’attente".to_owned(),
            more => format!("{more}e en liste d’attente"),
        });
        let parts: Vec<String> = [rank, left, more, limit].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Why {
    pub(super) fn note(&self, now: DateTime<Utc>) -> Option<String> {
        Some(match self {
            Self::LimitPassed(limit) => format!("limite : {}", limit.said_passed(now)),
            Self::OnRequest(_, until) => format!("sur demande à l’accueil, {}", until.said(now)),
            Self::NotYetOpen(opens) => format!("ouvre {}", opens.said_opening(now)),
            Self::Never(never) => never.said().to_owned(),
            Self::Closed(Closed::For(name)) => name.clone(),
            Self::Closed(Closed::NotADayOfIt) => "pas d’activité ce jour".to_owned(),
            Self::Closed(Closed::Unknown) => "calendrier scolaire pas encore publié".to_owned(),
            Self::NotEnrolled => "pas de place prévue à cette date".to_owned(),
            Self::NotForChild(who) => who.clone(),
            Self::OtherFamily => OTHER_HOME.to_owned(),
            Self::Checked(presence) => format!("pointé : {}", presence.said()),
            Self::Invoiced => INVOICED.to_owned(),
            Self::Full => "complet : un clic inscrit en liste d’attente".to_owned(),
            Self::NoTicket(short) => short.note().to_owned(),
            Self::PieceMissing(pieces) => format!("pièce manquante : {}", pieces_said(pieces)),
        })
    }
}

/// `Avis médical et PAI`.
pub(super) fn pieces_said(pieces: &[Blocking]) -> String {
    list(&pieces.iter().map(|piece| piece.kind.said().to_owned()).collect::<Vec<_>>())
}

/// `l’avis médical et le PAI sont à envoyer`.
fn pieces_asked(pieces: &[Blocking]) -> String {
    let named: Vec<String> = pieces.iter().map(|piece| piece.kind.with_article().to_owned()).collect();
    let again = pieces.iter().all(|piece| piece.missing != Missing::Absent);
    let verb = if pieces.len() > 1 { "sont" } else { "est" };
    format!("{} {verb} {}", list(&named), if again { "à renvoyer" } else { "à envoyer" })
}

/// The question a cell answers: one child, one activity, one day. No rule asks whose family it is.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The organisation: its calendar and capacities.
    pub organisation: &'a Organisation,
    /// The child.
    pub child: &'a Child,
    /// The activity.
    pub activity: &'a Activity,
    /// The day.
    pub day: Day,
}

/// Decides a cell. The same function answers for the page and for the click.
///
/// `room` is the room of the capacity that the spot counts in; an empty one where it has none.
pub fn cell(spot: Spot, held: Held, room: &Room, now: DateTime<Utc>) -> Cell {
    let Spot { organisation, child, activity, day } = spot;
    let calendar = &organisation.calendar;
    if let Held::Checked(presence) = held {
        return Cell::locked(held.is_booking(), Why::Checked(presence));
    }
    if let Held::Invoiced(booked) = held {
        return Cell::locked(booked, Why::Invoiced);
    }
    if let Some(closed) = activity.closed(day, calendar) {
        return Cell::closed(Why::Closed(closed));
    }
    if held == Held::Waiting {
        return Cell { rank: room.rank(&child.id, &activity.id), ..Cell::of(State::Waiting) };
    }
    let booked = held.is_booking();
    if !booked {
        if !child.custody.holds(day) {
            return Cell::locked(false, Why::OtherFamily);
        }
        if !child.enrolled(&activity.id, day) {
            return Cell::closed(Why::NotEnrolled);
        }
        if let Some(who) = activity.who.refuses(child, day) {
            return Cell::closed(Why::NotForChild(who));
        }
    }
    let rule = if booked { &activity.cancel } else { &activity.book };
    let (limit, surcharge) = match rule.stage(day, calendar, now) {
        Stage::Open(limit) => (limit, 0),
        Stage::Late(limit, cents) => (limit, cents),
        Stage::NotYet(opens) => return Cell::locked(booked, Why::NotYetOpen(opens)),
        Stage::OnRequest(limit, until) => return Cell::locked(booked, Why::OnRequest(limit, until)),
        Stage::Passed(limit) => return Cell::locked(booked, Why::LimitPassed(limit)),
        Stage::Never(never) => return Cell::locked(booked, Why::Never(never)),
    };
    if booked {
        return Cell { limit: Some(limit), surcharge, ..Cell::of(State::OpenBooked) };
    }
    let open = Cell { limit: Some(limit), surcharge, ..Cell::of(State::OpenFree) };
    let Some(capacity) = organisation.capacity(&activity.id, child) else { return open };
    match room.free(capacity.places_on(day)) {
        0 => Cell { why: Some(Why::Full), ..Cell::of(State::Full) },
        left => Cell { last_places: (left <= capacity.last_places).then_some(left), ..open },
    }
}
