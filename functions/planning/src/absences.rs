//! `POST …/absences`: a parent says that a child will not come, or did not: what is in time is cancelled, what is too
//! late is kept with the reason.

use std::sync::Arc;

use domain::attendance::{Absence, Proof};
use domain::day::{Day, Week, earlier, full_date, paris_day};
use domain::id::{ActivityId, ChildId};
use domain::moment::Moment;
use domain::planning::{Action, Authority, Spot, Want, cell_of, decide};
use domain::role::Permission;
use domain::text::counted;
use serde::{Deserialize, Serialize};
use store::records::BookingRecord;
use store::{Failure, keys, pause};
use uuid::Uuid;
use web::app::{App, Caller};
use web::{ApiError, Call, Reply};

use crate::click::{busy, guarded};
use crate::load::{Household, Place, days_of, needed};
use store::Facts;
use store::changes::{Learned, Maker, Step, Writing};

/// The longest absence declared at once, in days.
const LONGEST: u64 = 31;
/// How many days back an absence may be declared.
const BACK: u64 = 31;
/// How many bookings one transaction changes.
const BOOKINGS: usize = 10;
const TRIES: u32 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    child: ChildId,
    from: String,
    to: String,
    reason: String,
    proof: Proof,
}

/// What is declared.
struct Declared {
    request: String,
    child: ChildId,
    from: Day,
    to: Day,
    absence: Absence,
}

#[derive(Serialize)]
struct AbsenceView {
    message: String,
    cancelled: Vec<DayView>,
    declared: Vec<DayView>,
}

#[derive(Serialize)]
struct DayView {
    day: Day,
    activity: ActivityId,
}

pub(crate) async fn declare_absence(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let body: Body = call.body()?;
    let (from, to) = days_of(&body.from, &body.to, LONGEST)?;
    if from < earlier(paris_day(call.moment.business), BACK) {
        return Err(ApiError::invalid("from", format!("Une absence se signale {BACK} jours après, au plus tard.")));
    }
    let reason = body.reason.trim();
    if !(3..=200).contains(&reason.chars().count()) {
        return Err(ApiError::invalid("reason", "Donnez la raison en 3 à 200 caractères."));
    }
    let absence =
        Absence { reason: reason.to_owned(), proof: body.proof, at: call.moment.business, said: String::new() };
    let declared = Declared { request: body.request.to_string(), child: body.child, from, to, absence };
    Reply::json(&carry_out(&app, &caller, &place, declared, call.moment).await?)
}

