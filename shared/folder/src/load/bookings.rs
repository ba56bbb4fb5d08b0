//! Writes bookings, many to a transaction: each once, and never again after a parent has changed it.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::id::OrganisationId;
use domain::moment::Moment;
use store::records::{BookingRecord, BookingStatus, ImportedRecord, PlaceRecord};
use store::{Table, Transaction};

use super::fingerprints::Fingerprints;
use super::report::{Report, Way};
use super::{LoadError, again, pause};
use crate::folder::{BookingRow, OrganisationFolder};

/// Bookings of three actions each, so that a transaction stays within 100.
const ROWS: usize = 33;
/// The actions of a booking: its mark, the booking, its place.
const ACTIONS: usize = 3;
/// A booking is or is not: its row has nothing that could change.
const FINGERPRINT: &str = "booked";

/// The rows of a folder's bookings.
pub(super) fn rows(folder: &OrganisationFolder) -> impl Iterator<Item = String> {
    folder.bookings.iter().map(row)
}

fn row(booking: &BookingRow) -> String {
    let BookingRow { child, activity, day, .. } = booking;
    format!("booking/{child}/{activity}/{day}")
}

/// Writes the bookings no import has written yet, and counts them all; their days.
pub(super) async fn write_all(
    table: &Table,
    folder: &OrganisationFolder,
    known: &Fingerprints,
    moment: Moment,
    report: &mut Report,
) -> Result<BTreeSet<Day>, LoadError> {
    let new: Vec<&BookingRow> = folder.bookings.iter().filter(|booking| known.get(&row(booking)).is_none()).collect();
    report.unchanged += folder.bookings.len() - new.len();
    let days = new.iter().map(|booking| booking.day).collect();
    let takes_ticket = |booking: &&BookingRow| {
        let activity = folder.organisation.activity(&booking.activity);
        booking.paid.is_none() && activity.is_some_and(|activity| activity.prepaid.is_some())
    };
    let (prepaid, plain): (Vec<&BookingRow>, Vec<&BookingRow>) = new.into_iter().partition(takes_ticket);
    for booking in prepaid {
        match super::prepaid::write(table, &folder.organisation, booking, moment).await? {
            Some(way) => report.count(way, || row(booking)),
            None => report.without_ticket.push(row(booking)),
        }
    }
    for chunk in plain.chunks(ROWS) {
        let ways = write(table, &folder.organisation.id, chunk, moment).await?;
        for (booking, way) in chunk.iter().zip(ways) {
            report.count(way, || row(booking));
        }
    }
    Ok(days)
}

async fn write(
    table: &Table,
    organisation: &OrganisationId,
    bookings: &[&BookingRow],
    moment: Moment,
) -> Result<Vec<Way>, LoadError> {
    let mut ways = vec![Way::Whole; bookings.len()];
    let mut attempt = 0;
    loop {
        let (transaction, owners) = transaction(organisation, bookings, &ways, moment);
        if transaction.is_empty() {
            return Ok(ways);
        }
        match again(table.write(transaction).await)? {
            None => return Ok(ways),
            Some(places) if places.is_empty() => {
                pause(attempt).await?;
                attempt += 1;
            }
            // Each round takes at least one booking a step further, so this ends.
            Some(places) => {
                places.iter().filter_map(|place| owners.get(*place)).for_each(|owner| owner.step(&mut ways))
            }
        }
    }
}

/// Whose action it is, and whether it is the mark.
struct Owner {
    booking: usize,
    mark: bool,
}

impl Owner {
    /// What a failed condition teaches about its booking.
    fn step(&self, ways: &mut [Way]) {
        if let Some(way) = ways.get_mut(self.booking) {
            *way = if self.mark || *way == Way::Nothing { Way::Nothing } else { Way::MarkOnly };
        }
    }
}

fn transaction(
    organisation: &OrganisationId,
    bookings: &[&BookingRow],
    ways: &[Way],
    moment: Moment,
) -> (Transaction, Vec<Owner>) {
    let mut transaction = Transaction::of_system();
    let mut owners = Vec::with_capacity(ACTIONS * bookings.len());
    for (at, (booking, way)) in bookings.iter().zip(ways).enumerate() {
        let (mark, record, place) = records(organisation, booking, moment);
        match way {
            Way::Whole => {
                transaction.put_new(&mark);
                transaction.put_new(&record);
                transaction.put_new(&place);
            }
            Way::MarkOnly => {
                transaction.put_new(&mark);
            }
            Way::Nothing => {}
        }
        let begun = owners.len();
        owners.extend((begun..transaction.len()).map(|action| Owner { booking: at, mark: action == begun }));
    }
    (transaction, owners)
}

/// What a booking is written as: its mark, itself and its place.
pub(super) fn records(
    organisation: &OrganisationId,
    booking: &BookingRow,
    moment: Moment,
) -> (ImportedRecord, BookingRecord, PlaceRecord) {
    let BookingRow { family, child, activity, day, paid } = (*booking).clone();
    let organisation = organisation.clone();
    let mark =
        ImportedRecord { organisation: organisation.clone(), row: row(booking), fingerprint: FINGERPRINT.to_owned() };
    let record = BookingRecord {
        organisation,
        family,
        child,
        activity,
        day,
        at: moment.business,
        status: BookingStatus::Booked,
        surcharge: 0,
        abonnement: None,
        paid,
        lot: None,
        absence: None,
        attendance: None,
        version: 1,
    };
    let place = record.place();
    (mark, record, place)
}
