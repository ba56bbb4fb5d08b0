//! `GET /api/calendars/{feed}`: a family's bookings as a calendar that a phone subscribes to. The address is the secret.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use domain::day::{Day, earlier, later, paris_day};
use domain::family::Family;
use domain::organisation::Organisation;
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, Property};
use store::keys;
use store::records::{BookingRecord, BookingStatus, FamilyRecord, FeedRecord, MembershipRecord, OrganisationRecord};
use web::app::App;
use web::{ApiError, Call, Reply};

/// How far back and ahead the calendar goes, in days.
const BACK: u64 = 31;
const AHEAD: u64 = 400;

/// Two waves: whose the feed is, then the family and its bookings.
pub(crate) async fn show_calendar(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let address: String = call.path("feed")?;
    let token = address.strip_suffix(".ics").unwrap_or(&address);
    let feed: Option<FeedRecord> = app.table.get(&keys::feed(&secret::sha256(token))).await?;
    let feed = feed.ok_or_else(ApiError::not_found)?;
    let membership = keys::membership(&feed.account, &feed.organisation, &feed.family);
    let (organisation, family) =
        (keys::organisation(&feed.organisation), keys::family(&feed.organisation, &feed.family));
    let today = paris_day(call.moment.business);
    let span = keys::bookings(&feed.organisation, &feed.family, earlier(today, BACK), later(today, AHEAD));
    let wanted = [membership.clone(), organisation.clone(), family.clone()];
    let (items, bookings) = tokio::join!(app.table.batch_get(&wanted), app.table.query::<BookingRecord>(&span));
    let items = items?;
    // The feed of an adult who left the family ends with the membership.
    items.get::<MembershipRecord>(&membership)?.ok_or_else(ApiError::not_found)?;
    let organisation = items.get::<OrganisationRecord>(&organisation)?.ok_or_else(ApiError::not_found)?.effective();
    let family = items.get::<FamilyRecord>(&family)?.ok_or_else(ApiError::not_found)?.family;
    let text = calendar(&organisation, &family, &bookings?, call.moment.wall);
    Ok(Reply::text("text/calendar; charset=utf-8", text))
}

fn calendar(organisation: &Organisation, family: &Family, bookings: &[BookingRecord], wall: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.name(&format!("{} – famille {}", organisation.name, family.name));
    calendar.append_property(Property::new("PRODID", "-//Preau//Portail famille//FR"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-TIMEZONE", "Europe/Paris"));
    calendar.append_property(Property::new("REFRESH-INTERVAL", "PT1H").append_parameter(("VALUE", "DURATION")).done());
    for booking in
        bookings.iter().filter(|booking| booking.status == BookingStatus::Booked && booking.absence.is_none())
    {
        if let Some(event) = event(organisation, family, booking, wall) {
            calendar.push(event);
        }
    }
    // The crate names the zone and does not describe it, which RFC 5545 asks for; nor may a calendar hold nothing.
    let text = calendar.to_string();
    let place = text.find("BEGIN:VEVENT").or_else(|| text.find("END:VCALENDAR")).unwrap_or(text.len());
    let (before, after) = text.split_at(place);
    format!("{before}{PARIS}{after}")
}

fn event(organisation: &Organisation, family: &Family, booking: &BookingRecord, wall: DateTime<Utc>) -> Option<Event> {
    let child = family.child(&booking.child)?;
    let activity = organisation.activity(&booking.activity)?;
    // A closure that is still being carried out already shows.
    if activity.closed(booking.day, &organisation.calendar).is_some() {
        return None;
    }
    let mut event = Event::new();
    event.uid(&uid(booking));
    event.timestamp(wall.min(booking.at));
    event.summary(&format!("{} – {}", activity.name, child.first_name));
    event.location(&organisation.name);
    match activity.hours {
        Some((from, to)) => {
            event.starts(at(booking.day, from));
            event.ends(at(booking.day, to));
        }
        None => {
            event.starts(booking.day);
            event.ends(later(booking.day, 1));
        }
    }
    Some(event.done())
}

/// The same for the same booking, whenever it is read.
fn uid(booking: &BookingRecord) -> String {
    let BookingRecord { organisation, child, activity, day, .. } = booking;
    let digest = secret::sha256(&format!("{organisation}#{child}#{activity}#{day}"));
    format!("{}@preau", &digest[..32])
}

fn at(day: Day, minutes: u16) -> CalendarDateTime {
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes.min(1439)) * 60, 0).unwrap_or_default();
    CalendarDateTime::WithTimezone { date_time: day.and_time(time), tzid: "Europe/Paris".to_owned() }
}

/// Europe/Paris as it has been since 1996: RFC 5545, 3.6.5.
const PARIS: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n\
    BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
