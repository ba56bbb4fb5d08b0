//! Payments made online: attempts, who has to look at them, and the keys of a card provider.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::id::{FamilyId, OrganisationId};
use domain::online::{Doubt, Expected, Online, Report, State};

/// One try to pay online, from the click to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// The request of the page that began it.
    pub attempt: String,
    /// The invoice that is paid; none for the whole solde.
    pub invoice: Option<String>,
    /// How much, in cents.
    pub cents: u64,
    /// What the provider knows it by.
    pub reference: String,
    /// Who takes it.
    pub provider: Online,
    /// Where the receipt goes.
    pub mel: String,
    /// Who began it.
    pub said: String,
    /// How it stands.
    pub state: State,
    /// The provider's own name for it: PayFiP's `idOp`, a card provider's session.
    pub handle: Option<String>,
    /// Where the family pays.
    pub address: Option<String>,
    /// When it began, on the wall clock.
    pub opened: DateTime<Utc>,
    /// What the provider said when it ended, or when a person had to look.
    pub report: Option<Report>,
    /// Why a person has to decide.
    pub doubt: Option<Doubt>,
    /// The receipt of the payment.
    pub receipt: Option<String>,
    /// What a person decided.
    pub decision: Option<Decision>,
    /// Grows with every step.
    pub version: u64,
    /// When the item goes, in epoch seconds; set once it has ended, and longer than a card can be disputed.
    pub expires: Option<i64>,
}

/// What a person decided of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The name that is shown.
    pub said: String,
    /// Why.
    pub reason: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
}

impl AttemptRecord {
    /// What a proof of payment must say.
    pub fn expected(&self) -> Expected<'_> {
        Expected { cents: self.cents, reference: &self.reference }
    }
}

impl Record for AttemptRecord {
    fn key(&self) -> Key {
        keys::attempt(&self.organisation, &self.family, &self.attempt)
    }
}

impl OfKind for AttemptRecord {
    const PREFIX: &'static str = keys::prefix::ONLINE;
}

/// Every new attempt of a family is written over this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlineRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// Grows with every attempt.
    pub version: u64,
}

impl Record for OnlineRecord {
    fn key(&self) -> Key {
        keys::online(&self.organisation, &self.family)
    }
}

/// That the clock has to ask how an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskingRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// The attempt.
    pub attempt: String,
}

impl Record for AskingRecord {
    fn key(&self) -> Key {
        keys::asking(&self.organisation, &self.family, &self.attempt)
    }
}

/// That a person has to decide of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// The attempt.
    pub attempt: String,
}

impl Record for DoubtRecord {
    fn key(&self) -> Key {
        keys::doubt(&self.organisation, &self.attempt)
    }
}

/// The keys of an organisation at its card provider. Never in a template, a folder or a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct CardKeysRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// What signs our calls in.
    pub api_key: String,
    /// What the provider's notifications are signed with.
    pub notification_key: String,
}

impl Record for CardKeysRecord {
    fn key(&self) -> Key {
        keys::card_keys(&self.organisation)
    }
}
