//! The facts a week is decided on: what the family has, and who has the places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::records::{BookingRecord, LotRecord, PeriodRecord, RoomRecord};
use domain::capacity::Room;
use domain::day::Day;
use domain::document;
use domain::id::{ActivityId, CapacityId, ChildId, LotId};
use domain::invoice::{Period, Taken};
use domain::planning::{self, Held};
use domain::wallet::{self, Tickets};

/// A cell of any week.
pub type Cell = (ChildId, ActivityId, Day);

/// Everything a decision needs, as it was read. Each is named, so that none is forgotten.
#[derive(Debug)]
pub struct Gathered {
    /// The family's bookings of the days that are decided.
    pub bookings: Vec<BookingRecord>,
    /// The rooms of those days.
    pub rooms: Vec<RoomRecord>,
    /// The family's tickets.
    pub lots: Vec<LotRecord>,
    /// Which months of those days are invoiced.
    pub invoiced: Vec<PeriodRecord>,
    /// The documents the family has handed in; none where nobody asks whether one is missing.
    pub documents: Option<Vec<document::HandedIn>>,
}

/// What a week is decided on, by what it is about.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What the family has.
    pub bookings: HashMap<Cell, BookingRecord>,
    /// Who has the places.
    pub rooms: HashMap<(CapacityId, Day), RoomRecord>,
    /// The family's months that are invoiced.
    pub invoiced: BTreeSet<Period>,
    /// The family's tickets.
    pub lots: BTreeMap<LotId, LotRecord>,
    /// The documents the family has handed in, where they were asked for.
    pub documents: Option<Vec<document::HandedIn>>,
}

impl From<Gathered> for Facts {
    fn from(read: Gathered) -> Self {
        let key = |booking: &BookingRecord| (booking.child.clone(), booking.activity.clone(), booking.day);
        Self {
            bookings: read.bookings.into_iter().map(|booking| (key(&booking), booking)).collect(),
            rooms: read.rooms.into_iter().map(|room| ((room.capacity.clone(), room.day), room)).collect(),
            invoiced: read.invoiced.into_iter().map(|month| month.period).collect(),
            lots: read.lots.into_iter().map(|lot| (lot.lot.id.clone(), lot)).collect(),
            documents: read.documents,
        }
    }
}

static NOBODY: Room = Room { taken: 0, line: Vec::new(), next_ticket: 0 };

impl Facts {
    /// What the family has in a cell, as a record.
    pub fn booking(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Option<&BookingRecord> {
        self.bookings.get(&(child.clone(), activity.clone(), day))
    }

    /// Knows a booking, in place of what was in its cell.
    pub fn keep(&mut self, booking: BookingRecord) {
        self.bookings.insert((booking.child.clone(), booking.activity.clone(), booking.day), booking);
    }

    /// What will be charged: the bookings, and who came without one.
    pub fn taken(&self) -> Vec<Taken> {
        self.bookings.values().filter_map(BookingRecord::taken).collect()
    }
}

impl planning::Facts for Facts {
    fn held(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Held {
        let held = self.booking(child, activity, day).map_or(Held::Nothing, BookingRecord::held);
        match held {
            Held::Checked(_) => held,
            _ if self.invoiced.contains(&Period::of(day)) => Held::Invoiced(held.is_booking()),
            _ => held,
        }
    }

    fn room(&self, capacity: &CapacityId, day: Day) -> &Room {
        self.rooms.get(&(capacity.clone(), day)).map_or(&NOBODY, |record| &record.room)
    }

    fn tickets(&self, child: &ChildId, activity: &ActivityId) -> Tickets {
        wallet::tickets(self.lots.values().map(|record| &record.lot), child, activity)
    }

    fn documents(&self) -> Option<&[document::HandedIn]> {
        self.documents.as_deref()
    }
}
