//! Gives places to who waits, where some are free: a capacity was raised, or a cancellation came before the line.

use chrono::{DateTime, Utc};

use super::writing::{Learned, Maker, Writing};
use crate::keys;
use crate::records::RoomRecord;
use crate::{Chain, Facts, Failure, StoreError, Table};
use domain::day::{Week, later, paris_day};
use domain::moment::Moment;
use domain::organisation::Organisation;

/// How many weeks ahead lines are looked at.
const WEEKS: u64 = 9;
/// How many places one transaction gives.
const PLACES: usize = 20;

/// Looks at all rooms of an organisation in the weeks to come; how many places were given.
pub async fn settle(table: &Table, organisation: &Organisation, moment: Moment) -> Result<usize, StoreError> {
    let mut given = 0;
    if organisation.capacities.is_empty() {
        return Ok(given);
    }
    let monday = Week::of(paris_day(moment.business)).monday();
    for week in 0..WEEKS {
        let rooms: Vec<RoomRecord> =
            table.query(&keys::rooms(&organisation.id, Week::of(later(monday, 7 * week)))).await?;
        for room in rooms.into_iter().filter(|room| has_place(organisation, room, moment.business)) {
            let before = room.room.line.len();
            let facts = Facts::default();
            let family = room.room.line[0].family.clone();
            let maker = Maker {
                organisation: &organisation.id,
                family: &family,
                account: None,
                said: "la liste d’attente",
                request: &secret::id(),
                reason: None,
                abonnement: None,
                moment,
            };
            let mut writing = Writing::new(Chain::new(), maker, organisation, &facts);
            writing.settle(room, PLACES.min(before));
            let (transaction, _, _) = writing.finish(&Learned::default());
            match table.write(transaction).await {
                Ok(()) => given += 1,
                // Somebody is at the same room: the next tick looks again.
                Err(Failure::Conditions(_) | Failure::Conflict) => {}
                Err(Failure::Store(error)) => return Err(error),
            }
        }
    }
    Ok(given)
}

fn has_place(organisation: &Organisation, record: &RoomRecord, now: DateTime<Utc>) -> bool {
    let capacity = organisation.capacities.iter().find(|capacity| capacity.id == record.capacity);
    let free = |capacity: &domain::capacity::Capacity| {
        record.room.taken < capacity.places_on(record.day) && capacity.promotes(record.day, now)
    };
    !record.room.line.is_empty() && capacity.is_some_and(free)
}
