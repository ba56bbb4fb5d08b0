//! `…/today`: the page on which an agent's day begins: what is expected, what waits, what families said.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::activity::{Activity, ActivityKind};
use domain::attendance::Proof;
use domain::day::{Day, Week, paris_day};
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::organisation::Organisation;
use domain::role::Permission;
use domain::text::folded;
use domain::today::{
    ActivityDay, Counts, InSchool, OnRoll, Places, Service, Square, activities_of_day, closed_on, lists_of_week,
    squares,
};
use serde::Serialize;
use store::keys;
use store::records::{BookingRecord, BookingStatus, PlaceRecord};
use store::{StoreError, Table};
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::attendance::day_of;
use crate::roll::{Lines, clock, lines};
use crate::waiting::{WaitingView, waiting};

#[derive(Serialize)]
struct TodayView {
    day: Day,
    today: Day,
    activities: Vec<ActivityView>,
    closed: Vec<ClosedView>,
    week: Vec<SquareView>,
    waiting: Vec<WaitingView>,
    announced: Vec<AnnouncedView>,
}

#[derive(Serialize)]
struct ActivityView {
    id: ActivityId,
    name: String,
    kind: ActivityKind,
    hours: Option<HoursView>,
    #[serde(flatten)]
    counts: Counts,
    /// How many wait for a place.
    waiting: usize,
    places: Vec<Places>,
    schools: Vec<InSchool>,
}

#[derive(Serialize)]
struct HoursView {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct ClosedView {
    id: ActivityId,
    name: String,
    reason: String,
}

#[derive(Serialize)]
struct SquareView {
    day: Day,
    closed: bool,
    reason: Option<String>,
    counts: Vec<CountView>,
}

#[derive(Serialize)]
struct CountView {
    service: Service,
    count: u32,
}

/// An absence as a parent said it, once, of however many children and activities.
#[derive(Serialize)]
struct AnnouncedView {
    family: FamilyId,
    family_name: String,
    children: Vec<ChildView>,
    activities: Vec<NamedView>,
    reason: String,
    proof: Proof,
    said: String,
    at: DateTime<Utc>,
}

#[derive(Serialize, PartialEq)]
struct ChildView {
    first_name: String,
    class: Option<String>,
}

#[derive(Serialize, PartialEq)]
struct NamedView {
    id: ActivityId,
    name: String,
}

/// `GET …/today?day=`, three waves: who asks; the lists of the day and of its week beside what waits; the day's bookings
/// and their families.
pub(crate) async fn show_today(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let asked = DeskCall::open(&app, &call, Permission::SeeFamilies, |id, _| vec![keys::organisation(id)]).await?;
    let organisation = asked.record()?.effective();
    let today = paris_day(call.moment.business);
    let day = call.query("day").map_or(Ok(today), |text| day_of(&text))?;
    let (lists, waiting) = tokio::try_join!(
        Lists::read(&app.table, &organisation, day),
        waiting(&app.table, &asked.organisation, asked.access.role, asked.moment),
    )?;
    let known = lines(&app.table, &asked.organisation, &lists.on(day)).await?;
    let rolls = on_rolls(&known);
    let activities = activities_of_day(&organisation, day, &rolls);
    Reply::json(&TodayView {
        day,
        today,
        activities: activities.into_iter().map(|one| activity_view(one, day, &lists)).collect(),
        closed: closed_on(&organisation, day).into_iter().map(closed_view).collect(),
        week: squares(&organisation, Week::of(day), &lists.booked()).into_iter().map(square_view).collect(),
        waiting,
        announced: announced(&organisation, &known),
    })
}

/// The lists of places of a day and, where they are not too many, of its week.
struct Lists(BTreeMap<(Day, ActivityId), Vec<PlaceRecord>>);

impl Lists {
    /// One wave.
    async fn read(table: &Table, organisation: &Organisation, day: Day) -> Result<Self, StoreError> {
        let open = organisation.activities.iter().filter(|one| one.closed(day, &organisation.calendar).is_none());
        let mut wanted: BTreeSet<(Day, ActivityId)> = open.map(|one| (day, one.id.clone())).collect();
        wanted.extend(lists_of_week(organisation, Week::of(day)));
        let spans: Vec<_> = wanted.iter().map(|(day, one)| keys::places(&organisation.id, *day, one)).collect();
        let lists: Vec<Vec<PlaceRecord>> = table.query_each(&spans).await?;
        Ok(Self(wanted.into_iter().zip(lists).collect()))
    }

