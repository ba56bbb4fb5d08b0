//! `…/attendance`: the roll of an activity on a day, and what an agent notes on it. From then on the day is frozen.

use std::sync::Arc;

use domain::attendance::{Attendance, Presence};
use domain::day::{Day, full_date, paris_day, parse_day};
use domain::deadline::Hour;
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::invoice::Period;
use domain::organisation::Organisation;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{BookingRecord, BookingStatus, FamilyRecord, LotRecord, PeriodRecord};
use store::{Chain, Failure, StoreError, Table, keys};
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::office::Office;
use crate::roll::{CountsView, RowView, counts, roll, row};

const TRIES: u32 = 6;

#[derive(Serialize)]
struct AttendanceView {
    day: Day,
    today: Day,
    title: String,
    activities: Vec<ActivityView>,
    activity: Option<ActivityId>,
    children: Vec<RowView>,
    counts: CountsView,
}

#[derive(Serialize)]
struct ActivityView {
    id: ActivityId,
    name: String,
    open: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    day: String,
    activity: ActivityId,
    child: ChildId,
    family: FamilyId,
    presence: Option<Presence>,
    arrived: Option<String>,
    left: Option<String>,
    version: u64,
}

#[derive(Serialize)]
struct NotedView {
    row: Option<RowView>,
}

/// `GET …/attendance?day=&activity=`.
pub(crate) async fn show_attendance(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let (office, _) = Office::open(&app, &call, Permission::SeeFamilies, &[]).await?;
    let organisation = office.record.effective();
    let today = paris_day(call.moment.business);
    let day = call.query("day").map_or(Ok(today), |text| day_of(&text))?;
    let asked: Option<ActivityId> = match call.query("activity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| ApiError::not_found())?),
    };
    if asked.as_ref().is_some_and(|asked| organisation.activity(asked).is_none()) {
        return Err(ApiError::not_found());
    }
    let open = |id: &ActivityId| {
        organisation.activity(id).is_some_and(|one| one.closed(day, &organisation.calendar).is_none())
    };
    let activity = asked.or_else(|| organisation.activities.iter().map(|one| one.id.clone()).find(|id| open(id)));
    let children = match &activity {
        None => Vec::new(),
        Some(activity) => roll(&app.table, &organisation.id, day, activity).await?,
    };
    let name = activity.as_ref().and_then(|id| organisation.activity(id)).map(|activity| activity.name.clone());
    let activities = organisation.activities.iter();
    Reply::json(&AttendanceView {
        title: format!("{}, {}", name.unwrap_or_else(|| "Aucune activité".to_owned()), full_date(day)),
        activities: activities
            .map(|one| ActivityView { id: one.id.clone(), name: one.name.clone(), open: open(&one.id) })
            .collect(),
        counts: counts(&children),
        day,
        today,
        activity,
        children,
    })
}

pub(crate) fn day_of(text: &str) -> Result<Day, ApiError> {
    parse_day(text).ok_or_else(|| ApiError::invalid("day", "Cette date n’existe pas. Écrivez-la ainsi : 2015-05-28."))
}

