//! Reminders: in the day before the limit, one mail lists what of a coming week is not booked.

use chrono::TimeDelta;
use domain::day::{Week, later, paris_day};
use domain::family::Family;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{State, child_week};
use lambda::Error;
use store::records::{BookingRecord, FamilyRecord, Message, OutboxRecord, ReminderRecord};
use store::{Chain, Facts, Failure, keys};

use crate::TickApp;

/// How long before the limit the mail goes.
const AHEAD: TimeDelta = TimeDelta::hours(24);
/// How many weeks ahead a limit may concern.
const WEEKS: u64 = 5;

/// Reminds the families of an organisation that want it; how many.
pub(crate) async fn send(app: &TickApp, organisation: &Organisation) -> Result<usize, Error> {
    let moment = app.clock.now();
    let weeks: Vec<Week> = weeks(organisation, moment);
    let mut sent = 0;
    if weeks.is_empty() {
        return Ok(sent);
    }
    let wanting: Vec<ReminderRecord> = app.table.query(&keys::reminders(&organisation.id)).await?;
    for record in wanting {
        let ahead = |week: &&Week| record.reminded.is_none_or(|last| last < week.monday());
        for week in weeks.iter().filter(ahead) {
            sent += usize::from(remind(app, organisation, record.clone(), *week, moment).await?);
        }
    }
    Ok(sent)
}

/// The weeks for which some limit falls within the next day, whoever it concerns.
fn weeks(organisation: &Organisation, moment: Moment) -> Vec<Week> {
    let monday = Week::of(paris_day(moment.business)).monday();
    let weeks = (1..=WEEKS).map(|ahead| Week::of(later(monday, 7 * ahead)));
    let soon = |week: &Week| {
        organisation.activities.iter().any(|activity| {
            week.days().iter().any(|day| {
                let limit = activity.book.limit(*day, &organisation.calendar);
                limit.is_some_and(|limit| moment.business < limit.at && limit.at <= moment.business + AHEAD)
            })
        })
    };
    weeks.filter(soon).collect()
}

async fn remind(
    app: &TickApp,
    organisation: &Organisation,
    record: ReminderRecord,
    week: Week,
    moment: Moment,
) -> Result<bool, Error> {
    let family = keys::family(&organisation.id, &record.family);
    let span = keys::bookings(&organisation.id, &record.family, week.monday(), week.sunday());
    let lots = keys::lots(&organisation.id, &record.family);
    let (family, bookings, lots) = tokio::join!(
        app.table.get::<FamilyRecord>(&family),
        app.table.query::<BookingRecord>(&span),
        app.table.query(&lots)
    );
    let Some(family) = family? else { return Ok(false) };
    let facts = Facts::of(bookings?, lots?, Vec::new());
    if !undecided(organisation, &family.family, &facts, week, moment) {
        return Ok(false);
    }
    let message = Message::Reminder {
        organisation: organisation.id.clone(),
        family: record.family.clone(),
        monday: week.monday(),
    };
    let mail = OutboxRecord::for_family(secret::id(), message, moment.wall);
    let version = record.version;
    let reminded = ReminderRecord { reminded: Some(week.monday()), version: version + 1, ..record };
    match app.table.write(Chain::new().put_over(&reminded, version).put_new(&mail)).await {
        Ok(()) => Ok(true),
        // Another tick was faster, or the family wants it no more.
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether something is open and not booked whose limit is near.
fn undecided(organisation: &Organisation, family: &Family, facts: &Facts, week: Week, moment: Moment) -> bool {
    let now = moment.business;
    family.children.iter().any(|child| {
        child_week(organisation, child, week, now, facts)
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .any(|cell| cell.state == State::OpenFree && cell.limit.is_some_and(|limit| limit.at <= now + AHEAD))
    })
}
