//! Bookings, the place that makes them unique, and their history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::aws::keys::{self, Key};
use crate::aws::table::Record;
use crate::domain::day::Day;
use crate::domain::id::{AccountId, ActivityId, ChildId, FamilyId, OrganisationId};
use crate::domain::planning::Want;

/// One child, one activity, one day; billed to the family that answers for the day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BookingRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Who answers.
    pub family: FamilyId,
    /// Who takes part.
    pub child: ChildId,
    /// In what.
    pub activity: ActivityId,
    /// When.
    pub day: Day,
    /// When it was booked, on the business clock.
    pub at: DateTime<Utc>,
}

impl Record for BookingRecord {
    fn key(&self) -> Key {
        keys::booking(&self.organisation, &self.family, self.day, &self.child, &self.activity)
    }
}

/// The unique place of a booking, whichever family holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaceRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Who holds it.
    pub family: FamilyId,
    /// Who takes part.
    pub child: ChildId,
    /// In what.
    pub activity: ActivityId,
    /// When.
    pub day: Day,
}

impl Record for PlaceRecord {
    fn key(&self) -> Key {
        keys::place(&self.organisation, &self.child, self.day, &self.activity)
    }
}

/// One change of a booking: who, when, what, from which state, by which request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Whose.
    pub family: FamilyId,
    /// Made by the page, one per click.
    pub request: String,
    /// Whose booking.
    pub child: ChildId,
    /// Of what.
    pub activity: ActivityId,
    /// Of which day.
    pub day: Day,
    /// The state before.
    pub from: Want,
    /// The state after.
    pub to: Want,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
    /// By whom.
    pub account: AccountId,
    /// The name that is shown for that account.
    pub said: String,
    /// An agent's reason to pass over a limit.
    pub reason: Option<String>,
}

impl Record for ChangeRecord {
    fn key(&self) -> Key {
        keys::change(&self.organisation, &self.family, self.day, &self.request, &self.child, &self.activity)
    }
}
