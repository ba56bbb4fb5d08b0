//! Sessions, their keys, emailed tokens and failed tries.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::account::{AGENT_IDLE, AGENT_SESSION_LIFE, PROOF_LIFE, Purpose};
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::role::Role;
use domain::throttle::Tries;

/// One open session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The account.
    pub account: AccountId,
    /// Its identifier, in the token.
    pub session: String,
    /// When it began, on the wall clock.
    pub since: DateTime<Utc>,
    /// Whether it is an agent's.
    pub agent: bool,
    /// When it ends unless it is renewed, in epoch seconds.
    pub expires: i64,
    /// What it was opened with, as [`domain::device::device`] has it.
    #[serde(default)]
    pub device: Option<String>,
    /// When the second factor was last shown, on the wall clock; none: at the beginning, if at all.
    #[serde(default)]
    pub proved: Option<DateTime<Utc>>,
    /// When it was last prolonged, on the wall clock; at most once a day.
    #[serde(default)]
    pub renewed: Option<DateTime<Utc>>,
}

impl SessionRecord {
    /// Whether the second factor was shown a moment ago: what is grave asks for that.
    pub fn proved_lately(&self, wall: DateTime<Utc>) -> bool {
        self.agent && wall - self.proved.unwrap_or(self.since) < PROOF_LIFE
    }

    /// Whether it is still open; the store may forget an expired item late.
    pub fn open(&self, wall: DateTime<Utc>) -> bool {
        wall.timestamp() < self.expires
    }
}

/// When an agent's session that is used now ends: an hour later, and twelve hours after it began at most.
pub fn agent_session_end(since: DateTime<Utc>, wall: DateTime<Utc>) -> DateTime<Utc> {
    (wall + AGENT_IDLE).min(since + AGENT_SESSION_LIFE)
}

impl Record for SessionRecord {
    fn key(&self) -> Key {
        keys::session(&self.account, &self.session)
    }
}

impl OfKind for SessionRecord {
    const PREFIX: &'static str = keys::prefix::SESSION;
}

/// A private key that signs sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SigningKeyRecord {
    /// The `kid` of its tokens; sorts by age.
    pub id: String,
    /// PKCS#8, base64.
    pub private: String,
    /// When it was made, on the wall clock.
    pub since: DateTime<Utc>,
    /// When the item goes, in epoch seconds.
    pub expires: i64,
}

impl Record for SigningKeyRecord {
    fn key(&self) -> Key {
        keys::signing_key(&self.id)
    }
}

/// A public key that checks sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublicKeyRecord {
    /// The `kid` of its tokens.
    pub id: String,
    /// The point, uncompressed, base64.
    pub public: String,
    /// When the item goes, in epoch seconds: after every session it signed has ended.
    pub expires: i64,
}

impl Record for PublicKeyRecord {
    fn key(&self) -> Key {
        keys::public_key(&self.id)
    }
}

/// An emailed token; its text is in the mail alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose password it resets.
    pub account: Option<AccountId>,
    /// Where an invitation leads.
    pub organisation: Option<OrganisationId>,
    /// The family an invitation is for.
    pub family: Option<FamilyId>,
    /// Which of its adults.
    pub adult: Option<String>,
    /// The role an invitation is for.
    pub role: Option<Role>,
    /// The number of the invoice it opens.
    #[serde(default)]
    pub invoice: Option<String>,
    /// The mail of the invitation it accepts; none where it was sent before invitations were kept.
    #[serde(default)]
    pub invitation: Option<String>,
    /// What the account counted when the link was asked for; a link that the account counts past is out of force.
    #[serde(default)]
    pub serial: u64,
    /// The mél it was sent to.
    pub mel: String,
    /// When it ends, in epoch seconds.
    pub expires: i64,
}

impl Record for TokenRecord {
    fn key(&self) -> Key {
        keys::token(&self.sha256)
    }
}

/// The failed tries of a name or an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ThrottleRecord {
    /// `name` or `address`.
    pub what: String,
    /// A hash of it.
    pub hash: String,
    /// The tries.
    pub tries: Tries,
    /// Grows with every change.
    pub version: u64,
    /// When the item goes, in epoch seconds.
    pub expires: i64,
}

impl Record for ThrottleRecord {
    fn key(&self) -> Key {
        keys::throttle(&self.what, &self.hash)
    }
}
