//! Bookings of activities that are paid for in advance: each takes a ticket of its family, in one transaction.

use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::wallet::oldest;
use store::records::{BookingRecord, LotRecord};
use store::{Table, Transaction, keys};

use super::bookings::records;
use super::report::Way;
use super::{LoadError, again, pause};
use crate::folder::BookingRow;

/// The actions before those of the lot: the mark, the booking, its place.
const MARK: usize = 0;
const PLACE: usize = 2;

/// Writes a booking with its ticket; `None` when it needs one and there is none: a later import asks again.
pub(super) async fn write(
    table: &Table,
    organisation: &Organisation,
    booking: &BookingRow,
    moment: Moment,
) -> Result<Option<Way>, LoadError> {
    let needs = organisation.activity(&booking.activity).is_some_and(|activity| activity.needs_ticket());
    let (mark, record, place) = records(&organisation.id, booking, moment);
    let mut way = Way::Whole;
    for attempt in 0.. {
        let lots: Vec<LotRecord> = table.query(&keys::lots(&organisation.id, &booking.family)).await?;
        let found = oldest(lots.iter().map(|record| &record.lot), &booking.child, &booking.activity);
        let lot = lots.iter().find(|record| found.is_some_and(|found| found.id == record.lot.id));
        if lot.is_none() && needs {
            return Ok(None);
        }
        let mut transaction = Transaction::of_system();
        transaction.put_new(&mark);
        if way == Way::Whole {
            let record = BookingRecord { lot: lot.map(|lot| lot.lot.id.clone()), ..record.clone() };
            transaction.put_new(&record);
            transaction.put_new(&place);
            if let Some((lot, read)) = lot.map(taken) {
                transaction.put_over(&lot, read);
            }
        }
        match again(table.write(transaction).await)? {
            None => return Ok(Some(way)),
            Some(failed) if failed.contains(&MARK) => return Ok(Some(Way::Nothing)),
            Some(failed) if failed.iter().any(|at| (MARK..=PLACE).contains(at)) => way = Way::MarkOnly,
            Some(_) => pause(attempt).await?,
        }
    }
    Ok(Some(way))
}

fn taken(record: &LotRecord) -> (LotRecord, u64) {
    let mut taken = record.clone();
    taken.lot.take();
    taken.version += 1;
    (taken, record.version)
}
