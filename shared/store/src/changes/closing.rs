//! Closes days on which children are booked: every booking is cancelled, what was paid is credited, and each family is
//! told once. Interrupted anywhere and begun again it ends the same.

use std::collections::BTreeSet;

use super::writing::{Learned, Maker, Step, Writing};
use crate::keys;
use crate::records::{
    BookingRecord, BookingStatus, Cancelled, ClosingRecord, CreditRecord, FamilyRecord, Message, OutboxRecord,
    PlaceRecord, RoomRecord,
};
use crate::regie::Account;
use crate::{Chain, Facts, Failure, StoreError, Table};
use domain::day::{Day, Week, later};
use domain::id::FamilyId;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::Action;

/// How many bookings one transaction cancels.
const BOOKINGS: usize = 15;
const TRIES: u32 = 12;

/// What a closure did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// How many bookings were cancelled.
    pub cancelled: u32,
    /// How many families had some.
    pub families: u32,
    /// Whether every list is empty.
    pub finished: bool,
}

/// Carries a closure out, until it is done or the time is up. `organisation` already has it.
pub async fn close(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
    moment: Moment,
    until: tokio::time::Instant,
) -> Result<Closed, StoreError> {
    let mut closed = Closed::default();
    for family in families(table, organisation, closing).await? {
        if tokio::time::Instant::now() >= until {
            return Ok(closed);
        }
        let cancelled = close_family(table, organisation, closing, &family, moment).await?;
        closed.cancelled += cancelled;
        closed.families += u32::from(cancelled > 0);
    }
    Ok(Closed { finished: true, ..closed })
}

fn days(closing: &ClosingRecord) -> impl Iterator<Item = Day> {
    let (from, to) = (closing.decision.from, closing.decision.to);
    (0..).map(move |days| later(from, days)).take_while(move |day| *day <= to)
}

/// The families that have something on these days.
async fn families(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
) -> Result<BTreeSet<FamilyId>, StoreError> {
    let mut families = BTreeSet::new();
    for day in days(closing) {
        for activity in organisation.activities.iter().filter(|activity| concerns(closing, activity.id.as_str())) {
            let places: Vec<PlaceRecord> = table.query(&keys::places(&organisation.id, day, &activity.id)).await?;
            families.extend(
                places.into_iter().filter(|place| place.status != BookingStatus::Unbooked).map(|place| place.family),
            );
        }
    }
    Ok(families)
}

fn concerns(closing: &ClosingRecord, activity: &str) -> bool {
    let activities = &closing.decision.activities;
    activities.is_empty() || activities.iter().any(|one| one.as_str() == activity)
}

/// Cancels what a family has; how many bookings.
async fn close_family(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
    family: &FamilyId,
    moment: Moment,
) -> Result<u32, StoreError> {
    let mut cancelled = 0;
    let mut told = false;
    for attempt in 0..TRIES {
        loop {
            let Some((record, facts, account)) = read(table, organisation, closing, family).await? else {
                return Ok(cancelled);
            };
            let mut plan = plan(&facts, closing);
            plan.retain(|booking| record.family.child(&booking.child).is_some());
            // A day that was invoiced is given back as one that was paid.
            for booking in plan.iter_mut().filter(|booking| booking.paid.is_none()) {
                booking.paid = account.charged_for(&booking.child, &booking.activity, booking.day);
            }
            if plan.is_empty() {
                return Ok(cancelled);
            }
            let some = &plan[..plan.len().min(BOOKINGS)];
            let transaction = write(organisation, closing, &record, &facts, (some, &plan), told, moment);
            let mail_at = transaction.len().saturating_sub(1);
            match table.write(transaction).await {
                Ok(()) => {
                    told = true;
                    cancelled += u32::try_from(some.len()).unwrap_or_default();
                }
                Err(Failure::Conditions(failed)) if !told && failed == [mail_at] => told = true,
                Err(Failure::Conditions(_) | Failure::Conflict) => break,
                Err(Failure::Store(error)) => return Err(error),
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(5 << attempt.min(6))).await;
    }
    Err(StoreError("a closure finds others faster".to_owned()))
}

async fn read(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
    family: &FamilyId,
) -> Result<Option<(FamilyRecord, Facts, Account)>, StoreError> {
    let (from, to) = (closing.decision.from, closing.decision.to);
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
    let facts = Facts::of(bookings?, account.lots.clone(), rooms);
    Ok(record?.map(|record| (record, facts, account)))
}

/// What goes, in a fixed order. What an agent has checked already stays: somebody was there.
fn plan(facts: &Facts, closing: &ClosingRecord) -> Vec<BookingRecord> {
    let mut plan: Vec<BookingRecord> = facts
        .bookings
        .values()
        .filter(|booking| concerns(closing, booking.activity.as_str()) && booking.attendance.is_none())
        .cloned()
        .collect();
    plan.sort_by_key(|booking| (booking.day, booking.child.clone(), booking.activity.clone()));
    plan
}

/// One transaction; the mail, which names everything that goes, is its last action.
fn write(
    organisation: &Organisation,
    closing: &ClosingRecord,
    family: &FamilyRecord,
    facts: &Facts,
    (some, all): (&[BookingRecord], &[BookingRecord]),
    told: bool,
    moment: Moment,
) -> Chain {
    let decision = &closing.decision;
    let maker = Maker {
        organisation: &organisation.id,
        family: &family.family.id,
        account: None,
        said: &closing.said,
        request: &decision.id,
        reason: Some(&decision.name),
        abonnement: None,
        moment,
    };
    let mut writing = Writing::new(Chain::new(), maker, organisation, facts);
    for booking in some {
        let action = if booking.status == BookingStatus::Waiting { Action::Leave } else { Action::Cancel };
        let step = Step { activity: booking.activity.clone(), day: booking.day, action, surcharge: 0 };
        let Some(child) = family.family.child(&booking.child) else { continue };
        writing.step(child, &step);
        if let Some(cents) = booking.paid {
            let credit = CreditRecord {
                organisation: booking.organisation.clone(),
                family: booking.family.clone(),
                child: booking.child.clone(),
                activity: booking.activity.clone(),
                day: booking.day,
                cents,
                reason: decision.name.clone(),
                at: moment.business,
            };
            writing.act(|transaction| transaction.put(&credit));
        }
    }
    let (transaction, _, _) = writing.finish(&Learned::default());
    if told {
        return transaction;
    }
    let cancelled = |booking: &BookingRecord| Cancelled {
        child: booking.child.clone(),
        activity: booking.activity.clone(),
        day: booking.day,
        credit: booking.paid,
    };
    let message = Message::DaysClosed {
        organisation: organisation.id.clone(),
        family: family.family.id.clone(),
        name: decision.name.clone(),
        cancelled: all.iter().map(cancelled).collect(),
    };
    // The same family is told of the same closure once, whoever carries it out and however often.
    let digest = secret::sha256(&format!("{}#{}#{}", organisation.id, decision.id, family.family.id));
    transaction.put_new(&OutboxRecord::for_family(digest.chars().take(32).collect(), message, moment.wall))
}
