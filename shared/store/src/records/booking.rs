//! Bookings, the place that makes them unique, the room they take, and their history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::attendance::{Absence, Attendance, Presence};
use domain::capacity::Room;
use domain::day::Day;
use domain::id::{AccountId, ActivityId, CapacityId, ChildId, FamilyId, LotId, OrganisationId};
use domain::invoice::Taken;
use domain::planning::{Held, Want};

/// What a booking item stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// A booking.
    #[default]
    Booked,
    /// A place in the waiting list.
    Waiting,
    /// No booking: the child was there all the same, and was checked.
    Unbooked,
}

/// One child, one activity, one day; billed to the family that answers for the day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BookingRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who answers.
    pub family: FamilyId,
    /// Who takes part.
    pub child: ChildId,
    /// In what.
    pub activity: ActivityId,
    /// The day.
    pub day: Day,
    /// When it was booked, on the business clock.
    pub at: DateTime<Utc>,
    /// What it stands for.
    pub status: BookingStatus,
    /// What booking late costs more, in cents.
    pub surcharge: u32,
    /// The abonnement that made it, when one did.
    pub abonnement: Option<String>,
    /// What was paid for it already, in cents.
    pub paid: Option<u32>,
    /// The lot its ticket is from, when it was paid for in advance.
    #[serde(default)]
    pub lot: Option<LotId>,
    /// What a parent said of an absence.
    pub absence: Option<Absence>,
    /// What an agent saw.
    pub attendance: Option<Attendance>,
    /// Grows with every change.
    pub version: u64,
}

impl Record for BookingRecord {
    fn key(&self) -> Key {
        keys::booking(&self.organisation, &self.family, self.day, &self.child, &self.activity)
    }
}

impl OfKind for BookingRecord {
    const PREFIX: &'static str = keys::prefix::BOOKING;
}

impl BookingRecord {
    /// What the family has in the cell.
    pub fn held(&self) -> Held {
        match (&self.attendance, self.status) {
            (Some(attendance), _) => Held::Checked(attendance.presence),
            (None, BookingStatus::Booked) => Held::Booked,
            (None, BookingStatus::Waiting) => Held::Waiting,
            (None, BookingStatus::Unbooked) => Held::Nothing,
        }
    }

    /// Whether an agent saw the child there: such a day was used, and stays.
    pub fn was_used(&self) -> bool {
        let seen = self.attendance.as_ref().map(|attendance| attendance.presence);
        matches!(seen, Some(Presence::Present | Presence::PresentUnbooked))
    }

    /// What is charged of it: nothing of who only waits, nor of what a ticket has paid.
    pub fn taken(&self) -> Option<Taken> {
        (self.status != BookingStatus::Waiting && self.lot.is_none()).then(|| Taken {
            child: self.child.clone(),
            activity: self.activity.clone(),
            day: self.day,
            presence: self.attendance.as_ref().map(|attendance| attendance.presence),
            arrived: self.attendance.as_ref().and_then(|attendance| attendance.arrived),
            left: self.attendance.as_ref().and_then(|attendance| attendance.left),
            surcharge: self.surcharge,
            regular: self.abonnement.is_some(),
        })
    }

    /// The unique place it takes.
    pub fn place(&self) -> PlaceRecord {
        PlaceRecord {
            organisation: self.organisation.clone(),
            family: self.family.clone(),
            child: self.child.clone(),
            activity: self.activity.clone(),
            day: self.day,
            status: self.status,
        }
    }
}

/// The unique place of a booking, whichever family holds it; also the list of an activity's day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaceRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who holds it.
    pub family: FamilyId,
    /// Who takes part.
    pub child: ChildId,
    /// In what.
    pub activity: ActivityId,
    /// The day.
    pub day: Day,
    /// What it stands for.
    pub status: BookingStatus,
}

impl Record for PlaceRecord {
    fn key(&self) -> Key {
        keys::place(&self.organisation, &self.child, self.day, &self.activity)
    }
}

/// Who has a place of a capacity on a day, and who waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoomRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Of which capacity.
    pub capacity: CapacityId,
    /// The day.
    pub day: Day,
    /// The room.
    pub room: Room,
    /// Grows with every change.
    pub version: u64,
}

impl Record for RoomRecord {
    fn key(&self) -> Key {
        keys::room(&self.organisation, &self.capacity, self.day)
    }
}

/// One change of a booking: who, when, what, from which state, by which request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
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
    /// By whom; nobody when a freed place was given to the first in line.
    pub account: Option<AccountId>,
    /// The name that is shown for that account.
    pub said: String,
    /// An agent's reason to pass over a limit, or why it changed without a click.
    pub reason: Option<String>,
    /// The abonnement that made it, when one did.
    pub abonnement: Option<String>,
    /// An absence that was declared: the booking itself stays.
    pub absence: Option<Absence>,
    /// The place in the order of the waiting list, of who joined it or was given a place.
    pub ticket: Option<u64>,
    /// The request it takes back, when it does.
    #[serde(default)]
    pub undoes: Option<String>,
}

impl Record for ChangeRecord {
    fn key(&self) -> Key {
        keys::change(&self.organisation, &self.family, self.day, &self.request, &self.child, &self.activity)
    }
}

/// What a closure gives back: a booking that was paid and cannot be used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreditRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Whose booking.
    pub child: ChildId,
    /// Of what.
    pub activity: ActivityId,
    /// Of which day.
    pub day: Day,
    /// How much, in cents.
    pub cents: u32,
    /// Why, in French.
    pub reason: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
}

impl Record for CreditRecord {
    fn key(&self) -> Key {
        keys::credit(&self.organisation, &self.family, self.day, &self.child, &self.activity)
    }
}

impl OfKind for CreditRecord {
    const PREFIX: &'static str = keys::prefix::CREDIT;
}
