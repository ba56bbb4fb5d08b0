//! An organisation with its calendar and activities, in one item: every week needs all of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use crate::version::Version;
use domain::day::Day;
use domain::id::{ActivityId, FamilyId, OrganisationId};
use domain::organisation::Organisation;

/// An organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrganisationRecord {
    /// The organisation, as its folder says.
    pub organisation: Organisation,
    /// What its agents decided since, laid over the folder.
    #[serde(default)]
    pub decided: Vec<DayDecision>,
    /// Grows with every change.
    #[serde(default)]
    pub version: Version,
}

impl Record for OrganisationRecord {
    fn key(&self) -> Key {
        keys::organisation(&self.organisation.id)
    }
}

impl OrganisationRecord {
    /// The organisation with what its agents decided.
    pub fn effective(self) -> Organisation {
        let Self { mut organisation, decided, .. } = self;
        for decision in decided {
            organisation.lay_over(decision.opens, &decision.activities, decision.range());
        }
        organisation
    }
}

/// A closure or an opening of some days, decided by an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDecision {
    /// Made by the page.
    pub id: String,
    /// Whether it opens; else it closes.
    pub opens: bool,
    /// Which activities; none means all.
    pub activities: Vec<ActivityId>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The word for it: `Grève`.
    pub name: String,
}

impl DayDecision {
    fn range(&self) -> domain::calendar::Range {
        domain::calendar::Range { from: self.from, to: self.to, name: self.name.clone() }
    }
}

/// How far a closure is carried out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClosingRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// What was decided.
    pub decision: DayDecision,
    /// The name that is shown.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
    /// How many bookings were cancelled, once every list was emptied.
    pub done: Option<u32>,
    /// How many bookings were cancelled so far: counted in the transactions that cancel them.
    #[serde(default)]
    pub cancelled: u32,
    /// How many families had some.
    #[serde(default)]
    pub families: u32,
    /// Those of them whom no mail reaches: somebody has to call them.
    #[serde(default)]
    pub unreached: Vec<FamilyId>,
    /// The names of families to whom a person gives back by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<String>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for ClosingRecord {
    fn key(&self) -> Key {
        keys::closing(&self.organisation, &self.decision.id)
    }
}

/// That an organisation exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrganisationEntry {
    /// The organisation.
    pub organisation: OrganisationId,
}

impl Record for OrganisationEntry {
    fn key(&self) -> Key {
        keys::organisation_entry(&self.organisation)
    }
}
