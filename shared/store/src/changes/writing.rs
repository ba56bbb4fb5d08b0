//! Turns decided steps into one transaction: bookings, places, rooms, the line behind them, and the history.

use std::collections::BTreeSet;

use super::learned::{Learned, Mark, gone_key};
use super::lots::{Lots, next_lot};
use super::rooms::{Opened, Rooms};
use crate::records::{
    BookingRecord, BookingStatus, ChangeRecord, ClosingRecord, CreditRecord, DigestRecord, Message, OutboxRecord,
    RoomRecord, WishesRecord,
};
use crate::{Facts, MOST_ACTIONS, Record, Transaction, keys};
use domain::attendance::Absence;
use domain::capacity::{Room, Waiting};
use domain::day::{Day, Week, paris_day};
use domain::family::Child;
use domain::id::{AccountId, ActivityId, CapacityId, FamilyId, LotId, OrganisationId};
use domain::invoice::Period;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{Action, Held, Step, Want};

/// Who makes steps, by which request.
#[derive(Debug, Clone, Copy)]
pub struct Maker<'a> {
    /// The organisation.
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
    /// The request they take back.
    pub undoes: Option<&'a str>,
    /// When, by both clocks.
    pub moment: Moment,
}

/// The version of a booking, or of a place in a line, that was just made. An entry in a line is never changed, only removed.
const FIRST: u64 = 1;
/// What a step writes whatever it is: its line of the history, the booking, the place.
const STEP: usize = 3;
/// What giving a place to somebody in a line writes: the booking, the place, the history, the mail.
const GIVEN: usize = 4;

/// A transaction in the making. It knows how many actions it will have once it is finished, and takes no step that does
/// not fit.
pub struct Writing<'a> {
    transaction: Transaction,
    marks: Vec<Mark>,
    rooms: Rooms,
    lots: Lots,
    months: BTreeSet<Period>,
    after: Facts,
    maker: Maker<'a>,
    organisation: &'a Organisation,
    facts: &'a Facts,
    learned: Learned,
}

/// A transaction that is ready, and the facts as they are once it is written.
pub(super) struct Finished {
    pub(super) transaction: Transaction,
    pub(super) marks: Vec<Mark>,
    pub(super) after: Facts,
}

