//! The run of a month: from its opening to the last number, and which step may follow which.
//!
//! Drafting → review → issuing → done; or drafting → issuing, where nobody has to look. What was reviewed, and what a run
//! that is done has left out, is drafted again.

use serde::{Deserialize, Serialize};

use super::Period;
use crate::day::Day;
use crate::id::FamilyId;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStage {
    /// Drafts are being made.
    Drafting,
    /// An agent looks at them.
    Review,
    /// Invoices are being numbered.
    Issuing,
    /// Nothing is left to do.
    Done,
}

/// How many of each a run has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Families that have something to be charged.
    pub drafts: u32,
    /// Of these, families with something an agent must settle.
    pub faults: u32,
    /// The sum of the drafts, in cents.
    pub total: i64,
    /// Invoices that were numbered.
    pub invoices: u32,
    /// Families whose sum is carried to the next month.
    pub carried: u32,
    /// Families left out because something is to be settled.
    pub left: u32,
}

/// The run of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The month.
    pub period: Period,
    /// How far it is.
    pub stage: RunStage,
    /// The last family its stage is done with.
    pub reach: Option<FamilyId>,
    /// The date of its invoices, fixed when issuing starts.
    pub issued: Option<Day>,
    /// Who opened or issued it: a name, or the clock.
    pub said: String,
    /// How many of each.
    pub counts: RunCounts,
}

/// A run does not take this step where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run does not take this step where it stands")]
pub struct NotNow;

impl Run {
    /// Opens the run of a month that is over, by its author's name: drafting begins.
    pub fn open(period: Period, today: Day, author: &str) -> Result<Self, NotNow> {
        if !period.is_over(today) {
            return Err(NotNow);
        }
        let (stage, counts, said) = (RunStage::Drafting, RunCounts::default(), author.to_owned());
        Ok(Self { period, stage, reach: None, issued: None, said, counts })
    }

    /// Drafts the month again: what was not issued yet, or what a run that is done has left out.
    pub fn redraft(&self, author: &str) -> Result<Self, NotNow> {
        let RunCounts { invoices, carried, left, .. } = self.counts;
        let counts = match self.stage {
            RunStage::Review => RunCounts::default(),
            RunStage::Done if left > 0 => RunCounts { invoices, carried, ..RunCounts::default() },
            _ => return Err(NotNow),
        };
        Ok(Self { stage: RunStage::Drafting, reach: None, said: author.to_owned(), counts, ..self.clone() })
    }

    /// Issues what an agent has looked at, with today's date.
    pub fn issue(&self, today: Day, author: &str) -> Result<Self, NotNow> {
        let reviewed = self.at(RunStage::Review)?;
        Ok(Self { said: author.to_owned(), ..reviewed.issuing(today) })
    }

    /// Everything is drafted: an agent looks at it, or it is issued at once with this date.
    pub fn drafted(&self, at_once: Option<Day>) -> Result<Self, NotNow> {
        let drafting = self.at(RunStage::Drafting)?;
        Ok(match at_once {
            Some(today) => drafting.issuing(today),
            None => Self { stage: RunStage::Review, reach: None, ..drafting.clone() },
        })
    }

    /// Some more families are drafted, or numbered, up to one of them.
    pub fn reached(&self, family: FamilyId, counts: RunCounts) -> Result<Self, NotNow> {
        match self.stage {
            RunStage::Drafting | RunStage::Issuing => Ok(Self { reach: Some(family), counts, ..self.clone() }),
            RunStage::Review | RunStage::Done => Err(NotNow),
        }
    }

    /// Every draft is numbered or left out.
    pub fn done(&self) -> Result<Self, NotNow> {
        Ok(Self { stage: RunStage::Done, ..self.at(RunStage::Issuing)?.clone() })
    }

    fn issuing(&self, today: Day) -> Self {
        Self { stage: RunStage::Issuing, reach: None, issued: Some(today), ..self.clone() }
    }

    fn at(&self, stage: RunStage) -> Result<&Self, NotNow> {
        if self.stage == stage { Ok(self) } else { Err(NotNow) }
    }
}
