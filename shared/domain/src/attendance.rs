//! What became of a booking on its day: who was there, who was not, and what a parent said of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What an agent saw. Absent from a booking as long as nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Booked and there.
    Present,
    /// Booked, not there, with a reason the organisation accepts.
    AbsentExcused,
    /// Booked, not there.
    AbsentUnexcused,
    /// There without a booking.
    PresentUnbooked,
}

impl Presence {
    /// `présent`.
    pub fn said(self) -> &'static str {
        match self {
            Self::Present => "présent",
            Self::AbsentExcused => "absent, excusé",
            Self::AbsentUnexcused => "absent, non excusé",
            Self::PresentUnbooked => "présent sans inscription",
        }
    }
}

/// One child checked by an agent: from then on the day is frozen for the family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// What was seen.
    pub presence: Presence,
    /// Minutes from 0:00 at which the child came.
    pub arrived: Option<u16>,
    /// Minutes from 0:00 at which it left.
    pub left: Option<u16>,
    /// When it was noted, on the business clock.
    pub at: DateTime<Utc>,
    /// The agent's name.
    pub said: String,
}

/// Whether a proof of an absence is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// There is none.
    None,
    /// The family will hand it in.
    ToCome,
    /// The family has handed it in.
    HandedIn,
}

/// What a parent said of a booking that the child will not use, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Why, in the parent's words.
    pub reason: String,
    /// Whether there is a proof.
    pub proof: Proof,
    /// When it was said, on the business clock.
    pub at: DateTime<Utc>,
    /// The name that is shown.
    pub said: String,
}
