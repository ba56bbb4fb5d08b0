//! How far a round of scheduled work is: it goes over families or other items in key order, a part a call.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;

/// One round: of a job, over what an organisation or a shard has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRecord {
    /// What is done: `debts`, `purge`…
    pub job: String,
    /// Over whose items: an organisation's id, or a shard.
    pub of: String,
    /// Which turn it is: a day or an hour. The next turn begins anew.
    pub turn: String,
    /// The last item that was looked at; none before the first.
    pub reach: Option<String>,
    /// Whether all were.
    pub done: bool,
    /// Grows with every step.
    pub version: u64,
}

impl Record for RoundRecord {
    fn key(&self) -> Key {
        keys::round(&self.job, &self.of)
    }
}
