//! `bookings.csv`: each booking against the calendar, the enrolments and the custody of its child.

use std::collections::HashMap;

use domain::activity::{Activity, Closed};
use domain::calendar::Calendar;
use domain::day::{Day, full_date};
use domain::family::Child;
use domain::id::{ActivityId, ChildId, FamilyId};

use super::{BookingRow, FamilyRow};
use crate::source::{Reading, Row, Sheet, value};

const BOOKINGS: Sheet = Sheet { file: "bookings.csv", required: &["child", "activity", "day"], optional: &["paid"] };

/// The files that say whether a booking fits.
const GROUNDS: [&str; 6] =
    ["activities.toml", "calendar.toml", "families.csv", "children.csv", "custody.csv", "enrolments.csv"];

/// What bookings are held against.
struct Checks<'a> {
    activities: HashMap<&'a ActivityId, &'a Activity>,
    calendar: Option<&'a Calendar>,
    homes: HashMap<&'a ChildId, Vec<(&'a FamilyId, &'a Child)>>,
}

/// Why a booking is not taken.
enum Doubt {
    /// The files contradict each other.
    Contradiction(String),
    /// The day has been closed since: nothing to correct in this file.
    Closed(String),
}

/// Reads the bookings. A row with a relative day that does not fit is passed over without a word:
/// whoever wrote it could not know the day.
pub(super) fn read(
    reading: &Reading,
    activities: &[Activity],
    calendar: Option<&Calendar>,
    families: &[FamilyRow],
) -> Vec<BookingRow> {
    let checks = Checks::new(activities, calendar, families);
    let judged = !reading.faults.in_files(&GROUNDS);
    let mut known = HashMap::new();
    let rows = BOOKINGS.rows(reading);
    rows.iter().filter_map(|row| booking(row, &checks, &mut known, judged)).collect()
}

fn booking(
    row: &Row,
    checks: &Checks,
    known: &mut HashMap<(ChildId, ActivityId, Day), bool>,
    judged: bool,
) -> Option<BookingRow> {
    let (child, activity) = (row.id::<ChildId>("child"), row.id::<ActivityId>("activity"));
    let day = row.day("day");
    let paid = row.optional("paid", value::price);
    let (child, activity) = (child.filter(|id| checks.child(id, row)), activity.filter(|id| checks.activity(id, row)));
    let (child, activity, written) = (child?, activity?, day?);
    let day = written.day;
    let decided = match known.insert((child.clone(), activity.clone(), day), written.relative) {
        None => checks.family(&child, &activity, day),
        // The row with a relative day, which came first, stands for both.
        Some(true) => return None,
        Some(false) => Err(Doubt::Contradiction("cette réservation est là deux fois.".to_owned())),
    };
    match decided {
        Ok(family) => Some(BookingRow { family: family.clone(), child, activity, day, paid }),
        Err(_) if written.relative || !judged => None,
        Err(Doubt::Contradiction(message)) => {
            row.fault(message);
            None
        }
        Err(Doubt::Closed(message)) => {
            row.pass_over(message);
            None
        }
    }
}

impl<'a> Checks<'a> {
    fn new(activities: &'a [Activity], calendar: Option<&'a Calendar>, families: &'a [FamilyRow]) -> Self {
        let mut homes: HashMap<&ChildId, Vec<(&FamilyId, &Child)>> = HashMap::new();
        for FamilyRow { family, .. } in families {
            for child in &family.children {
                homes.entry(&child.id).or_default().push((&family.id, child));
            }
        }
        let activities = activities.iter().map(|activity| (&activity.id, activity)).collect();
        Self { activities, calendar, homes }
    }

    fn child(&self, id: &ChildId, row: &Row) -> bool {
        let known = self.homes.contains_key(id);
        if !known {
            row.unknown("l’enfant", id, &["children.csv", "custody.csv", "families.csv"]);
        }
        known
    }

    fn activity(&self, id: &ActivityId, row: &Row) -> bool {
        let known = self.activities.contains_key(id);
        if !known {
            row.unknown("l’activité", id, &["activities.toml"]);
        }
        known
    }

    /// The family that answers for the booking.
    fn family(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Result<&'a FamilyId, Doubt> {
        let homes = self.homes.get(child).map(Vec::as_slice).unwrap_or_default();
        let contradiction = |why: &str| Doubt::Contradiction(format!("le {}, {why}", full_date(day)));
        let enrolled = homes.iter().any(|(_, child)| child.enrolled(activity, day));
        let home = homes.iter().find(|(_, child)| child.custody.holds(day));
        match (home, enrolled) {
            (_, false) => Err(contradiction("cet enfant n’est pas inscrit à cette activité (enrolments.csv).")),
            (None, true) => Err(contradiction("aucun foyer n’a la garde de cet enfant (custody.csv).")),
            (Some((family, _)), true) => self.open(activity, day).map(|()| *family),
        }
    }

    fn open(&self, activity: &ActivityId, day: Day) -> Result<(), Doubt> {
        let activity = self.activities.get(activity);
        let closed = activity.zip(self.calendar).and_then(|(activity, calendar)| activity.closed(day, calendar));
        let said = match closed {
            None => return Ok(()),
            Some(Closed::NotADayOfIt) => "l’activité n’ouvre pas ce jour".to_owned(),
            Some(Closed::For(name)) => format!("l’activité est fermée : {name}"),
            Some(Closed::Unknown) => "le calendrier scolaire n’est pas publié".to_owned(),
        };
        Err(Doubt::Closed(format!("le {}, {said} ; réservation laissée de côté.", full_date(day))))
    }
}
