//! Turns decided steps into one transaction: bookings, places, rooms, the line behind them, and the history.

use std::collections::{BTreeMap, HashSet};

use super::lots::Lots;
use crate::keys::Key;
use crate::records::{
    BookingRecord, BookingStatus, ChangeRecord, DigestRecord, Message, OutboxRecord, RoomRecord, WishesRecord,
};
use crate::{Chain, Facts, Record};
use domain::attendance::Absence;
use domain::capacity::{Room, Waiting};
use domain::day::{Day, Week};
use domain::family::Child;
use domain::id::{AccountId, ActivityId, CapacityId, FamilyId, LotId, OrganisationId};
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{Action, Held, Want};

/// What happens to one cell of a child.
#[derive(Debug, Clone)]
pub struct Step {
    /// In what.
    pub activity: ActivityId,
    /// When.
    pub day: Day,
    /// What.
    pub action: Action,
    /// What booking it late costs more, in cents.
    pub surcharge: u32,
}

/// Who makes steps, by which request.
#[derive(Debug, Clone, Copy)]
pub struct Maker<'a> {
    /// Where.
    pub organisation: &'a OrganisationId,
    /// Of which family.
    pub family: &'a FamilyId,
    /// The account; nobody when it follows from somebody else's change.
    pub account: Option<&'a AccountId>,
    /// The name that is shown.
    pub said: &'a str,
    /// Makes repeating harmless.
    pub request: &'a str,
    /// Why, when a reason is given.
    pub reason: Option<&'a str>,
    /// The abonnement that makes them.
    pub abonnement: Option<&'a str>,
    /// When.
    pub moment: Moment,
}

/// What failed writes taught: places other families hold, and tickets of the line that nothing stands behind.
#[derive(Debug, Default)]
pub struct Learned {
    /// Cells whose place another family holds.
    pub held: HashSet<(ActivityId, Day)>,
    gone: HashSet<String>,
}

/// Where in a transaction what may fail for a reason of its own lies.
enum Mark {
    /// A booking and its place: the place alone fails when another family holds it.
    Place(ActivityId, Day, usize, usize),
    /// The booking of a promoted child: it fails when the line knew a child that is gone.
    Promoted(String, usize),
}

/// A transaction in the making.
pub struct Writing<'a> {
    transaction: Chain,
    marks: Vec<Mark>,
    rooms: BTreeMap<(CapacityId, Day), (RoomRecord, usize)>,
    lots: Lots,
    after: Facts,
    maker: Maker<'a>,
    organisation: &'a Organisation,
    facts: &'a Facts,
}

impl<'a> Writing<'a> {
    /// Begins with what guards it: conditions on the caller and on what was read.
    pub fn new(guard: Chain, maker: Maker<'a>, organisation: &'a Organisation, facts: &'a Facts) -> Self {
        let (marks, rooms) = (Vec::new(), BTreeMap::new());
        let (lots, after) = (Lots::default(), facts.clone());
        Self { transaction: guard, marks, rooms, lots, after, maker, organisation, facts }
    }

    /// Keeps that a request found a cell as it wanted it, so that its repeat changes nothing later.
    pub fn unchanged(&mut self, child: &Child, activity: &ActivityId, day: Day, want: Want) {
        let change = self.change(child, activity, day, want, want);
        self.act(|transaction| transaction.put_new(&change));
    }

    /// Keeps what a parent said of an absence with the booking, which stays.
    pub fn absence(&mut self, child: &Child, booking: &BookingRecord, absence: &Absence) {
        let want = Want::from(booking.held());
        let change = self.change(child, &booking.activity, booking.day, want, want);
        let change = ChangeRecord { absence: Some(absence.clone()), ..change };
        let version = booking.version;
        let kept = BookingRecord { absence: Some(absence.clone()), version: version + 1, ..booking.clone() };
        self.act(|transaction| transaction.put_new(&change).put_over(&kept, version));
        self.after.keep(kept);
    }

