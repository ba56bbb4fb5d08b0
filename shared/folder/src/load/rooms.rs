//! Counts who has a place of each capacity, after an import brought bookings or another capacity.

use std::collections::{BTreeSet, HashMap};

use domain::capacity::{Capacity, Room};
use domain::day::{Day, later, paris_day};
use domain::family::Child;
use domain::id::ChildId;
use domain::moment::Moment;
use store::keys;
use store::records::{BookingStatus, PlaceRecord, RoomRecord};
use store::{Table, Transaction};

use super::{LoadError, again, pause};
use crate::folder::OrganisationFolder;

/// The days from today on that another capacity concerns: more than a school year.
pub(super) fn days_ahead(moment: Moment) -> impl Iterator<Item = Day> {
    const AHEAD: u64 = 400;
    let today = paris_day(moment.business);
    (0..AHEAD).map(move |days| later(today, days))
}

/// Counts the rooms of these days anew. A click in between makes it count again.
pub(super) async fn recount(table: &Table, folder: &OrganisationFolder, days: &BTreeSet<Day>) -> Result<(), LoadError> {
    let organisation = &folder.organisation;
    let children = folder.families.iter().flat_map(|row| &row.family.children);
    let children: HashMap<&ChildId, &Child> = children.map(|child| (&child.id, child)).collect();
    for capacity in &organisation.capacities {
        let opens = |day: &&Day| {
            let counted = organisation.activities.iter().filter(|activity| capacity.activities.contains(&activity.id));
            counted.into_iter().any(|activity| activity.closed(**day, &organisation.calendar).is_none())
        };
        for day in days.iter().filter(opens) {
            room(table, folder, capacity, *day, &children).await?;
        }
    }
    Ok(())
}

async fn room(
    table: &Table,
    folder: &OrganisationFolder,
    capacity: &Capacity,
    day: Day,
    children: &HashMap<&ChildId, &Child>,
) -> Result<(), LoadError> {
    let organisation = &folder.organisation.id;
    for attempt in 0.. {
        let before: Option<RoomRecord> = table.get(&keys::room(organisation, &capacity.id, day)).await?;
        let mut taken = 0;
        for activity in &capacity.activities {
            let places: Vec<PlaceRecord> = table.query(&keys::places(organisation, day, activity)).await?;
            let counts = |place: &&PlaceRecord| {
                let of_class = |child: &&Child| capacity.counts(activity, child);
                place.status == BookingStatus::Booked
                    && children.get(&place.child).map_or(capacity.classes.is_empty(), of_class)
            };
            taken += u32::try_from(places.iter().filter(counts).count()).unwrap_or(u32::MAX);
        }
        let (version, known) = before.map_or((0, Room::default()), |record| (record.version, record.room));
        if known.taken == taken {
            return Ok(());
        }
        let room = Room { taken, ..known };
        let (organisation, capacity) = (organisation.clone(), capacity.id.clone());
        let record = RoomRecord { organisation, capacity, day, room, version: version + 1 };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&record, version);
        if again(table.write(transaction).await)?.is_none() {
            return Ok(());
        }
        pause(attempt).await?;
    }
    Ok(())
}
