//! Closes days on which children are booked: every booking is cancelled, what was paid is credited, and each family is
//! told once. Interrupted anywhere and begun again it ends the same.

use std::collections::BTreeSet;

use super::writer::Writer;
use super::writing::{Maker, Writing};
use crate::keys;
use crate::records::{
    BookingRecord, BookingStatus, Cancelled, ClosingRecord, CreditRecord, FamilyRecord, Message, OutboxRecord,
    PlaceRecord, RoomRecord,
};
use crate::regie::Account;
use crate::{Facts, Gathered, Patience, StoreError, Table, Transaction, was_first};
use domain::day::{Day, Week, later};
use domain::id::FamilyId;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{Action, Step};

/// What a closure did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// How many bookings were cancelled.
    pub cancelled: u32,
    /// How many families had some.
    pub families: u32,
    /// Whether nothing is booked on these days any more.
    pub finished: bool,
}

/// A closure that is being carried out.
struct Closing<'a> {
    table: &'a Table,
    /// It already has the closure.
    organisation: &'a Organisation,
    closing: &'a ClosingRecord,
    moment: Moment,
}

/// Carries a closure out, until it is done, which is then kept with it, or the time is up. `organisation` already has it.
/// A family at whose bookings others are too often is left to the next call.
pub async fn close(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
    moment: Moment,
    until: tokio::time::Instant,
) -> Result<Closed, StoreError> {
    let carried = Closing { table, organisation, closing, moment };
    let mut closed = Closed { finished: true, ..Closed::default() };
    for family in carried.families().await? {
        if tokio::time::Instant::now() >= until {
            return Ok(Closed { finished: false, ..closed });
        }
        let (cancelled, finished) = carried.close_family(&family).await?;
        closed.cancelled += cancelled;
        closed.families += u32::from(cancelled > 0);
        closed.finished &= finished;
    }
    if closed.finished {
        carried.keep_done(closed.cancelled).await?;
    }
    Ok(closed)
}

fn days(closing: &ClosingRecord) -> impl Iterator<Item = Day> {
    let (from, to) = (closing.decision.from, closing.decision.to);
    (0..).map(move |days| later(from, days)).take_while(move |day| *day <= to)
}

fn concerns(closing: &ClosingRecord, activity: &str) -> bool {
    let activities = &closing.decision.activities;
    activities.is_empty() || activities.iter().any(|one| one.as_str() == activity)
}