/// A room as a step leaves it.
struct Entered {
    key: (CapacityId, Day),
    opened: Opened,
    /// The ticket of who joins its line.
    ticket: Option<u64>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        begun: Transaction,
        maker: Maker<'a>,
        (organisation, facts): (&'a Organisation, &'a Facts),
        learned: Learned,
    ) -> Self {
        Self {
            transaction: begun,
            marks: Vec::new(),
            rooms: Rooms::new(),
            lots: Lots::default(),
            months: BTreeSet::new(),
            after: facts.clone(),
            maker,
            organisation,
            facts,
            learned,
        }
    }

    /// How many actions it has once it is finished.
    pub(super) fn size(&self) -> usize {
        let given: usize = self.rooms.values().map(|opened| self.given(opened)).sum();
        self.transaction.len() + self.lots.len() + self.rooms.len() + GIVEN * given
    }

    /// Keeps that a request found a cell as it wanted it, so that its repeat changes nothing later.
    pub fn unchanged(&mut self, child: &Child, activity: &ActivityId, day: Day, want: Want) {
        let change = self.change(child, activity, day, want, want);
        self.transaction.put_new(&change);
    }

    /// The abonnement of the steps that follow: a booking that is restored is the abonnement's again.
    pub fn of_abonnement(&mut self, abonnement: Option<&'a str>) {
        self.maker.abonnement = abonnement;
    }

    /// Keeps what is said of an absence with the booking, which stays; nothing, where that is taken back. `false` when it does
    /// not fit any more.
    #[must_use]
    pub fn try_absence(&mut self, child: &Child, booking: &BookingRecord, absence: Option<&Absence>) -> bool {
        const ABSENCE: usize = 2;
        let month = self.undemanded(booking.day);
        if self.size() + ABSENCE + usize::from(month.is_some()) > MOST_ACTIONS {
            return false;
        }
        self.demand(month);
        let want = Want::from(booking.held());
        let change = self.change(child, &booking.activity, booking.day, want, want);
        self.transaction.put_new(&ChangeRecord { absence: absence.cloned(), ..change });
        let version = booking.version;
        let kept = BookingRecord { absence: absence.cloned(), version: version + 1, ..booking.clone() };
        self.transaction.put_over(&kept, version);
        self.after.keep(kept);
        true
    }

    /// Carries a step out; `false`, and nothing is done, when it does not fit any more.
    #[must_use]
    pub fn try_step(&mut self, child: &Child, step: &Step) -> bool {
        self.try_credited(child, step, None)
    }

    /// Carries a step out, with what is given back for it; `false`, and nothing is done, when it does not fit any more.
    #[must_use]
    pub fn try_credited(&mut self, child: &Child, step: &Step, credit: Option<&CreditRecord>) -> bool {
        if step.action == Action::Nothing {
            return true;
        }
        let held = self.facts.booking(&child.id, &step.activity, step.day);
        let lot = self.lot(child, step, held);
        let entered = self.enter(child, step, lot.clone());
        let month = self.undemanded(step.day);
        let fresh_lot = lot.as_ref().is_some_and(|lot| !self.lots.has(lot));
        let before = entered.as_ref().and_then(|entered| self.rooms.get(&entered.key));
        let before = before.map_or(0, |opened| 1 + GIVEN * self.given(opened));
        let after = entered.as_ref().map_or(0, |entered| 1 + GIVEN * self.given(&entered.opened));
        let more = STEP + usize::from(credit.is_some()) + usize::from(month.is_some()) + usize::from(fresh_lot) + after;
        if self.size() + more > MOST_ACTIONS + before {
            return false;
        }
        self.demand(month);
        if let Some(credit) = credit {
            self.transaction.put(credit);
        }
        let ticket = entered.as_ref().and_then(|entered| entered.ticket);
        if let Some(Entered { key, opened, .. }) = entered {
            self.rooms.insert(key, opened);
        }
        self.carry_out(child, step, (held, lot), ticket);
        true
    }

    fn carry_out(
        &mut self,
        child: &Child,
        step: &Step,
        (held, lot): (Option<&BookingRecord>, Option<LotId>),
        ticket: Option<u64>,
    ) {
        let from = Want::from(held.map_or(Held::Nothing, BookingRecord::held));
        let to = match step.action {
            Action::Nothing => return,
            Action::Book | Action::Admit => Want::Booked,
            Action::Join => Want::Waiting,
            Action::Cancel | Action::Leave => Want::Free,
        };
        let change = ChangeRecord { ticket, ..self.change(child, &step.activity, step.day, from, to) };
        self.transaction.put_new(&change);
        match (step.action, held) {
            (Action::Book | Action::Join, _) => self.take(child, step, lot),
            (Action::Admit, Some(held)) => {
                let version = held.version;
                let admitted = BookingRecord {
                    status: BookingStatus::Booked,
                    at: self.maker.moment.business,
                    surcharge: step.surcharge,
                    version: version + 1,
                    ..held.clone()
                };
                self.transaction.put_over(&admitted, version);
                self.transaction.put_existing(&admitted.place());
                self.after.keep(admitted);
            }
            (_, Some(held)) => {
                if let Some(lot) = lot {
                    self.lots.give_back(&mut self.after, &lot);
                }
                self.remove(held);
            }
            (_, None) => {}
        }
    }

    /// A booking, or a place in a line, where nothing is.
    fn take(&mut self, child: &Child, step: &Step, lot: Option<LotId>) {
        if let Some(lot) = &lot {
            self.lots.take(&mut self.after, lot);
        }
        let status = if step.action == Action::Join { BookingStatus::Waiting } else { BookingStatus::Booked };
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
            version: FIRST,
        };
        let booking = self.transaction.put_new(&record);
        let place = self.transaction.put_new(&record.place());
        let cell = (child.id.clone(), step.activity.clone(), step.day);
        self.marks.push(Mark::Place { cell, booking, place });
        self.after.keep(record);
    }

    fn remove(&mut self, held: &BookingRecord) {
        self.transaction.delete_version(&held.key(), held.version);
        self.transaction.delete(&held.place().key());
        self.after.bookings.remove(&(held.child.clone(), held.activity.clone(), held.day));
    }

    /// Keeps what an agent noted of a child, over what was read of its booking. Who waited and was there waits no more; who
    /// was there without a booking has one only as long as that is noted.
    pub fn note(&mut self, child: &Child, noted: &BookingRecord) {
        let held = self.facts.booking(&child.id, &noted.activity, noted.day);
        let version = held.map_or(0, |held| held.version);
        self.demand(self.undemanded(noted.day));
        if held.is_some_and(|held| held.status == BookingStatus::Waiting) {
            let leaves = Step { activity: noted.activity.clone(), day: noted.day, action: Action::Leave, surcharge: 0 };
            let entered = self.enter(child, &leaves, None);
            self.rooms.extend(entered.map(|entered| (entered.key, entered.opened)));
        }
        if noted.status == BookingStatus::Booked || noted.attendance.is_some() {
            self.transaction.put_over(noted, version);
            match noted.status {
                BookingStatus::Booked => {}
                _ if version == 0 => drop(self.transaction.put_new(&noted.place())),
                _ => drop(self.transaction.put(&noted.place())),
            }
            self.after.keep(noted.clone());
        } else if let Some(held) = held {
            if let Some(lot) = &held.lot {
                self.lots.give_back(&mut self.after, lot);
            }
            self.remove(held);
        }
    }

    /// Asks for a mail that goes once: where it went already, nothing more is asked for.
    pub fn tell_once(&mut self, mail: &OutboxRecord) {
        if !self.learned.is_told(&mail.id) {
            let places = mail.ask_once(&mut self.transaction);
            self.marks.extend(places.map(|at| Mark::Told { mail: mail.id.clone(), at }));
        }
    }

    /// Counts in the closure, which its transaction has demanded as it was read, what this writes of it.
    pub(super) fn count(&mut self, closing: &ClosingRecord) {
        self.transaction.put_over(closing, closing.version - 1);
    }

    /// Asks for a digest of the changes between two days, when the family wants one.
    pub fn digest(&mut self, wishes: Option<&WishesRecord>, from: Day, to: Day) {
        if !wishes.is_some_and(WishesRecord::digest) {
            return;
        }
        self.transaction.put(&DigestRecord {
            organisation: self.maker.organisation.clone(),
            family: self.maker.family.clone(),
            request: self.maker.request.to_owned(),
            weeks: (Week::of(from).monday(), Week::of(to).monday()),
            at: self.maker.moment.wall,
        });
    }

    /// Gives free places of a room to its line, as many as fit: what a cancellation does on its own, done by itself. How
    /// many it gives.
    pub fn settle(&mut self, record: RoomRecord) -> usize {
        let fits = MOST_ACTIONS.saturating_sub(self.size() + 1) / GIVEN;
        let opened = Opened { freed: fits, ..Opened::of(record, &self.learned) };
        let given = self.given(&opened);
        self.rooms.insert((opened.record.capacity.clone(), opened.record.day), opened);
        given
    }

    /// The month of a day that may be frozen at any instant, when this transaction has no condition on it yet: an invoice
    /// that is being issued and a change of its days exclude each other. Only past months are invoiced.
    fn undemanded(&self, day: Day) -> Option<Period> {
        let month = Period::of(day);
        let past = month < Period::of(paris_day(self.maker.moment.business));
        (past && !self.facts.invoiced.contains(&month) && !self.months.contains(&month)).then_some(month)
    }

    fn demand(&mut self, month: Option<Period>) {
        if let Some(month) = month {
            let key = keys::family_period(self.maker.organisation, self.maker.family, month);
            self.transaction.check_absent(&key);
            self.months.insert(month);
        }
    }

    /// The lot a step changes: the one it takes a ticket of, or the one that gets its ticket back.
    fn lot(&self, child: &Child, step: &Step, held: Option<&BookingRecord>) -> Option<LotId> {
        match step.action {
            Action::Book | Action::Join => next_lot(&self.after, child, self.organisation.activity(&step.activity)?),
            Action::Cancel | Action::Leave => held?.lot.clone(),
            Action::Nothing | Action::Admit => None,
        }
    }

    /// The room of a spot's capacity, as a step leaves it.
    fn enter(&self, child: &Child, step: &Step, lot: Option<LotId>) -> Option<Entered> {
        let capacity = self.organisation.capacity(&step.activity, child)?;
        let key = (capacity.id.clone(), step.day);
        let mut opened = self.rooms.get(&key).cloned().unwrap_or_else(|| self.open(&key));
        let room = &mut opened.record.room;
        let ticket = (step.action == Action::Join).then_some(room.next_ticket);
        match step.action {
            Action::Nothing => return None,
            Action::Book => room.take(),
            Action::Cancel => {
                room.give_back();
                opened.freed += 1;
            }
            Action::Join => {
                let now = self.maker.moment.business;
                room.join(self.maker.family.clone(), child.id.clone(), step.activity.clone(), now, lot);
            }
            Action::Leave => room.leave(&child.id, &step.activity),
            Action::Admit => {
                room.leave(&child.id, &step.activity);
                room.take();
            }
        }
        Some(Entered { key, opened, ticket })
    }

    fn open(&self, key: &(CapacityId, Day)) -> Opened {
        let (organisation, (capacity, day)) = (self.maker.organisation.clone(), key.clone());
        let empty = || RoomRecord { organisation, capacity, day, room: Room::default(), version: 0 };
        Opened::of(self.facts.rooms.get(key).cloned().unwrap_or_else(empty), &self.learned)
    }

    fn given(&self, opened: &Opened) -> usize {
        opened.given(self.organisation, self.maker.moment.business)
    }

    /// Writes the rooms and gives freed places to the first in line.
    pub(super) fn finish(mut self) -> Finished {
        for (key, mut opened) in std::mem::take(&mut self.rooms) {
            for waiting in opened.give(self.organisation, self.maker.moment.business) {
                self.promote(&waiting, key.1);
            }
            let version = opened.record.version;
            let record = RoomRecord { version: version + 1, ..opened.record };
            self.transaction.put_over(&record, version);
            self.after.rooms.insert(key, record);
        }
        let at = (self.maker.organisation, self.maker.family);
        self.lots.write(at, &mut self.after, &mut self.transaction);
        Finished { transaction: self.transaction, marks: self.marks, after: self.after }
    }

    /// The first in line has the place: booked, kept in that family's history, told by mail.
    fn promote(&mut self, waiting: &Waiting, day: Day) {
        let organisation = self.maker.organisation.clone();
        let record = BookingRecord {
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
            version: FIRST + 1,
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
            undoes: None,
        };
        let message = Message::PlaceFreed {
            organisation,
            family: waiting.family.clone(),
            child: waiting.child.clone(),
            activity: waiting.activity.clone(),
            day,
        };
        let booking = self.transaction.put_over(&record, FIRST);
        let place = self.transaction.put_existing(&record.place());
        self.marks.push(Mark::Promoted { gone: gone_key(waiting, day), booking, place });
        self.transaction.put_new(&change);
        self.transaction.put_new(&OutboxRecord::for_family(secret::id(), message, self.maker.moment.wall));
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
            undoes: self.maker.undoes.map(str::to_owned),
        }
    }
}
