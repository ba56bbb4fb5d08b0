//! One payment as the provider knows it.

use chrono::{DateTime, TimeDelta, Utc};

/// How long its page can be paid on.
const LIFE: TimeDelta = TimeDelta::minutes(15);

/// Whose words it is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Payfip,
    Card,
}

/// What a person chose on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Paid,
    Debit,
    Refused,
    Cancelled,
    /// Paid, but one euro more than was asked.
    OtherAmount,
    /// A word that nobody knows.
    Odd,
}

/// One payment.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) dialect: Dialect,
    pub(super) cents: u64,
    pub(super) reference: String,
    pub(super) object: String,
    pub(super) mel: String,
    /// `numcli`, `exer` and `saisie` of PayFiP.
    pub(super) payfip: (String, String, String),
    pub(super) notification: String,
    pub(super) back: String,
    /// The idempotency key it was made with.
    pub(super) once: Option<String>,
    pub(super) opened: DateTime<Utc>,
    pub(super) outcome: Option<(Outcome, DateTime<Utc>)>,
}

impl Operation {
    /// Whether its page has closed unpaid.
    pub(super) fn expired(&self) -> bool {
        self.outcome.is_none() && Utc::now() - self.opened >= LIFE
    }

    /// What the provider says it took.
    pub(super) fn taken(&self) -> u64 {
        let more = matches!(self.outcome, Some((Outcome::OtherAmount, _)));
        self.cents + if more { 100 } else { 0 }
    }
}