/// `PUT …/attendance`: one child seen, not seen, or unchecked again.
pub(crate) async fn note_attendance(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let body: Body = call.body()?;
    let day = day_of(&body.day)?;
    let booking_key = keys::booking(&organisation, &body.family, day, &body.child, &body.activity);
    let family_key = keys::family(&organisation, &body.family);
    let month_key = keys::family_period(&organisation, &body.family, Period::of(day));
    let (arrived, left) = (minutes("arrived", body.arrived.as_deref())?, minutes("left", body.left.as_deref())?);
    if arrived.zip(left).is_some_and(|(arrived, left)| left < arrived) {
        return Err(ApiError::invalid("left", "L’heure de départ est avant l’heure d’arrivée."));
    }
    for _ in 0..TRIES {
        let further = [booking_key.clone(), family_key.clone(), month_key.clone()];
        let (office, items) = Office::open(&app, &call, Permission::CheckAttendance, &further).await?;
        let family: FamilyRecord = items.get(&family_key)?.ok_or_else(ApiError::not_found)?;
        family.family.child(&body.child).ok_or_else(ApiError::not_found)?;
        let organisation = office.record.clone().effective();
        let known: Option<BookingRecord> = items.get(&booking_key)?;
        check(&organisation, &body.activity, day, paris_day(call.moment.business))?;
        if items.get::<PeriodRecord>(&month_key)?.is_some() {
            let detail = "Ce mois est facturé à cette famille : une erreur se corrige par un avoir.";
            return Err(ApiError::new(StatusCode::CONFLICT, "month-invoiced", detail));
        }
        if known.as_ref().map_or(0, |known| known.version) != body.version {
            let detail = "Quelqu’un d’autre vient de changer cette ligne : la liste a été relue.";
            return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
        }
        let attendance = body.presence.map(|presence| Attendance {
            presence,
            arrived,
            left,
            at: call.moment.business,
            said: office.access.said.clone(),
        });
        let new = noted(&organisation, &body, day, known, attendance)?;
        let lot = unused_lot(&app.table, &new).await?;
        let guard = office.guard().check_absent(&month_key);
        match app.table.write(write(guard, &new, body.version, lot)).await {
            Ok(()) => {
                let kept = new.status == BookingStatus::Booked || new.attendance.is_some();
                return Reply::json(&NotedView { row: kept.then(|| row(&family, &new)) });
            }
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    let detail = "Quelqu’un d’autre change cette ligne en même temps : recommencez.";
    Err(ApiError::new(StatusCode::CONFLICT, "conflict-busy", detail))
}

pub(crate) fn check(organisation: &Organisation, activity: &ActivityId, day: Day, today: Day) -> Result<(), ApiError> {
    organisation.activity(activity).ok_or_else(ApiError::not_found)?;
    if day > today {
        let detail = "L’appel se fait le jour même ou après.";
        return Err(ApiError::new(StatusCode::CONFLICT, "day-to-come", detail));
    }
    Ok(())
}

fn minutes(field: &str, text: Option<&str>) -> Result<Option<u16>, ApiError> {
    match text {
        None => Ok(None),
        Some(text) => match Hour::minutes(text) {
            Some(minutes) => Ok(Some(minutes)),
            None => Err(ApiError::invalid(field, "Écrivez l’heure ainsi : 8:30.")),
        },
    }
}

/// The booking with what was noted.
fn noted(
    organisation: &Organisation,
    body: &Body,
    day: Day,
    known: Option<BookingRecord>,
    attendance: Option<Attendance>,
) -> Result<BookingRecord, ApiError> {
    let booked = known.as_ref().is_some_and(|known| known.status == BookingStatus::Booked);
    let fits = match body.presence {
        None => known.is_some(),
        Some(Presence::PresentUnbooked) => !booked,
        Some(_) => booked,
    };
    if !fits {
        return Err(ApiError::invalid("presence", "Cet état ne va pas avec l’inscription de cet enfant."));
    }
    Ok(match known {
        Some(known) => {
            // A child in the waiting list that is there all the same waits no more.
            let status = if booked { BookingStatus::Booked } else { BookingStatus::Unbooked };
            BookingRecord { attendance, status, version: known.version + 1, ..known }
        }
        None => BookingRecord {
            organisation: organisation.id.clone(),
            family: body.family.clone(),
            child: body.child.clone(),
            activity: body.activity.clone(),
            day,
            at: attendance.as_ref().map(|attendance| attendance.at).unwrap_or_default(),
            status: BookingStatus::Unbooked,
            surcharge: 0,
            abonnement: None,
            paid: None,
            lot: None,
            absence: None,
            attendance,
            version: 1,
        },
    })
}

/// The lot of a line that goes, when a ticket lies on it: who waited was there, and was not after all.
async fn unused_lot(table: &Table, new: &BookingRecord) -> Result<Option<LotRecord>, StoreError> {
    match &new.lot {
        Some(lot) if new.status != BookingStatus::Booked && new.attendance.is_none() => {
            table.get(&keys::lot(&new.organisation, &new.family, lot)).await
        }
        _ => Ok(None),
    }
}

/// Who was there without a booking has a line only as long as it is noted.
fn write(guard: Chain, new: &BookingRecord, version: u64, lot: Option<LotRecord>) -> Chain {
    use store::Record;
    let guard = match lot {
        Some(mut record) => {
            let read = record.version;
            record.lot.give_back();
            record.version = read + 1;
            guard.put_over(&record, read)
        }
        None => guard,
    };
    match (new.status, &new.attendance) {
        (BookingStatus::Booked, _) => guard.put_over(new, version),
        (_, Some(_)) => {
            let guard = guard.put_over(new, version);
            if version == 0 { guard.put_new(&new.place()) } else { guard.put(&new.place()) }
        }
        (_, None) => guard.delete_version(&new.key(), version).delete(&new.place().key()),
    }
}
