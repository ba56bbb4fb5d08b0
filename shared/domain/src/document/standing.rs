//! How far a document is, and how that stands on a day.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::day::{Day, later};

/// How many days before its end a document is said to expire soon.
pub const SOON_DAYS: u64 = 30;

/// How far a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Status {
    /// Its file is on the way, or being checked.
    Sending,
    /// Its file was not kept.
    Rejected {
        /// Why.
        fault: Fault,
    },
    /// It waits for an agent.
    Received,
    /// An agent has accepted it.
    Accepted {
        /// The last day on which it counts; `None` is without end.
        valid_until: Option<Day>,
    },
    /// An agent has refused it.
    Refused {
        /// What the family reads.
        reason: String,
    },
}

/// How a document stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On the way, or being checked.
    Sending,
    /// Its file was not kept.
    Rejected,
    /// It waits for an agent.
    Received,
    /// It counts.
    Accepted,
    /// It counts, not for long.
    ExpiresSoon,
    /// It counted until a day that has passed.
    Expired,
    /// An agent has refused it.
    Refused,
}

impl Status {
    /// How it stands on a day.
    pub fn on(&self, today: Day) -> Standing {
        match self {
            Self::Sending => Standing::Sending,
            Self::Rejected { .. } => Standing::Rejected,
            Self::Received => Standing::Received,
            Self::Refused { .. } => Standing::Refused,
            Self::Accepted { valid_until: None } => Standing::Accepted,
            Self::Accepted { valid_until: Some(last) } if *last < today => Standing::Expired,
            Self::Accepted { valid_until: Some(last) } if *last <= later(today, SOON_DAYS) => Standing::ExpiresSoon,
            Self::Accepted { valid_until: Some(_) } => Standing::Accepted,
        }
    }
}

impl Standing {
    /// Whether a requirement is met by it: what the town hall has not read yet is no fault of the family.
    pub fn counts(self) -> bool {
        match self {
            Self::Received | Self::Accepted | Self::ExpiresSoon => true,
            Self::Sending | Self::Rejected | Self::Expired | Self::Refused => false,
        }
    }

    /// Whether there is a file to be opened.
    pub fn has_file(self) -> bool {
        !matches!(self, Self::Sending | Self::Rejected)
    }

    /// Whether the family may take it back: what an agent has accepted stays until it is replaced.
    pub fn removable(self) -> bool {
        !matches!(self, Self::Accepted | Self::ExpiresSoon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    #[test]
    fn a_document_counts_to_the_end_of_its_last_day_and_expires_soon_thirty_days_before() {
        let day = |text| parse_day(text).unwrap();
        let status = Status::Accepted { valid_until: Some(day("2015-08-31")) };
        for (today, standing) in [
            ("2015-07-31", Standing::Accepted),
            ("2015-08-01", Standing::ExpiresSoon),
            ("2015-08-31", Standing::ExpiresSoon),
            ("2015-09-01", Standing::Expired),
        ] {
            assert_eq!(status.on(day(today)), standing, "{today}");
        }
        assert!(Standing::ExpiresSoon.counts() && !Standing::Expired.counts());
    }
}