impl Closing<'_> {
    /// The families that have something on these days.
    async fn families(&self) -> Result<BTreeSet<FamilyId>, StoreError> {
        let mut families = BTreeSet::new();
        for day in days(self.closing) {
            let concerned = self.organisation.activities.iter().map(|activity| &activity.id);
            for activity in concerned.filter(|activity| concerns(self.closing, activity.as_str())) {
                let day = keys::places(&self.organisation.id, day, activity);
                let places: Vec<PlaceRecord> = self.table.query(&day).await?;
                let held = places.into_iter().filter(|place| place.status != BookingStatus::Unbooked);
                families.extend(held.map(|place| place.family));
            }
        }
        Ok(families)
    }

    /// Keeps that it is done, unless somebody else was faster to.
    async fn keep_done(&self, cancelled: u32) -> Result<(), StoreError> {
        let version = self.closing.version;
        let cancelled = self.closing.done.unwrap_or_default() + cancelled;
        let done = ClosingRecord { done: Some(cancelled), version: version + 1, ..self.closing.clone() };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&done, version);
        was_first(self.table.write(transaction).await).map(drop)
    }

    /// Cancels what a family has: how many bookings, and whether that is all.
    async fn close_family(&self, family: &FamilyId) -> Result<(u32, bool), StoreError> {
        let mut cancelled = 0;
        let mut writer = Writer::new(self.table, Patience::PERSON);
        while writer.next().await.is_ok() {
            let Some((record, facts, account)) = self.read(family).await? else {
                return Ok((cancelled, true));
            };
            let plan = self.plan(&record, &facts, &account);
            if plan.is_empty() {
                return Ok((cancelled, true));
            }
            let maker = Maker {
                organisation: &self.organisation.id,
                family,
                account: None,
                said: &self.closing.said,
                request: &self.closing.decision.id,
                reason: Some(&self.closing.decision.name),
                abonnement: None,
                moment: self.moment,
            };
            let mut writing = writer.begin(Transaction::of_system(), maker, self.organisation, &facts);
            writing.tell_once(&self.mail(family, &plan));
            let fitting = plan.iter().take_while(|booking| self.cancel(&mut writing, &record, booking)).count();
            if writer.write(writing).await?.is_some() {
                cancelled += u32::try_from(fitting).unwrap_or_default();
            }
        }
        Ok((cancelled, false))
    }

    async fn read(&self, family: &FamilyId) -> Result<Option<(FamilyRecord, Facts, Account)>, StoreError> {
        let (table, organisation) = (self.table, self.organisation);
        let (from, to) = (self.closing.decision.from, self.closing.decision.to);
        let family_key = keys::family(&organisation.id, family);
        let span = keys::bookings(&organisation.id, family, from, to);
        let account = keys::account_of_family(&organisation.id, family);
        let (record, bookings, account) = tokio::join!(
            table.get::<FamilyRecord>(&family_key),
            table.query::<BookingRecord>(&span),
            table.query_mixed(&account)
        );
        let account = Account::of(&account?)?;
        let mut rooms: Vec<RoomRecord> = Vec::new();
        if !organisation.capacities.is_empty() {
            let mut monday = Week::of(from).monday();
            while monday <= to {
                rooms.extend(table.query(&keys::rooms(&organisation.id, Week::of(monday))).await?);
                monday = later(monday, 7);
            }
        }
        let (lots, invoiced) = (account.lots.clone(), account.periods.clone());
        let facts = Facts::from(Gathered { bookings: bookings?, rooms, lots, invoiced, documents: None });
        Ok(record?.map(|record| (record, facts, account)))
    }

    /// What goes, in a fixed order. What an agent has checked already stays: somebody was there. A day that was invoiced is
    /// given back as one that was paid.
    fn plan(&self, record: &FamilyRecord, facts: &Facts, account: &Account) -> Vec<BookingRecord> {
        let goes = |booking: &&BookingRecord| {
            concerns(self.closing, booking.activity.as_str())
                && booking.attendance.is_none()
                && record.family.child(&booking.child).is_some()
        };
        let mut plan: Vec<BookingRecord> = facts.bookings.values().filter(goes).cloned().collect();
        for booking in plan.iter_mut().filter(|booking| booking.paid.is_none()) {
            booking.paid = account.charged_for(&booking.child, &booking.activity, booking.day);
        }
        plan.sort_by_key(|booking| (booking.day, booking.child.clone(), booking.activity.clone()));
        plan
    }

    /// Cancels a booking and gives back what was paid for it, as long as that fits.
    fn cancel(&self, writing: &mut Writing, record: &FamilyRecord, booking: &BookingRecord) -> bool {
        let Some(child) = record.family.child(&booking.child) else { return false };
        let action = if booking.status == BookingStatus::Waiting { Action::Leave } else { Action::Cancel };
        let step = Step { activity: booking.activity.clone(), day: booking.day, action, surcharge: 0 };
        let credit = booking.paid.map(|cents| CreditRecord {
            organisation: booking.organisation.clone(),
            family: booking.family.clone(),
            child: booking.child.clone(),
            activity: booking.activity.clone(),
            day: booking.day,
            cents,
            reason: self.closing.decision.name.clone(),
            at: self.moment.business,
        });
        writing.try_credited(child, &step, credit.as_ref())
    }

    /// The mail that names everything that goes. The same family is told of the same closure once, whoever carries it out
    /// and however often.
    fn mail(&self, family: &FamilyId, plan: &[BookingRecord]) -> OutboxRecord {
        let (organisation, decision) = (&self.organisation.id, &self.closing.decision);
        let cancelled = |booking: &BookingRecord| Cancelled {
            child: booking.child.clone(),
            activity: booking.activity.clone(),
            day: booking.day,
            credit: booking.paid,
        };
        let message = Message::DaysClosed {
            organisation: organisation.clone(),
            family: family.clone(),
            name: decision.name.clone(),
            cancelled: plan.iter().map(cancelled).collect(),
        };
        let digest = secret::sha256(&format!("{organisation}#{}#{family}", decision.id));
        OutboxRecord::for_family(digest.chars().take(32).collect(), message, self.moment.wall)
    }
}
