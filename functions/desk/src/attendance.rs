//! `…/attendance`: the roll of an activity on a day, and what an agent notes on it. From then on the day is frozen.

use std::sync::Arc;

use domain::attendance::{Attendance, Presence};
use domain::day::{Day, Week, full_date, paris_day, parse_day};
use domain::deadline::Hour;
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::invoice::Period;
use domain::organisation::Organisation;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::changes::{Maker, Writer};
use store::records::{BookingRecord, BookingStatus, FamilyRecord, PeriodRecord};
use store::{Facts, Gathered, Patience, StoreError, Table, keys};
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::roll::{CountsView, RowView, counts, roll, row};

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
    /// Whether it matters when a child came and left.
    hours: bool,
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
    let asked = DeskCall::open(&app, &call, Permission::SeeFamilies, |id, _| vec![keys::organisation(id)]).await?;
    let organisation = asked.record()?.effective();
    let today = paris_day(call.moment.business);
    let day = call.query("day").map_or(Ok(today), |text| day_of(&text))?;
    let wanted: Option<ActivityId> = match call.query("activity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| ApiError::not_found())?),
    };
    if wanted.as_ref().is_some_and(|wanted| organisation.activity(wanted).is_none()) {
        return Err(ApiError::not_found());
    }
    let open = |id: &ActivityId| {
        organisation.activity(id).is_some_and(|one| one.closed(day, &organisation.calendar).is_none())
    };
    let activity = wanted.or_else(|| organisation.activities.iter().map(|one| one.id.clone()).find(|id| open(id)));
    let children = match &activity {
        None => Vec::new(),
        Some(activity) => roll(&app.table, &organisation.id, day, activity).await?,
    };
    let name = activity.as_ref().and_then(|id| organisation.activity(id)).map(|activity| activity.name.clone());
    let activities = organisation.activities.iter();
    Reply::json(&AttendanceView {
        title: format!("{}, {}", name.unwrap_or_else(|| "Aucune activité".to_owned()), full_date(day)),
        activities: activities
            .map(|one| {
                let hours = organisation.counts_hours(&one.id, day);
                ActivityView { id: one.id.clone(), name: one.name.clone(), open: open(&one.id), hours }
            })
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

/// One child seen or not, as the body says it.
struct Note {
    body: Body,
    day: Day,
    arrived: Option<u16>,
    left: Option<u16>,
}

impl Note {
    fn of(call: &Call) -> Result<Self, ApiError> {
        let body: Body = call.body()?;
        let day = day_of(&body.day)?;
        let arrived = minutes("arrived", body.arrived.as_deref())?;
        let left = minutes("left", body.left.as_deref())?;
        if arrived.zip(left).is_some_and(|(arrived, left)| left < arrived) {
            return Err(ApiError::invalid("left", "L’heure de départ est avant l’heure d’arrivée."));
        }
        Ok(Self { body, day, arrived, left })
    }
}

/// What a note is decided on.
struct Known {
    asked: DeskCall,
    organisation: Organisation,
    family: FamilyRecord,
    booking: Option<BookingRecord>,
}

/// `PUT …/attendance`: one child seen, not seen, or unchecked again.
pub(crate) async fn note_attendance(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let note = Note::of(&call)?;
    let mut writer = Writer::new(&app.table, Patience::PERSON);
    loop {
        writer.next().await?;
        let known = read(&app, &call, &note).await?;
        let new = noted(&known, &note)?;
        let facts = facts(&app.table, known.booking.as_ref()).await?;
        let maker = Maker {
            organisation: &known.asked.organisation,
            family: &note.body.family,
            account: Some(&known.asked.caller.account),
            said: &known.asked.access.said,
            // What is noted is kept with the booking, not in the history.
            request: "",
            reason: None,
            abonnement: None,
            undoes: None,
            moment: call.moment,
        };
        let child = known.family.family.child(&note.body.child).ok_or_else(ApiError::not_found)?;
        let mut writing = writer.begin(known.asked.begin(), maker, &known.organisation, &facts);
        writing.note(child, &new);
        if writer.write(writing).await?.is_some() {
            let kept = new.status == BookingStatus::Booked || new.attendance.is_some();
            return Reply::json(&NotedView { row: kept.then(|| row(&known.family, &new)) });
        }
    }
}

/// Reads what the note is about, and refuses a day to come, a month that is invoiced, a line that is not as the agent saw it.
async fn read(app: &App, call: &Call, note: &Note) -> Result<Known, ApiError> {
    let (Note { body, day, .. }, id) = (note, call.path("organisation")?);
    let booking = keys::booking(&id, &body.family, *day, &body.child, &body.activity);
    let (family, month) = (keys::family(&id, &body.family), keys::family_period(&id, &body.family, Period::of(*day)));
    let needed = |_: &_, _: &_| vec![keys::organisation(&id), booking.clone(), family.clone(), month.clone()];
    let asked = DeskCall::open(app, call, Permission::CheckAttendance, needed).await?;
    let family: FamilyRecord = asked.found(&family)?;
    family.family.child(&body.child).ok_or_else(ApiError::not_found)?;
    let organisation = asked.record()?.effective();
    check(&organisation, &body.activity, *day, paris_day(call.moment.business))?;
    if asked.get::<PeriodRecord>(&month)?.is_some() {
        let detail = "Ce mois est facturé à cette famille : une erreur se corrige par un avoir.";
        return Err(ApiError::new(StatusCode::CONFLICT, "month-invoiced", detail));
    }
    let booking: Option<BookingRecord> = asked.get(&booking)?;
    if booking.as_ref().map_or(0, |known| known.version) != body.version {
        let detail = "Quelqu’un d’autre vient de changer cette ligne : la liste a été relue.";
        return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
    }
    Ok(Known { asked, organisation, family, booking })
}

/// What is written with a booking that was a place in a line: the line, which the child leaves, and the tickets.
async fn facts(table: &Table, known: Option<&BookingRecord>) -> Result<Facts, StoreError> {
    let waited = |known: &&BookingRecord| {
        known.status == BookingStatus::Waiting || (known.status == BookingStatus::Unbooked && known.lot.is_some())
    };
    let (rooms, lots) = match known.filter(waited) {
        None => (Vec::new(), Vec::new()),
        Some(known) => {
            let rooms = keys::rooms(&known.organisation, Week::of(known.day));
            let lots = keys::lots(&known.organisation, &known.family);
            tokio::try_join!(table.query(&rooms), table.query(&lots))?
        }
    };
    let bookings = known.cloned().into_iter().collect();
    // Its month was read, and is not invoiced.
    Ok(Facts::from(Gathered { bookings, rooms, lots, invoiced: Vec::new(), documents: None }))
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
fn noted(known: &Known, note: &Note) -> Result<BookingRecord, ApiError> {
    let Note { body, day, arrived, left } = note;
    let booking = known.booking.as_ref();
    let booked = booking.is_some_and(|booking| booking.status == BookingStatus::Booked);
    let fits = match body.presence {
        None => booking.is_some(),
        Some(Presence::PresentUnbooked) => !booked,
        Some(_) => booked,
    };
    if !fits {
        return Err(ApiError::invalid("presence", "Cet état ne va pas avec l’inscription de cet enfant."));
    }
    let at = known.asked.moment.business;
    let attendance = body.presence.map(|presence| {
        let said = known.asked.access.said.clone();
        Attendance { presence, arrived: *arrived, left: *left, at, said }
    });
    Ok(match booking {
        Some(booking) => {
            // A child in the waiting list that is there all the same waits no more.
            let status = if booked { BookingStatus::Booked } else { BookingStatus::Unbooked };
            BookingRecord { attendance, status, version: booking.version + 1, ..booking.clone() }
        }
        None => BookingRecord {
            organisation: known.organisation.id.clone(),
            family: body.family.clone(),
            child: body.child.clone(),
            activity: body.activity.clone(),
            day: *day,
            at,
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
