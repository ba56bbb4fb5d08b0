//! Addresses that mails do not reach, or whose owner complained: shown to the agents of the organisation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::id::{FamilyId, OrganisationId};

/// What SES told of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTrouble {
    /// The address takes no mail.
    Bounce,
    /// Its owner called a mail unwanted.
    Complaint,
}

/// An address of a family that is in trouble; it is forgotten with the mail that told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTroubleRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The address.
    pub mel: String,
    /// What is wrong.
    pub trouble: MailTrouble,
    /// Since when, on the wall clock.
    pub at: DateTime<Utc>,
    /// When the item goes, in epoch seconds: with the mail itself, unless the next one fares no better.
    pub expires: i64,
}

impl Record for MailTroubleRecord {
    fn key(&self) -> Key {
        keys::mail_trouble(&self.organisation, &self.family, &self.mel)
    }
}
