//! `PUT …/attendance/present`: the children nobody has noted yet are there, many in one request; or that is taken back.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::attendance::{Attendance, Presence};
use domain::day::{Day, paris_day};
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::invoice::Period;
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use store::keys::{self, Key};
use store::records::{BookingRecord, BookingStatus, FamilyRecord, PeriodRecord};

use store::{Attempts, MOST_ACTIONS, Patience, StoreError};
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::attendance::{check, day_of};
use crate::roll::{RowView, row};

const MOST: usize = 1000;
/// What a line is in a transaction at most: its booking, and that its family's month is open.
const OF_LINE: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    day: String,
    activity: ActivityId,
    children: Vec<Line>,
    /// Those who are present, and nothing else, are unmarked again.
    #[serde(default)]
    take_back: bool,
}

/// A child as the agent sees it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    child: ChildId,
    family: FamilyId,
    version: u64,
}

#[derive(Serialize)]
struct MarkedView {
    rows: Vec<RowView>,
    /// Who was not marked: the line is no longer as the agent saw it.
    left: Vec<ChildId>,
}

/// The roll of which the lines are.
struct Roll {
    organisation: OrganisationId,
    activity: ActivityId,
    day: Day,
    take_back: bool,
}

impl Roll {
    fn booking(&self, line: &Line) -> Key {
        keys::booking(&self.organisation, &line.family, self.day, &line.child, &self.activity)
    }

    fn month(&self, line: &Line) -> Key {
        keys::family_period(&self.organisation, &line.family, Period::of(self.day))
    }

    fn needed(&self, lines: &[Line]) -> Vec<Key> {
        let mut needed: Vec<Key> = Vec::new();
        for line in lines {
            let keys = [self.booking(line), keys::family(&self.organisation, &line.family), self.month(line)];
            needed.extend(keys.into_iter().filter(|key| !needed.contains(key)).collect::<Vec<_>>());
        }
        needed
    }

    /// The line as it was read, when it still waits to be marked, or still is as it was marked.
    fn waiting(&self, line: &Line, desk: &DeskCall) -> Result<Option<(FamilyRecord, BookingRecord)>, StoreError> {
        let invoiced = desk.get::<PeriodRecord>(&self.month(line))?.is_some();
        let family: Option<FamilyRecord> = desk.get(&keys::family(&self.organisation, &line.family))?;
        let booking: Option<BookingRecord> = desk.get(&self.booking(line))?;
        let both = family.filter(|family| family.family.child(&line.child).is_some()).zip(booking);
        Ok(both.filter(|(_, booking)| {
            let booked = booking.status == BookingStatus::Booked;
            !invoiced && booked && self.is_asked_about(booking) && booking.version == line.version
        }))
    }

    fn is_asked_about(&self, booking: &BookingRecord) -> bool {
        match &booking.attendance {
            None => !self.take_back,
            // Hours were typed by hand: they are not lost with many others.
            Some(seen) => self.take_back && seen.presence == Presence::Present && seen.arrived.or(seen.left).is_none(),
        }
    }

    /// What is written of a line that waits.
    fn mark(&self, call: &Call, said: &str) -> Option<Attendance> {
        let (at, said) = (call.moment.business, said.to_owned());
        (!self.take_back).then_some(Attendance { presence: Presence::Present, arrived: None, left: None, at, said })
    }
}

pub(crate) async fn mark_present(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let organisation = DeskCall::open(&app, &call, Permission::CheckAttendance, |_, _| Vec::new()).await?.organisation;
    let body: Body = call.body()?;
    if body.children.is_empty() || body.children.len() > MOST {
        return Err(ApiError::invalid("children", format!("De un à {MOST} enfants à la fois.")));
    }
    let roll = Roll { organisation, day: day_of(&body.day)?, activity: body.activity, take_back: body.take_back };
    let mut seen = BTreeSet::new();
    let lines: Vec<Line> = body.children.into_iter().filter(|line| seen.insert(line.child.clone())).collect();
    let mut marked = MarkedView { rows: Vec::new(), left: Vec::new() };
    let mut waiting = lines.as_slice();
    while !waiting.is_empty() {
        let (some, rows) = mark(&app, &call, &roll, waiting).await?;
        let left = some.iter().filter(|line| !rows.iter().any(|row| row.is_of(&line.child)));
        marked.left.extend(left.map(|line| line.child.clone()));
        marked.rows.extend(rows);
        waiting = &waiting[some.len()..];
    }
    Reply::json(&marked)
}

/// Looks at as many as one transaction holds, and marks those that still wait; after another look where somebody was
/// faster, nobody where they always are.
async fn mark<'a>(
    app: &App,
    call: &Call,
    roll: &Roll,
    waiting: &'a [Line],
) -> Result<(&'a [Line], Vec<RowView>), ApiError> {
    let mut lines = &waiting[..waiting.len().min(MOST_ACTIONS / OF_LINE)];
    let mut attempts = Attempts::of(Patience::PERSON);
    while attempts.next().await.is_ok() {
        let desk = DeskCall::open(app, call, Permission::CheckAttendance, |organisation, _| {
            std::iter::once(keys::organisation(organisation)).chain(roll.needed(lines)).collect()
        })
        .await?;
        check(&desk.record()?.effective(), &roll.activity, roll.day, paris_day(call.moment.business))?;
        let mut transaction = desk.begin();
        lines = &lines[..lines.len().min(transaction.room() / OF_LINE)];
        let mut months = Vec::new();
        let mut rows = Vec::new();
        for line in lines {
            let Some((family, known)) = roll.waiting(line, &desk)? else { continue };
            let attendance = roll.mark(call, &desk.access.said);
            let new = BookingRecord { attendance, version: known.version + 1, ..known };
            transaction.put_over(&new, line.version);
            let month = roll.month(line);
            if !months.contains(&month) {
                transaction.check_absent(&month);
                months.push(month);
            }
            rows.push(row(&family, &new));
        }
        if rows.is_empty() || attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok((lines, rows));
        }
    }
    Ok((lines, Vec::new()))
}
