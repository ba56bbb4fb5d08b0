//! What happens to the accounts of an organisation's agents: kept a year for those who administer it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::id::{FamilyId, OrganisationId};

/// For how long an event is kept.
pub const SECURITY_KEPT: TimeDelta = TimeDelta::days(365);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecurityEvent {
    /// An agent signed in.
    SignedIn,
    /// Somebody tried to, with a wrong password or code.
    SignInFailed,
    /// An agent was invited, or once more.
    Invited,
    /// An invitation was withdrawn.
    InvitationWithdrawn,
    /// An invitation was accepted.
    InvitationAccepted,
    /// An agent has another role.
    RoleChanged,
    /// An agent is none any more.
    RoleEnded,
    /// An agent's second factor was taken away, so that another one is set up.
    SecondFactorReset,
    /// An agent made recovery codes.
    RecoveryCodesMade,
    /// Data of many families were taken out as a file.
    Exported,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEventRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// When, on the wall clock.
    pub at: DateTime<Utc>,
    /// Unique.
    pub id: String,
    /// What.
    pub event: SecurityEvent,
    /// Who did it, by the name that is kept with it; empty where nobody of the organisation did.
    pub who: String,
    /// Whom or what it is about: a name, a mél, a file.
    pub about: String,
    /// What else is to be known: a role, a browser.
    pub more: String,
    /// The family it is about: its erasure takes the event away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<FamilyId>,
    /// When the item goes, in epoch seconds.
    pub expires: i64,
}

impl SecurityEventRecord {
    /// An event of now.
    pub fn new(
        organisation: &OrganisationId,
        event: SecurityEvent,
        who: impl Into<String>,
        about: impl Into<String>,
        more: impl Into<String>,
        at: DateTime<Utc>,
    ) -> Self {
        let (organisation, id, expires) = (organisation.clone(), secret::id(), (at + SECURITY_KEPT).timestamp());
        let (who, about, more) = (who.into(), about.into(), more.into());
        Self { organisation, at, id, event, who, about, more, family: None, expires }
    }

    /// The same, about a family.
    #[must_use]
    pub fn of_family(self, family: &FamilyId) -> Self {
        Self { family: Some(family.clone()), ..self }
    }
}

impl Record for SecurityEventRecord {
    fn key(&self) -> Key {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        keys::security_event(&self.organisation, &at, &self.id)
    }
}
