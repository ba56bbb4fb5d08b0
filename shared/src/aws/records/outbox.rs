//! The outbox: what must follow a change, written in the same transaction; the table's stream wakes who does it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::aws::keys::{self, Key};
use crate::aws::table::Record;
use crate::domain::id::{AccountId, FamilyId, OrganisationId};
use crate::domain::role::Role;

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxStatus {
    /// To be sent.
    Pending,
    /// A mailer has it in hand.
    Claimed,
    /// Sent, as far as SES said.
    Sent,
    /// Refused by SES for good.
    Refused,
    /// The reply was lost: perhaps sent. Not blindly sent again.
    Unknown,
}

/// What the mail is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// The link of "mot de passe oublié ?".
    PasswordReset {
        /// Whose password.
        account: AccountId,
    },
    /// Tells that the password was changed.
    PasswordChanged {
        /// Whose password.
        account: AccountId,
    },
    /// Invites an adult to a family.
    FamilyInvitation {
        /// Where.
        organisation: OrganisationId,
        /// To which family.
        family: FamilyId,
        /// As which of its adults.
        adult: String,
    },
    /// Invites an agent.
    AgentInvitation {
        /// Where.
        organisation: OrganisationId,
        /// As what.
        role: Role,
    },
}

/// One mail to send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// Its identifier; also the tag SES events come back with.
    pub id: String,
    /// What it is.
    pub message: Message,
    /// Where it goes.
    pub to: String,
    /// How far it is.
    pub status: OutboxStatus,
    /// When it was asked for or last claimed, on the wall clock.
    pub at: DateTime<Utc>,
    /// How often it was claimed.
    pub tries: u32,
    /// Grows with every step.
    pub version: u64,
    /// When the item goes, in epoch seconds; set once it has ended.
    pub expires: Option<i64>,
}

impl Record for OutboxRecord {
    fn key(&self) -> Key {
        keys::outbox(&self.id)
    }
}

impl OutboxRecord {
    /// A mail to be sent.
    pub fn pending(id: String, message: Message, to: String, now: DateTime<Utc>) -> Self {
        Self { id, message, to, status: OutboxStatus::Pending, at: now, tries: 0, version: 1, expires: None }
    }
}
