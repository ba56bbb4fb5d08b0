//! What became of the examples of a folder, in French.

use std::fmt;
use std::iter::Sum;

/// A folder whose examples were decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The organisation's name.
    pub name: String,
    /// What its families pay, a sentence each, by activity.
    pub rules: Vec<String>,
    /// Its examples, in the order of the file.
    pub examples: Vec<CheckedExample>,
}

/// An example, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedExample {
    /// The example in words.
    pub text: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The decision is the example's.
    Holds,
    /// The decision is another one.
    Fails {
        /// What the example says.
        expected: String,
        /// What was decided.
        found: String,
    },
    /// This version cannot answer; what that needs.
    Later(String),
}

/// How many examples hold, do not, and cannot be answered yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many hold.
    pub held: usize,
    /// How many do not.
    pub failed: usize,
    /// How many cannot be answered yet.
    pub later: usize,
}

impl Checked {
    /// How many of its examples hold, do not, and cannot be answered yet.
    pub fn tally(&self) -> Tally {
        let one = |told: &CheckedExample| match told.outcome {
            Outcome::Holds => Tally { held: 1, ..Tally::default() },
            Outcome::Fails { .. } => Tally { failed: 1, ..Tally::default() },
            Outcome::Later(_) => Tally { later: 1, ..Tally::default() },
        };
        self.examples.iter().map(one).sum()
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |one, other| Self {
            held: one.held + other.held,
            failed: one.failed + other.failed,
            later: one.later + other.later,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { held, failed, later } = self;
        let hold = if *held < 2 { "tient" } else { "tiennent" };
        let fail = if *failed < 2 { "ne tient pas" } else { "ne tiennent pas" };
        write!(f, "{held} {hold}, {failed} {fail}, {later} plus tard")
    }
}

impl fmt::Display for CheckedExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match &self.outcome {
            Outcome::Holds => write!(f, "tient\u{a0}: {text}"),
            Outcome::Fails { expected, found } => {
                write!(f, "ne tient pas\u{a0}: {text}\u{a0}; attendu\u{a0}: {expected}\u{a0}; trouvé\u{a0}: {found}")
            }
            Outcome::Later(needs) => write!(f, "plus tard ({needs})\u{a0}: {text}"),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        self.examples.iter().try_for_each(|told| writeln!(f, "  {told}"))?;
        write!(f, "  {}", self.tally())
    }
}
