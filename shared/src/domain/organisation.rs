//! A commune or an association: who it is, how it is reached, its calendar and its activities.

use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::calendar::Calendar;
use super::id::{ActivityId, OrganisationId};

/// How the organisation is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// `02 38 00 00 00`.
    pub phone: String,
    /// The mél families write to, and mails are answered to.
    pub mel: String,
    /// Lines of the postal address.
    pub address: Vec<String>,
    /// When somebody answers, a line each.
    pub opening_hours: Vec<String>,
}

/// A text shown under Informations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its heading.
    pub title: String,
    /// Its paragraphs, plain text.
    pub paragraphs: Vec<String>,
}

/// An organisation with everything its week needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier; also the prefix of the identifiants it mints.
    pub id: OrganisationId,
    /// `Commune de Jumex`.
    pub name: String,
    /// `45600 JUMEX`.
    pub town: String,
    /// School zone: A, B, C, Corse…
    pub zone: String,
    /// How it is reached.
    pub contact: Contact,
    /// What Informations shows.
    pub texts: Vec<Text>,
    /// Its days.
    pub calendar: Calendar,
    /// Its activities, in the order of the week's rows.
    pub activities: Vec<Activity>,
}

impl Organisation {
    /// One of its activities.
    pub fn activity(&self, id: &ActivityId) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.id == *id)
    }
}