    /// Carries a step out.
    pub fn step(&mut self, child: &Child, step: &Step) {
        let held = self.facts.booking(&child.id, &step.activity, step.day);
        let from = Want::from(held.map_or(Held::Nothing, BookingRecord::held));
        let to = match step.action {
            Action::Nothing => return,
            Action::Book | Action::Admit => Want::Booked,
            Action::Join => Want::Waiting,
            Action::Cancel | Action::Leave => Want::Free,
        };
        let lot = self.lot(child, step, held);
        let ticket = self.room(child, step, lot.clone());
        let change = ChangeRecord { ticket, ..self.change(child, &step.activity, step.day, from, to) };
        self.act(|transaction| transaction.put_new(&change));
        let at = self.transaction.len();
        match (step.action, held) {
            (Action::Book | Action::Join, held) => self.take(child, step, held, lot),
            (Action::Admit, Some(held)) => {
                let version = held.version;
                let admitted = BookingRecord {
                    status: BookingStatus::Booked,
                    at: self.maker.moment.business,
                    surcharge: step.surcharge,
                    version: version + 1,
                    ..held.clone()
                };
                self.act(|transaction| transaction.put_over(&admitted, version).put_existing(&admitted.place()));
                self.after.keep(admitted);
            }
            (_, Some(held)) => {
                let (key, version, place): (Key, u64, Key) = (held.key(), held.version, held.place().key());
                self.act(|transaction| transaction.delete_version(&key, version).delete(&place));
                self.after.bookings.remove(&(child.id.clone(), step.activity.clone(), step.day));
            }
            (_, None) => {}
        }
        self.marks.push(Mark::Place(step.activity.clone(), step.day, at, at + 1));
    }

    /// Adds actions of one's own to the transaction.
    pub fn act(&mut self, add: impl FnOnce(Chain) -> Chain) {
        self.transaction = add(std::mem::take(&mut self.transaction));
    }

    /// Takes a ticket for what is booked or waits, and keeps its lot; gives back the ticket of what goes.
    fn lot(&mut self, child: &Child, step: &Step, held: Option<&BookingRecord>) -> Option<LotId> {
        match step.action {
            Action::Book | Action::Join => {
                let activity = self.organisation.activity(&step.activity)?;
                self.lots.take(&mut self.after, child, activity)
            }
            Action::Cancel | Action::Leave => {
                self.lots.give_back(&mut self.after, held?.lot.as_ref()?);
                None
            }
            Action::Nothing | Action::Admit => None,
        }
    }

    fn take(&mut self, child: &Child, step: &Step, held: Option<&BookingRecord>, lot: Option<LotId>) {
        let status = if step.action == Action::Join { BookingStatus::Waiting } else { BookingStatus::Booked };
        let version = held.map_or(0, |held| held.version);
        let record = BookingRecord {
            organisation: self.maker.organisation.clone(),
            family: self.maker.family.clone(),
            child: child.id.clone(),
            activity: step.activity.clone(),
            day: step.day,
            at: self.maker.moment.business,
            status,
            surcharge: step.surcharge,
            abonnement: self.maker.abonnement.map(str::to_owned),
            paid: None,
            lot,
            absence: None,
            attendance: None,
            version: version + 1,
        };
        self.act(|transaction| transaction.put_over(&record, version).put_new(&record.place()));
        self.after.keep(record);
    }

    /// The room of a spot's capacity, as it is being written; the ticket of who joins its line.
    fn room(&mut self, child: &Child, step: &Step, lot: Option<LotId>) -> Option<u64> {
        let capacity = self.organisation.capacity(&step.activity, child)?;
        let key = (capacity.id.clone(), step.day);
        let known = self.facts.rooms.get(&key).cloned();
        let (organisation, now) = (self.maker.organisation.clone(), self.maker.moment.business);
        let (record, freed) = self.rooms.entry(key.clone()).or_insert_with(|| {
            let (capacity, day) = key;
            let empty = || RoomRecord { organisation, capacity, day, room: Room::default(), version: 0 };
            (known.unwrap_or_else(empty), 0)
        });
        let room = &mut record.room;
        let ticket = (step.action == Action::Join).then_some(room.next_ticket);
        match step.action {
            Action::Nothing => {}
            Action::Book => room.take(),
            Action::Cancel => {
                room.give_back();
                *freed += 1;
            }
            Action::Join => {
                room.join(self.maker.family.clone(), child.id.clone(), step.activity.clone(), now, lot);
            }
            Action::Leave => room.leave(&child.id, &step.activity),
            Action::Admit => {
                room.leave(&child.id, &step.activity);
                room.take();
            }
        }
        ticket
    }

    /// Writes the rooms and gives freed places to the first in line; the facts as they are once all is written.
    pub fn finish(mut self, learned: &Learned) -> (Chain, Marks, Facts) {
        for ((id, day), (mut record, freed)) in std::mem::take(&mut self.rooms) {
            let capacity = self.organisation.capacities.iter().find(|capacity| capacity.id == id);
            record.room.line.retain(|waiting| !learned.gone.contains(&gone_key(waiting, day)));
            if let Some(capacity) = capacity.filter(|capacity| freed > 0 && self.promotes(capacity, day)) {
                for waiting in record.room.promote(capacity.places_on(day), freed) {
                    self.promote(&waiting, day);
                }
            }
            let version = record.version;
            let record = RoomRecord { version: version + 1, ..record };
            self.act(|transaction| transaction.put_over(&record, version));
            self.after.rooms.insert((id, day), record);
        }
        let lots = std::mem::take(&mut self.lots);
        let place = (self.maker.organisation, self.maker.family);
        self.transaction = lots.write(place, &mut self.after, self.transaction);
        (self.transaction, Marks(self.marks), self.after)
    }