    /// Who is booked on a day, or was there without.
    fn on(&self, day: Day) -> Vec<PlaceRecord> {
        let of_day = self.0.iter().filter(|((of, _), _)| *of == day).flat_map(|(_, list)| list);
        of_day.filter(|one| one.status != BookingStatus::Waiting).cloned().collect()
    }

    fn waiting(&self, day: Day, activity: &ActivityId) -> usize {
        let list = self.0.get(&(day, activity.clone())).into_iter().flatten();
        list.filter(|one| one.status == BookingStatus::Waiting).count()
    }

    /// Who is booked, by day and activity.
    fn booked(&self) -> BTreeMap<(Day, ActivityId), Vec<ChildId>> {
        let booked = |list: &Vec<PlaceRecord>| {
            list.iter().filter(|one| one.status == BookingStatus::Booked).map(|one| one.child.clone()).collect()
        };
        self.0.iter().map(|(of, list)| (of.clone(), booked(list))).collect()
    }
}

fn on_rolls(known: &Lines) -> Vec<OnRoll<'_>> {
    known.bookings.iter().filter_map(|booking| on_roll(known, booking)).collect()
}

fn on_roll<'a>(known: &'a Lines, booking: &'a BookingRecord) -> Option<OnRoll<'a>> {
    let child = known.families.get(&booking.family)?.family.child(&booking.child)?;
    Some(OnRoll {
        activity: &booking.activity,
        child,
        booked: booking.status == BookingStatus::Booked,
        announced: booking.absence.is_some(),
        seen: booking.attendance.as_ref().map(|seen| (seen.presence, seen.at)),
    })
}

/// What parents said, the latest first; what one said of several children and activities at once is said once.
fn announced(organisation: &Organisation, known: &Lines) -> Vec<AnnouncedView> {
    let mut said: BTreeMap<_, AnnouncedView> = BTreeMap::new();
    let order = |id: &ActivityId| organisation.activities.iter().position(|one| one.id == *id);
    let mut bookings: Vec<&BookingRecord> = known.bookings.iter().collect();
    bookings.sort_by_key(|one| (order(&one.activity), one.child.clone()));
    for booking in bookings {
        let (Some(absence), Some(family)) = (&booking.absence, known.families.get(&booking.family)) else { continue };
        let family = &family.family;
        let first = || AnnouncedView {
            family: family.id.clone(),
            family_name: family.name.clone(),
            children: Vec::new(),
            activities: Vec::new(),
            reason: absence.reason.clone(),
            proof: absence.proof,
            said: absence.said.clone(),
            at: absence.at,
        };
        let one =
            said.entry((Reverse(absence.at), folded(&family.name), &family.id, &absence.reason)).or_insert_with(first);
        let child = family.child(&booking.child);
        let child = child.map(|child| ChildView { first_name: child.first_name.clone(), class: child.class.clone() });
        let name = organisation.activity(&booking.activity).map(|activity| activity.name.clone()).unwrap_or_default();
        one.children.extend(child.filter(|child| !one.children.contains(child)));
        let activity = NamedView { id: booking.activity.clone(), name };
        if !one.activities.contains(&activity) {
            one.activities.push(activity);
        }
    }
    said.into_values().collect()
}

fn activity_view(one: ActivityDay, day: Day, lists: &Lists) -> ActivityView {
    let ActivityDay { activity, counts, schools, places } = one;
    ActivityView {
        id: activity.id.clone(),
        name: activity.name.clone(),
        kind: activity.kind,
        hours: activity.hours.map(|(from, to)| HoursView { from: clock(from), to: clock(to) }),
        counts,
        waiting: lists.waiting(day, &activity.id),
        places,
        schools,
    }
}

fn closed_view((activity, reason): (&Activity, String)) -> ClosedView {
    ClosedView { id: activity.id.clone(), name: activity.name.clone(), reason }
}

fn square_view(Square { day, closed, reason, counts }: Square) -> SquareView {
    let count = |(service, count)| CountView { service, count };
    SquareView { day, closed, reason, counts: counts.into_iter().map(count).collect() }
}
