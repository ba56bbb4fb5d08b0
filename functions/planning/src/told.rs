//! What is told of a cell beside its state, as the wire has it.

use chrono::{DateTime, Utc};
use domain::document::{Blocking, Kind};
use domain::id::ChildId;
use domain::planning::{Cell, Fact};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Told {
    /// What is heard: `inscrit, absence signalée`.
    said: String,
    /// The line under the word.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What the note is about, where it is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Fact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<PieceView>,
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

impl Told {
    pub(crate) fn of(cell: &Cell, now: DateTime<Utc>) -> Self {
        Self {
            said: cell.said(),
            note: cell.note(now),
            kind: cell.fact(),
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
            rank: cell.rank,
            pieces: Vec::new(),
        }
    }
}
