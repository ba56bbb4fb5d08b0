//! The roll of an activity on a day: who is expected, who was seen.

use std::collections::{BTreeSet, HashMap};

use domain::attendance::{Attendance, Presence, Proof};
use domain::day::{Day, in_paris};
use domain::family::Child;
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::text::folded;
use serde::Serialize;
use store::keys;
use store::records::{BookingRecord, BookingStatus, FamilyRecord, PlaceRecord};
use store::{StoreError, Table};

/// One child of the roll.
#[derive(Serialize)]
pub(crate) struct RowView {
    child: ChildId,
    family: FamilyId,
    first_name: String,
    family_name: String,
    class: Option<String>,
    school: Option<String>,
    /// Whether it has a health protocol (PAI): the word alone.
    pai: bool,
    /// Whether its health asks for care, or it brings its own meal: the dossier says what.
    care: bool,
    /// Who must not be handed the child.
    barred: Vec<String>,
    booked: bool,
    absence: Option<AbsenceView>,
    presence: Option<Presence>,
    arrived: Option<String>,
    left: Option<String>,
    /// Who has noted it, and when.
    noted: Option<NotedBy>,
    version: u64,
}

impl RowView {
    pub(crate) fn is_of(&self, child: &ChildId) -> bool {
        self.child == *child
    }
}

#[derive(Serialize)]
struct AbsenceView {
    reason: String,
    proof: Proof,
}

/// The hand of a mark, so that two agents who meet on a child are told of each other.
#[derive(Serialize)]
struct NotedBy {
    by: String,
    at: String,
}

impl NotedBy {
    fn of(attendance: &Attendance) -> Self {
        Self { by: attendance.said.clone(), at: in_paris(attendance.at).format("%-H:%M").to_string() }
    }
}

/// How many of each.
#[derive(Serialize, Default)]
pub(crate) struct CountsView {
    booked: u32,
    present: u32,
    absent: u32,
    unchecked: u32,
}

/// Everybody who is booked, or was there without.
pub(crate) async fn roll(
    table: &Table,
    organisation: &OrganisationId,
    day: Day,
    activity: &ActivityId,
) -> Result<Vec<RowView>, StoreError> {
    let places: Vec<PlaceRecord> = table.query(&keys::places(organisation, day, activity)).await?;
    let places: Vec<PlaceRecord> = places.into_iter().filter(|one| one.status != BookingStatus::Waiting).collect();
    let Lines { families, bookings } = lines(table, organisation, &places).await?;
    let mut rows: Vec<RowView> =
        bookings.iter().filter_map(|booking| Some(row(families.get(&booking.family)?, booking))).collect();
    rows.sort_by_key(|row| (folded(&row.family_name), folded(&row.first_name)));
    Ok(rows)
}

/// What is known of children on rolls: their bookings, and the families these belong to.
pub(crate) struct Lines {
    pub(crate) families: HashMap<FamilyId, FamilyRecord>,
    pub(crate) bookings: Vec<BookingRecord>,
}

/// Reads the bookings and families of some places, a hundred to a call: one wave.
pub(crate) async fn lines(
    table: &Table,
    organisation: &OrganisationId,
    places: &[PlaceRecord],
) -> Result<Lines, StoreError> {
    let families: BTreeSet<&FamilyId> = places.iter().map(|place| &place.family).collect();
    let mut wanted: Vec<keys::Key> = families.iter().map(|family| keys::family(organisation, family)).collect();
    wanted
        .extend(places.iter().map(|one| keys::booking(organisation, &one.family, one.day, &one.child, &one.activity)));
    let mut reading = tokio::task::JoinSet::new();
    for chunk in wanted.chunks(100) {
        let (table, chunk) = (table.clone(), chunk.to_vec());
        reading.spawn(async move {
            let items = table.batch_get(&chunk).await?;
            let mut families: Vec<FamilyRecord> = Vec::new();
            let mut bookings: Vec<BookingRecord> = Vec::new();
            for key in &chunk {
                match key.sk.as_str() {
                    "FAMILY" => families.extend(items.get::<FamilyRecord>(key)?),
                    _ => bookings.extend(items.get::<BookingRecord>(key)?),
                }
            }
            Ok::<_, StoreError>((families, bookings))
        });
    }
    let mut families: HashMap<FamilyId, FamilyRecord> = HashMap::new();
    let mut bookings: Vec<BookingRecord> = Vec::new();
    while let Some(read) = reading.join_next().await {
        let (some, others) = read.map_err(|error| StoreError(error.to_string()))??;
        families.extend(some.into_iter().map(|record| (record.family.id.clone(), record)));
        bookings.extend(others);
    }
    Ok(Lines { families, bookings })
}

/// One child.
pub(crate) fn row(family: &FamilyRecord, booking: &BookingRecord) -> RowView {
    let child = family.family.child(&booking.child);
    let attendance = booking.attendance.as_ref();
    RowView {
        child: booking.child.clone(),
        family: booking.family.clone(),
        first_name: child.map_or_else(|| booking.child.to_string(), |child| child.first_name.clone()),
        family_name: family.family.name.clone(),
        class: child.and_then(|child| child.class.clone()),
        school: child.and_then(|child| child.school.clone()),
        pai: child.is_some_and(|child| child.pai),
        care: child.is_some_and(Child::asks_for_care),
        barred: child.map(|child| child.barred.clone()).unwrap_or_default(),
        booked: booking.status == BookingStatus::Booked,
        absence: booking
            .absence
            .as_ref()
            .map(|absence| AbsenceView { reason: absence.reason.clone(), proof: absence.proof }),
        presence: attendance.map(|attendance| attendance.presence),
        arrived: attendance.and_then(|attendance| attendance.arrived).map(clock),
        left: attendance.and_then(|attendance| attendance.left).map(clock),
        noted: attendance.map(NotedBy::of),
        version: booking.version,
    }
}

pub(crate) fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// How many of each in a roll.
pub(crate) fn counts(rows: &[RowView]) -> CountsView {
    let mut counts = CountsView::default();
    for row in rows {
        counts.booked += u32::from(row.booked);
        match row.presence {
            None => counts.unchecked += 1,
            Some(Presence::Present | Presence::PresentUnbooked) => counts.present += 1,
            Some(Presence::AbsentExcused | Presence::AbsentUnexcused) => counts.absent += 1,
        }
    }
    counts
}
