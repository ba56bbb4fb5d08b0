//! What a family wants: abonnements, digests, reminders, a calendar feed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::abonnement::{Abonnement, Tally};
use domain::day::Day;
use domain::id::{AccountId, FamilyId, OrganisationId};

/// An abonnement, and how far it is carried out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AbonnementRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The pattern.
    pub abonnement: Abonnement,
    /// The first and last day that it, or an earlier form of it, meant: what it made lies there.
    pub reach: (Day, Day),
    /// Whether it was ended: what it made is to go, then it goes itself.
    pub ended: bool,
    /// What it did, once every day was looked at; none while it is being carried out.
    pub done: Option<Tally>,
    /// Whether it takes in the days that a person had cancelled.
    #[serde(default)]
    pub retakes: bool,
    /// When it was last saved, on the business clock.
    pub at: DateTime<Utc>,
    /// The name that is shown.
    pub said: String,
    /// Grows with every change.
    pub version: u64,
}

impl Record for AbonnementRecord {
    fn key(&self) -> Key {
        keys::abonnement(&self.organisation, &self.family, &self.abonnement.id)
    }
}

/// What one adult wants to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// A mail that sums up what was changed.
    pub digest: bool,
    /// A mail before the limit, when something of next week is not booked.
    pub reminder: bool,
}

/// What the adults of a family want to be told, and the family's calendar feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WishesRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// By account.
    pub accounts: BTreeMap<String, Wishes>,
    /// The SHA-256 of the feed's secret, when there is a feed.
    pub feed: Option<String>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for WishesRecord {
    fn key(&self) -> Key {
        keys::wishes(&self.organisation, &self.family)
    }
}

impl WishesRecord {
    /// Nothing is wanted yet.
    pub fn none(organisation: OrganisationId, family: FamilyId) -> Self {
        Self { organisation, family, accounts: BTreeMap::new(), feed: None, version: 0 }
    }

    /// With the wishes of one adult changed; the next version.
    pub fn with(mut self, account: &AccountId, change: impl Fn(&mut Wishes)) -> Self {
        if let Some(wishes) = self.accounts.get_mut(account.as_str()) {
            change(wishes);
        }
        self.version += 1;
        self
    }

    /// One adult wants nothing any more; the next version.
    pub fn without(self, account: &AccountId) -> Self {
        self.with(account, |wishes| *wishes = Wishes::default())
    }

    /// Whether somebody wants a digest.
    pub fn digest(&self) -> bool {
        self.accounts.values().any(|wishes| wishes.digest)
    }

    /// Whether somebody wants a reminder.
    pub fn reminder(&self) -> bool {
        self.accounts.values().any(|wishes| wishes.reminder)
    }
}

/// A calendar feed: whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedRecord {
    /// The SHA-256 of its secret.
    pub sha256: String,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Who made it; the feed ends with that adult's membership.
    pub account: AccountId,
}

impl Record for FeedRecord {
    fn key(&self) -> Key {
        keys::feed(&self.sha256)
    }
}

/// A change that a digest has to tell.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DigestRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The request that made the change.
    pub request: String,
    /// The weeks it changed, by their Mondays: the first and the last.
    pub weeks: (Day, Day),
    /// When, on the wall clock.
    pub at: DateTime<Utc>,
}

impl Record for DigestRecord {
    fn key(&self) -> Key {
        keys::digest(&self.organisation, &self.family, &self.request)
    }
}

/// That a family wants to be reminded, and of which week it was last.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReminderRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The Monday of the week it was last reminded of.
    pub reminded: Option<Day>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for ReminderRecord {
    fn key(&self) -> Key {
        keys::reminder(&self.organisation, &self.family)
    }
}
