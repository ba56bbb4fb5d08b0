//! What an organisation tells its families, an item each, so that an import and an agent meet on one thing at a time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::day::{Day, Week};
use domain::id::{AccountId, ActivityId, FamilyId, OrganisationId};
use domain::notice::{Legal, MenuDay, News, Rules};

/// The rules and the legal part of an organisation's folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishedRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Rules to accept.
    pub rules: Vec<Rules>,
    /// Who answers in law.
    pub legal: Legal,
}

impl Record for PublishedRecord {
    fn key(&self) -> Key {
        keys::published(&self.organisation)
    }
}

/// A piece of news.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewsRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Made by the page or by the folder.
    pub id: String,
    /// What it says; nothing once an agent took it away, so that no import brings it back.
    pub news: Option<News>,
    /// The agent who wrote it last: from then on the folder says nothing of it any more.
    pub edited: Option<String>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for NewsRecord {
    fn key(&self) -> Key {
        keys::news(&self.organisation, &self.id)
    }
}

/// The menus of a canteen in a week.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MenuRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The canteen, an activity.
    pub activity: ActivityId,
    /// The Monday of the week.
    pub monday: Day,
    /// Its days, in order.
    pub days: Vec<MenuDay>,
    /// The agent who wrote it last: from then on the folder says nothing of it any more.
    pub edited: Option<String>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for MenuRecord {
    fn key(&self) -> Key {
        keys::menu(&self.organisation, Week::of(self.monday), &self.activity)
    }
}

/// That an adult accepted a version of rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptanceRecord {
    /// Whose rules.
    pub organisation: OrganisationId,
    /// The account.
    pub account: AccountId,
    /// Which rules.
    pub rules: String,
    /// In which version.
    pub version: u32,
    /// The families of the organisation that the adult belonged to then.
    pub families: Vec<FamilyId>,
    /// The adult's name.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
}

impl Record for AcceptanceRecord {
    fn key(&self) -> Key {
        keys::acceptance(&self.organisation, &self.account, &self.rules, self.version)
    }
}
