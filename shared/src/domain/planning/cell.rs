//! One cell of the week: one child, one activity, one day, in one of the guide's five states.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::activity::{Activity, Closed};
use crate::domain::calendar::Calendar;
use crate::domain::day::Day;
use crate::domain::deadline::Limit;
use crate::domain::family::Child;

/// The five states of the guide.
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
}

impl State {
    /// The state as it is told: `inscrit`.
    pub fn said(self) -> &'static str {
        match self {
            Self::OpenFree => "non inscrit",
            Self::OpenBooked => "inscrit",
            Self::LockedFree => "non inscrit, l’inscription n’est plus autorisée",
            Self::LockedBooked => "inscrit, la désinscription n’est plus autorisée",
            Self::Closed => "fermé",
        }
    }
}

/// Why a cell cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The limit of this action has passed.
    LimitPassed(Limit),
    /// The activity's rule never allows this action to a parent.
    NotForParents,
    /// The activity is closed that day.
    Closed(Closed),
    /// The child does not take part in the activity that day.
    NotEnrolled,
    /// Another family answers for the child that day.
    OtherFamily,
}

/// A cell at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its state.
    pub state: State,
    /// Until when it can be changed, when it can.
    pub limit: Option<Limit>,
    /// Why not, when it cannot.
    pub why: Option<Why>,
}

impl Cell {
    fn open(booked: bool, limit: Limit) -> Self {
        let state = if booked { State::OpenBooked } else { State::OpenFree };
        Self { state, limit: Some(limit), why: None }
    }

    fn locked(booked: bool, why: Why) -> Self {
        let state = if booked { State::LockedBooked } else { State::LockedFree };
        Self { state, limit: None, why: Some(why) }
    }

    fn closed(why: Why) -> Self {
        Self { state: State::Closed, limit: None, why: Some(why) }
    }

    /// A short French phrase for the cell: its limit, or why it cannot be changed.
    pub fn note(&self, now: DateTime<Utc>) -> Option<String> {
        match (&self.limit, &self.why) {
            (Some(limit), _) if self.state == State::OpenBooked => Some(format!("annulable {}", limit.said(now))),
            (Some(limit), _) => Some(format!("à décider {}", limit.said(now))),
            (None, Some(Why::LimitPassed(limit))) => Some(format!("limite : {}", limit.said_passed(now))),
            (None, Some(Why::NotForParents)) => Some("auprès de l’accueil seulement".to_owned()),
            (None, Some(Why::Closed(Closed::For(name)))) => Some(name.clone()),
            (None, Some(Why::Closed(Closed::NotADayOfIt))) => Some("pas d’activité ce jour".to_owned()),
            (None, Some(Why::NotEnrolled)) => Some("pas de place prévue à cette date".to_owned()),
            (None, Some(Why::OtherFamily)) => Some("semaine de l’autre foyer".to_owned()),
            (None, None) => None,
        }
    }
}

/// Decides a cell. The same function answers for the page and for the click.
pub fn cell(
    calendar: &Calendar,
    child: &Child,
    activity: &Activity,
    day: Day,
    booked: bool,
    now: DateTime<Utc>,
) -> Cell {
    if let Some(closed) = activity.closed(day, calendar) {
        return Cell::closed(Why::Closed(closed));
    }
    if !booked && !child.custody.holds(day) {
        return Cell::locked(false, Why::OtherFamily);
    }
    if !booked && !child.enrolled(&activity.id, day) {
        return Cell::closed(Why::NotEnrolled);
    }
    let rule = if booked { &activity.cancel } else { &activity.book };
    match rule.limit(day, calendar) {
        None => Cell::locked(booked, Why::NotForParents),
        Some(limit) if now < limit.at => Cell::open(booked, limit),
        Some(limit) => Cell::locked(booked, Why::LimitPassed(limit)),
    }
}
