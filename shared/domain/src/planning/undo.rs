//! Whether a change can be taken back: each cell goes back to what it was before, by the rules that hold now.

use chrono::{DateTime, Utc};

use super::cell::{Cell, State, Why};
use super::decision::{Action, Authority, Refusal, Want, decide};
use crate::money::euros;

/// One cell of a change, as the history keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// What it was before.
    pub from: Want,
    /// What the change made of it.
    pub to: Want,
    /// Whether anybody changed the cell again afterwards.
    pub changed_since: bool,
}

/// Why a cell stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// Somebody has changed it since.
    ChangedSince,
    /// Who waited was given a place meanwhile.
    PlaceGiven,
    /// It waited, and there is room now: booking it is for a person to say.
    RoomNow,
    /// Booking it again costs more than a click at its time, in cents.
    Dearer(u32),
    /// The rules that hold now refuse it.
    Refused(Refusal),
}

/// What takes a cell back to what it was before. A place in a waiting list is one at its end: the rank is lost.
pub fn undo(cell: &Cell, now: Want, made: Made, authority: Authority) -> Result<Action, Lost> {
    if (made.to, now) == (Want::Waiting, Want::Booked) {
        return Err(Lost::PlaceGiven);
    }
    if made.changed_since || now != made.to {
        return Err(Lost::ChangedSince);
    }
    match decide(cell, made.from, authority).map_err(Lost::Refused)? {
        Action::Book if made.from == Want::Waiting => Err(Lost::RoomNow),
        Action::Book if cell.surcharge > 0 => Err(Lost::Dearer(cell.surcharge)),
        action => Ok(action),
    }
}

impl Lost {
    /// In a few words, for a list of what stays: `changé depuis`.
    pub fn said(&self, cell: &Cell, now: DateTime<Utc>) -> String {
        match self {
            Self::ChangedSince => "changé depuis".to_owned(),
            Self::PlaceGiven => "une place a été donnée entre-temps".to_owned(),
            Self::RoomNow => "il y a de la place maintenant : inscrivez si vous le voulez".to_owned(),
            Self::Dearer(cents) => format!("l’inscription coûterait {} de plus", euros(u64::from(*cents))),
            Self::Refused(_) if cell.state == State::Full => cell.state.said().to_owned(),
            Self::Refused(refusal) if cell.beyond.as_ref() == Some(&refusal.why) => match &refusal.why {
                Why::Full => State::Full.said().to_owned(),
                why => why.note(now).unwrap_or_default(),
            },
            Self::Refused(_) => cell.note(now).unwrap_or_else(|| cell.state.said().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::Why;
    use super::*;
    use crate::attendance::Presence;

    fn cell(state: State) -> Cell {
        Cell { state, limit: None, surcharge: 0, why: None, last_places: None, rank: None, tickets: None, beyond: None }
    }

    fn made(from: Want, to: Want) -> Made {
        Made { from, to, changed_since: false }
    }

    #[test]
    fn each_state_before_is_restored_by_the_opposite_action() {
        use Want::{Booked, Free, Waiting};
        for (state, from, to, action) in [
            (State::OpenBooked, Free, Booked, Action::Cancel),
            (State::OpenFree, Booked, Free, Action::Book),
            (State::Waiting, Free, Waiting, Action::Leave),
            (State::Full, Waiting, Free, Action::Join),
        ] {
            assert_eq!(undo(&cell(state), to, made(from, to), Authority::Parent), Ok(action), "{state:?}");
        }
    }

    #[test]
    fn what_somebody_changed_since_stays() {
        use Want::{Booked, Free, Waiting};
        let now = |state, now, made| undo(&cell(state), now, made, Authority::Parent);
        assert_eq!(
            now(State::OpenFree, Free, made(Free, Booked)),
            Err(Lost::ChangedSince),
            "the other parent cancelled"
        );
        assert_eq!(now(State::OpenBooked, Booked, made(Free, Waiting)), Err(Lost::PlaceGiven), "promoted");
        let back_and_forth = Made { changed_since: true, ..made(Free, Booked) };
        assert_eq!(
            now(State::OpenBooked, Booked, back_and_forth),
            Err(Lost::ChangedSince),
            "the same state, by another"
        );
        assert_eq!(now(State::OpenFree, Free, made(Waiting, Free)), Err(Lost::RoomNow));
    }

    #[test]
    fn an_undo_passes_over_no_rule_and_costs_nothing_more() {
        let (booked, free) = (Want::Booked, Want::Free);
        let late = Cell { surcharge: 150, ..cell(State::OpenFree) };
        assert_eq!(undo(&late, free, made(booked, free), Authority::Parent), Err(Lost::Dearer(150)));
        let checked = Cell { why: Some(Why::Checked(Presence::Present)), ..cell(State::LockedBooked) };
        let refused = undo(&checked, booked, made(free, booked), Authority::Override);
        assert!(matches!(refused, Err(Lost::Refused(_))), "{refused:?}");
        let missing = Cell { why: Some(Why::PieceMissing(Vec::new())), ..cell(State::LockedFree) };
        let by = |authority| undo(&missing, free, made(booked, free), authority);
        assert!(matches!(by(Authority::Parent), Err(Lost::Refused(_))));
        assert_eq!(by(Authority::Override), Ok(Action::Book), "an agent's, which passed over a rule");
        let full = undo(&cell(State::Full), free, made(booked, free), Authority::Parent);
        assert_eq!(full.unwrap_err().said(&cell(State::Full), DateTime::UNIX_EPOCH), "complet");
    }
}