    /// Whether freed places go to the line by themselves: not too late, and not on a day that is being closed.
    fn promotes(&self, capacity: &domain::capacity::Capacity, day: Day) -> bool {
        let mut activities = self.organisation.activities.iter().filter(|one| capacity.activities.contains(&one.id));
        capacity.promotes(day, self.maker.moment.business)
            && activities.all(|activity| activity.closed(day, &self.organisation.calendar).is_none())
    }

    /// Gives free places of a room to its line, at most `most`: what a cancellation does on its own, done by itself.
    pub fn settle(&mut self, record: RoomRecord, most: usize) {
        self.rooms.insert((record.capacity.clone(), record.day), (record, most));
    }

    /// The first in line has the place: booked, kept in that family's history, told by mail.
    fn promote(&mut self, waiting: &Waiting, day: Day) {
        let organisation = self.maker.organisation.clone();
        // Who waits was written once, and changes by leaving the line alone: its version is the first.
        let version = 1;
        let booking = BookingRecord {
            organisation: organisation.clone(),
            family: waiting.family.clone(),
            child: waiting.child.clone(),
            activity: waiting.activity.clone(),
            day,
            at: self.maker.moment.business,
            status: BookingStatus::Booked,
            surcharge: 0,
            abonnement: None,
            paid: None,
            lot: waiting.lot.clone(),
            absence: None,
            attendance: None,
            version: version + 1,
        };
        let change = ChangeRecord {
            organisation: organisation.clone(),
            family: waiting.family.clone(),
            request: secret::id(),
            child: waiting.child.clone(),
            activity: waiting.activity.clone(),
            day,
            from: Want::Waiting,
            to: Want::Booked,
            at: self.maker.moment.business,
            account: None,
            said: "la liste d’attente".to_owned(),
            reason: Some("une place s’est libérée".to_owned()),
            abonnement: None,
            absence: None,
            ticket: Some(waiting.ticket),
        };
        let message = Message::PlaceFreed {
            organisation,
            family: waiting.family.clone(),
            child: waiting.child.clone(),
            activity: waiting.activity.clone(),
            day,
        };
        let mail = OutboxRecord::for_family(secret::id(), message, self.maker.moment.wall);
        self.marks.push(Mark::Promoted(gone_key(waiting, day), self.transaction.len()));
        self.act(|transaction| {
            let place = booking.place();
            transaction.put_over(&booking, version).put_existing(&place).put_new(&change).put_new(&mail)
        });
    }

    /// Asks for a digest of the changes between two days, when the family wants one.
    pub fn digest(&mut self, wishes: Option<&WishesRecord>, from: Day, to: Day) {
        if !wishes.is_some_and(WishesRecord::digest) {
            return;
        }
        let digest = DigestRecord {
            organisation: self.maker.organisation.clone(),
            family: self.maker.family.clone(),
            request: self.maker.request.to_owned(),
            weeks: (Week::of(from).monday(), Week::of(to).monday()),
            at: self.maker.moment.wall,
        };
        self.act(|transaction| transaction.put(&digest));
    }

    fn change(&self, child: &Child, activity: &ActivityId, day: Day, from: Want, to: Want) -> ChangeRecord {
        ChangeRecord {
            organisation: self.maker.organisation.clone(),
            family: self.maker.family.clone(),
            request: self.maker.request.to_owned(),
            child: child.id.clone(),
            activity: activity.clone(),
            day,
            from,
            to,
            at: self.maker.moment.business,
            account: self.maker.account.cloned(),
            said: self.maker.said.to_owned(),
            reason: self.maker.reason.map(str::to_owned),
            abonnement: self.maker.abonnement.map(str::to_owned),
            absence: None,
            ticket: None,
        }
    }
}

/// Where in a sent transaction things lie that may fail for a reason of their own.
pub struct Marks(Vec<Mark>);

impl Learned {
    /// What failed conditions teach for the next try.
    pub fn from_failure(&mut self, failed: &[usize], marks: &Marks) {
        for mark in &marks.0 {
            match mark {
                Mark::Place(activity, day, booking, place) if failed.contains(place) && !failed.contains(booking) => {
                    self.held.insert((activity.clone(), *day));
                }
                Mark::Promoted(gone, at) if failed.contains(at) || failed.contains(&(at + 1)) => {
                    self.gone.insert(gone.clone());
                }
                _ => {}
            }
        }
    }
}

fn gone_key(waiting: &Waiting, day: Day) -> String {
    format!("{day}#{}#{}#{}", waiting.ticket, waiting.child, waiting.activity)
}
