//! Gives places to who waits, where some are free: a capacity was raised, or a cancellation came before the line.

use chrono::{DateTime, Utc};

use super::rooms::gives;
use super::writer::Writer;
use super::writing::Maker;
use crate::keys;
use crate::records::RoomRecord;
use crate::{Facts, Gathered, Patience, StoreError, Table, Transaction};
use domain::capacity::Capacity;
use domain::day::{Week, later, paris_day};
use domain::moment::Moment;
use domain::organisation::Organisation;

/// How many weeks ahead lines are looked at.
const WEEKS: u64 = 9;

/// Looks at all rooms of an organisation in the weeks to come, until the time is up; how many places were given. The
/// next tick begins anew: rooms that this one has settled take it no time.
pub async fn settle(
    table: &Table,
    organisation: &Organisation,
    moment: Moment,
    until: tokio::time::Instant,
) -> Result<usize, StoreError> {
    let mut given = 0;
    if organisation.capacities.is_empty() {
        return Ok(given);
    }
    let monday = Week::of(paris_day(moment.business)).monday();
    for week in 0..WEEKS {
        let week = Week::of(later(monday, 7 * week));
        for room in table.query::<RoomRecord>(&keys::rooms(&organisation.id, week)).await? {
            if tokio::time::Instant::now() >= until {
                return Ok(given);
            }
            given += settle_room(table, organisation, room, moment).await?;
        }
    }
    Ok(given)
}

/// Gives places until none is free or nobody waits. While somebody is too often faster, the next tick looks again.
async fn settle_room(
    table: &Table,
    organisation: &Organisation,
    room: RoomRecord,
    moment: Moment,
) -> Result<usize, StoreError> {
    let (key, span) = ((room.capacity.clone(), room.day), keys::rooms(&organisation.id, Week::of(room.day)));
    let mut known = Some(room);
    let mut given = 0;
    let mut writer = Writer::new(table, Patience::PERSON);
    while has_place(organisation, known.as_ref(), moment.business) && writer.next().await.is_ok() {
        let Some(room) = known.take() else { break };
        let facts = Facts::from(Gathered {
            bookings: Vec::new(),
            rooms: vec![room.clone()],
            lots: Vec::new(),
            invoiced: Vec::new(),
            documents: None,
        });
        let family = room.room.line[0].family.clone();
        let maker = Maker {
            organisation: &organisation.id,
            family: &family,
            account: None,
            said: "la liste d’attente",
            request: &secret::id(),
            reason: None,
            abonnement: None,
            undoes: None,
            moment,
        };
        let mut writing = writer.begin(Transaction::of_system(), maker, organisation, &facts);
        let places = writing.settle(room);
        known = match writer.write(writing).await? {
            Some(mut after) => {
                given += places;
                after.rooms.remove(&key)
            }
            None => {
                let rooms: Vec<RoomRecord> = table.query(&span).await?;
                rooms.into_iter().find(|room| (&room.capacity, room.day) == (&key.0, key.1))
            }
        };
    }
    Ok(given)
}

fn has_place(organisation: &Organisation, record: Option<&RoomRecord>, now: DateTime<Utc>) -> bool {
    let Some(record) = record else { return false };
    let capacity = organisation.capacities.iter().find(|capacity| capacity.id == record.capacity);
    let free = |capacity: &Capacity| {
        record.room.promotable(capacity.places_on(record.day), 1) > 0 && gives(organisation, capacity, record.day, now)
    };
    capacity.is_some_and(free)
}
