//! Consents: a text of the organisation, by version, and what a family answered for a child.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What an organisation asks for each child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentText {
    /// Unique in the organisation: `photo`.
    pub id: String,
    /// Grows when the text changes; answers to an older one are asked again.
    pub version: u32,
    /// The sentence that is answered.
    pub text: String,
}

/// An answer, with the version it was given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Yes or no.
    pub given: bool,
    /// Of which version.
    pub version: u32,
    /// The day.
    pub day: Day,
    /// The name of who did it.
    pub by: String,
}

impl Consent {
    /// Its text: `given` or `refused`.
    pub fn as_str(&self) -> &'static str {
        if self.given { "given" } else { "refused" }
    }
}
