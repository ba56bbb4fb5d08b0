//! The rooms a transaction changes, and how many of their lines are given a place with it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::learned::Learned;
use crate::records::RoomRecord;
use domain::capacity::{Capacity, Waiting};
use domain::day::Day;
use domain::id::CapacityId;
use domain::organisation::Organisation;

/// The rooms that change: each is written once, on the version that was read.
pub(super) type Rooms = BTreeMap<(CapacityId, Day), Opened>;

/// A room as it will be, and how many of its free places may go to its line.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) record: RoomRecord,
    pub(super) freed: usize,
}

impl Opened {
    /// A room as it was read, without those of its line whose booking is gone.
    pub(super) fn of(mut record: RoomRecord, learned: &Learned) -> Self {
        let day = record.day;
        record.room.line.retain(|waiting| !learned.is_gone(waiting, day));
        Self { record, freed: 0 }
    }

    /// How many of its line get a place.
    pub(super) fn given(&self, organisation: &Organisation, now: DateTime<Utc>) -> usize {
        let places = self.places(organisation, now);
        places.map_or(0, |places| self.record.room.promotable(places, self.freed))
    }

    /// Gives them their places; who they are.
    pub(super) fn give(&mut self, organisation: &Organisation, now: DateTime<Utc>) -> Vec<Waiting> {
        let places = self.places(organisation, now);
        places.map_or_else(Vec::new, |places| self.record.room.promote(places, self.freed))
    }

    fn places(&self, organisation: &Organisation, now: DateTime<Utc>) -> Option<u32> {
        let capacity = organisation.capacities.iter().find(|capacity| capacity.id == self.record.capacity)?;
        gives(organisation, capacity, self.record.day, now).then(|| capacity.places_on(self.record.day))
    }
}

/// Whether free places go to the line by themselves: not too late, and not on a day that is being closed.
pub(super) fn gives(organisation: &Organisation, capacity: &Capacity, day: Day, now: DateTime<Utc>) -> bool {
    let mut activities = organisation.activities.iter().filter(|one| capacity.activities.contains(&one.id));
    capacity.promotes(day, now) && activities.all(|activity| activity.closed(day, &organisation.calendar).is_none())
}
