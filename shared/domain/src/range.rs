//! A range of days that has a name.

use serde::{Deserialize, Serialize};

use super::day::Day;

/// A range of days with the word for it, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// What it is, in French: `Vacances de la Toussaint`.
    pub name: String,
}

impl Range {
    /// Whether a day is inside.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}