async fn carry_out(
    app: &App,
    caller: &Caller,
    place: &Place,
    mut declared: Declared,
    moment: Moment,
) -> Result<AbsenceView, ApiError> {
    let (mut cancelled, mut kept) = (Vec::new(), Vec::new());
    let mut attempt = 0;
    loop {
        let (household, facts) = read(app, caller, place, &declared, moment).await?;
        declared.absence.said.clone_from(&household.access.said);
        let plan = plan(&household, &facts, &declared)?;
        if plan.is_empty() {
            return Ok(view(&household, &declared, cancelled, kept));
        }
        let some: Vec<_> = plan.iter().take(BOOKINGS).collect();
        match write(app, caller, place, &household, &facts, &declared, &some).await {
            Ok(()) => {
                for (booking, cancels) in some {
                    let day = DayView { day: booking.day, activity: booking.activity.clone() };
                    if *cancels { cancelled.push(day) } else { kept.push(day) }
                }
            }
            Err(Failure::Conditions(_) | Failure::Conflict) if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            Err(Failure::Conditions(_) | Failure::Conflict) => return Err(busy()),
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
}

async fn read(
    app: &App,
    caller: &Caller,
    place: &Place,
    declared: &Declared,
    moment: Moment,
) -> Result<(Household, Facts), ApiError> {
    let span = keys::bookings(&place.organisation, &place.family, declared.from, declared.to);
    let weeks = [Week::of(declared.from), Week::of(declared.to)];
    let needed = needed(caller, place);
    let lots = keys::lots(&place.organisation, &place.family);
    let (items, bookings, lots) =
        tokio::join!(app.table.batch_get(&needed), app.table.query(&span), app.table.query(&lots));
    let household = Household::from(caller, place, moment, &items?)?;
    household.access.demand(Permission::ChangeWeeks)?;
    let mut rooms = Vec::new();
    if !household.organisation.capacities.is_empty() {
        let mut monday = weeks[0].monday();
        while monday <= weeks[1].monday() {
            rooms.extend(app.table.query(&keys::rooms(&place.organisation, Week::of(monday))).await?);
            monday = domain::day::later(monday, 7);
        }
    }
    Ok((household, Facts::of(bookings?, lots?, rooms)))
}

/// The bookings that change, each with whether it can still be cancelled. What was said already is not said again.
fn plan(household: &Household, facts: &Facts, declared: &Declared) -> Result<Vec<(BookingRecord, bool)>, ApiError> {
    let Household { organisation, family, now, .. } = household;
    let child = family.family.child(&declared.child).ok_or_else(ApiError::not_found)?;
    let same = |absence: &Absence| absence.reason == declared.absence.reason && absence.proof == declared.absence.proof;
    let mut plan = Vec::new();
    for booking in facts.bookings.values().filter(|booking| booking.child == child.id && booking.held().is_booking()) {
        let Some(activity) = organisation.activity(&booking.activity) else { continue };
        let cell = cell_of(Spot { organisation, child, activity, day: booking.day }, facts, *now);
        let cancels = decide(&cell, Want::Free, Authority::Parent) == Ok(Action::Cancel) && cell.surcharge == 0;
        if cancels || !booking.absence.as_ref().is_some_and(same) {
            plan.push((booking.clone(), cancels));
        }
    }
    plan.sort_by_key(|(booking, _)| (booking.day, booking.activity.clone()));
    Ok(plan)
}

async fn write(
    app: &App,
    caller: &Caller,
    place: &Place,
    household: &Household,
    facts: &Facts,
    declared: &Declared,
    plan: &[&(BookingRecord, bool)],
) -> Result<(), Failure> {
    let Some(child) = household.family.family.child(&declared.child) else { return Ok(()) };
    let maker = Maker {
        organisation: &place.organisation,
        family: &place.family,
        account: Some(&caller.account),
        said: &household.access.said,
        request: &declared.request,
        reason: Some(&declared.absence.reason),
        abonnement: None,
        moment: household.moment,
    };
    let mut writing = Writing::new(guarded(caller, place, household), maker, &household.organisation, facts);
    for (booking, cancels) in plan {
        match cancels {
            true => writing.step(
                child,
                &Step { activity: booking.activity.clone(), day: booking.day, action: Action::Cancel, surcharge: 0 },
            ),
            false => writing.absence(child, booking, &declared.absence),
        }
    }
    writing.digest(household.wishes.as_ref(), declared.from, declared.to);
    let (transaction, _, _) = writing.finish(&Learned::default());
    app.table.write(transaction).await
}

fn view(household: &Household, declared: &Declared, cancelled: Vec<DayView>, kept: Vec<DayView>) -> AbsenceView {
    let child = household.family.family.child(&declared.child).map(|child| child.first_name.clone());
    let child = child.unwrap_or_default();
    let count = |days: &[DayView]| u32::try_from(days.len()).unwrap_or_default();
    let when = match declared.from == declared.to {
        true => format!("le {}", full_date(declared.from)),
        false => format!("du {} au {}", full_date(declared.from), full_date(declared.to)),
    };
    let message = match (count(&cancelled), count(&kept)) {
        (0, 0) => format!("{child} n’a plus rien à annuler ni à signaler {when}."),
        (cancelled, 0) => {
            format!("{child}, {when} : {}.", counted(cancelled, "inscription annulée", "inscriptions annulées"))
        }
        (0, kept) => format!(
            "{child}, {when} : {}. La limite d’annulation est passée : la mairie décidera selon son règlement.",
            counted(kept, "absence signalée", "absences signalées")
        ),
        (cancelled, kept) => format!(
            "{child}, {when} : {} à temps, {} après la limite.",
            counted(cancelled, "inscription annulée", "inscriptions annulées"),
            counted(kept, "absence signalée", "absences signalées")
        ),
    };
    AbsenceView { message, cancelled, declared: kept }
}
