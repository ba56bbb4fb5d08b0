//! What is told of a cell beside its state, as the wire has it.

use chrono::{DateTime, Utc};
use domain::activity::Closed;
use domain::document::{Blocking, Kind};
use domain::id::ChildId;
use domain::planning::{Cell, Fact};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct CellWords {
    /// What is heard: `inscrit, absence signalée`.
    said: String,
    /// The line under the word.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What the note is about, where it is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Fact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<ClosedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<PieceView>,
}

/// What closes an activity on a day.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ClosedBy {
    /// Something with a name: the note.
    Named,
    /// It is no day of the activity.
    NotADay,
    /// The calendar of that day is not published.
    Unpublished,
}

impl From<&Closed> for ClosedBy {
    fn from(closed: &Closed) -> Self {
        match closed {
            Closed::For(_) => Self::Named,
            Closed::NotADayOfIt => Self::NotADay,
            Closed::Unknown => Self::Unpublished,
        }
    }
}

/// A piece without which the cell cannot be booked.
#[derive(Serialize)]
struct PieceView {
    kind: Kind,
    title: &'static str,
    /// What is to be done: `à envoyer`.
    word: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    child: Option<ChildId>,
}

impl From<&Blocking> for PieceView {
    fn from(piece: &Blocking) -> Self {
        Self { kind: piece.kind, title: piece.kind.said(), word: piece.missing.said(), child: piece.child.clone() }
    }
}

impl CellWords {
    pub(crate) fn of(cell: &Cell, now: DateTime<Utc>) -> Self {
        Self {
            said: cell.said(),
            note: cell.note(now),
            kind: cell.fact(),
            closed: cell.closed_by().map(ClosedBy::from),
            rank: cell.rank,
            pieces: cell.pieces().iter().map(PieceView::from).collect(),
        }
    }

    /// The day is still booked, and somebody said that the child will not come.
    pub(crate) fn absence(cell: &Cell) -> Self {
        const NOTE: &str = "absence signalée";
        Self {
            said: format!("{}, {NOTE}", cell.state.said()),
            note: Some(NOTE.to_owned()),
            kind: Some(Fact::Absence),
            closed: None,
            rank: cell.rank,
            pieces: Vec::new(),
        }
    }
}
