//! Reminders: in the day before the limit, one mail lists what of a coming week is not booked.

use chrono::TimeDelta;
use domain::day::{Week, later, paris_day};
use domain::family::Family;
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{State, child_week};
use lambda::Error;
use store::records::{BookingRecord, FamilyRecord, Message, OutboxRecord, ReminderRecord};
use store::{Facts, Gathered, Transaction, keys, was_first};

use crate::TickApp;
use crate::about::About;

/// How long before the limit the mail goes.
const AHEAD: TimeDelta = TimeDelta::hours(24);
/// How many weeks ahead a limit may concern.
const WEEKS: u64 = 5;

/// Reminds the families of an organisation that want it; how many.
pub(crate) async fn send(app: &TickApp, about: &mut About<'_>) -> Result<usize, Error> {
    let (moment, organisation, turn) = (app.clock.now(), about.organisation, about.turn);
    let weeks: Vec<Week> = weeks(organisation, moment);
    if weeks.is_empty() {
        return Ok(0);
    }
    let span = keys::reminders(&organisation.id);
    let mut sent = 0;
    let Some(mut round) = about.round::<ReminderRecord>(&app.table, ("reminders", turn), span).await? else {
        return Ok(sent);
    };
    while let Some((item, record)) = round.next(about.spending).await? {
        let reminded = match record {
            Ok(record) => remind_of_each(app, organisation, record, &weeks, moment).await,
            Err(error) => Err(error.into()),
        };
        sent += about.looked_at("reminders", &item, reminded);
    }
    Ok(sent)
}

/// Reminds a family of each of these weeks that it was not reminded of yet.
async fn remind_of_each(
    app: &TickApp,
    organisation: &Organisation,
    record: ReminderRecord,
    weeks: &[Week],
    moment: Moment,
) -> Result<bool, Error> {
    let mut reminded = false;
    let ahead = |week: &&Week| record.reminded.is_none_or(|last| last < week.monday());
    for week in weeks.iter().filter(ahead) {
        reminded |= remind(app, organisation, record.clone(), *week, moment).await?;
    }
    Ok(reminded)
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
    // Weeks to come: nothing of them is invoiced. A full day, or a missing piece, is told by the page.
    let (rooms, invoiced) = (Vec::new(), Vec::new());
    let facts = Facts::from(Gathered { bookings: bookings?, rooms, lots: lots?, invoiced, documents: None });
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
    let mut transaction = Transaction::of_system();
    transaction.put_over(&reminded, version);
    transaction.put_new(&mail);
    // Another tick may be faster, or the family wants it no more.
    Ok(was_first(app.table.write(transaction).await)?)
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
