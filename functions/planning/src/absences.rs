//! `POST …/absences`: a parent says that a child will not come, or did not: what is in time is cancelled, what is too
//! late is kept with the reason.

use std::sync::Arc;

use domain::attendance::{Absence, Proof};
use domain::day::{Day, earlier, full_date, paris_day};
use domain::family::Child;
use domain::id::{ActivityId, ChildId};
use domain::invoice::Period;
use domain::planning::{Action, Authority, Spot, Step, Want, cell_of, decide};
use domain::role::Permission;
use domain::text::counted;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::Patience;
use store::changes::{Maker, Writer, Writing};
use store::records::BookingRecord;
use uuid::Uuid;
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::load::{Days, Household, Loaded, days_of};

/// The longest absence declared at once, in days.
const LONGEST: u64 = 31;
/// How many days back an absence may be declared.
const BACK: u64 = 31;

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
    app.caller(&call).await?;
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
    Reply::json(&carry_out(&app, &call, declared).await?)
}

/// Some of what is declared: the bookings that change, each with whether it can still be cancelled, and whether days of a
/// frozen month are left out.
struct Plan {
    bookings: Vec<(BookingRecord, bool)>,
    frozen: bool,
}

/// What was done so far.
#[derive(Default)]
struct Done {
    cancelled: Vec<DayView>,
    kept: Vec<DayView>,
}

async fn carry_out(app: &App, call: &Call, mut declared: Declared) -> Result<AbsenceView, ApiError> {
    let (who, days) = (Who::FamilyOr(Permission::ChangeWeeks), Days::span(declared.from, declared.to));
    let mut writer = Writer::new(&app.table, Patience::PERSON);
    let mut done = Done::default();
    let mut loaded = Loaded::read(app, call, who, &days).await?;
    loop {
        declared.absence.said.clone_from(&loaded.household.call.access.said);
        let plan = plan(&loaded, &declared)?;
        if plan.bookings.is_empty() {
            return view(&loaded.household, &declared, done, plan.frozen);
        }
        writer.next().await?;
        let mut writing = begin(&writer, &loaded, &declared);
        let fitting = write(&mut writing, loaded.household.child(&declared.child)?, &declared, &plan);
        match writer.write(writing).await? {
            Some(after) => {
                loaded.facts = after;
                done.count(&plan.bookings[..fitting]);
            }
            None => loaded = Loaded::read(app, call, who, &days).await?,
        }
    }
}

/// What changes. What was said already is not said again; a month that is invoiced changes no more.
fn plan(loaded: &Loaded, declared: &Declared) -> Result<Plan, ApiError> {
    let Loaded { household, facts } = loaded;
    let organisation = &household.organisation;
    let child = household.child(&declared.child)?;
    let same = |absence: &Absence| absence.reason == declared.absence.reason && absence.proof == declared.absence.proof;
    let mut plan = Plan { bookings: Vec::new(), frozen: false };
    for booking in facts.bookings.values().filter(|booking| booking.child == child.id && booking.held().is_booking()) {
        let Some(activity) = organisation.activity(&booking.activity) else { continue };
        let cell = cell_of(Spot { organisation, child, activity, day: booking.day }, facts, household.now);
        let cancels = decide(&cell, Want::Free, Authority::Parent) == Ok(Action::Cancel) && cell.surcharge == 0;
        if !cancels && booking.absence.as_ref().is_some_and(same) {
            continue;
        }
        match facts.invoiced.contains(&Period::of(booking.day)) {
            true => plan.frozen = true,
            false => plan.bookings.push((booking.clone(), cancels)),
        }
    }
    plan.bookings.sort_by_key(|(booking, _)| (booking.day, booking.activity.clone()));
    Ok(plan)
}

fn begin<'a>(writer: &Writer, loaded: &'a Loaded, declared: &'a Declared) -> Writing<'a> {
    let Loaded { household, facts } = loaded;
    let maker = Maker { reason: Some(&declared.absence.reason), ..household.maker(&declared.request) };
    let mut writing = writer.begin(household.begin(), maker, &household.organisation, facts);
    writing.digest(household.wishes.as_ref(), declared.from, declared.to);
    writing
}

/// Changes the first bookings, as many as fit; how many.
fn write(writing: &mut Writing, child: &Child, declared: &Declared, plan: &Plan) -> usize {
    let mut change = |(booking, cancels): &&(BookingRecord, bool)| {
        let (activity, day) = (booking.activity.clone(), booking.day);
        match cancels {
            true => writing.try_step(child, &Step { activity, day, action: Action::Cancel, surcharge: 0 }),
            false => writing.try_absence(child, booking, Some(&declared.absence)),
        }
    };
    plan.bookings.iter().take_while(|booking| change(booking)).count()
}

impl Done {
    fn count(&mut self, bookings: &[(BookingRecord, bool)]) {
        for (booking, cancels) in bookings {
            let day = DayView { day: booking.day, activity: booking.activity.clone() };
            if *cancels { self.cancelled.push(day) } else { self.kept.push(day) }
        }
    }
}

/// 409: all that would change is in a month that is invoiced.
fn invoiced(household: &Household) -> ApiError {
    let phone = &household.organisation.contact.phone;
    let detail =
        format!("Ce mois est facturé : l’absence n’a pas été signalée. L’accueil peut vous répondre : {phone}.");
    ApiError::new(StatusCode::CONFLICT, "month-invoiced", detail)
}

fn view(household: &Household, declared: &Declared, done: Done, frozen: bool) -> Result<AbsenceView, ApiError> {
    let Done { cancelled, kept } = done;
    if frozen && cancelled.is_empty() && kept.is_empty() {
        return Err(invoiced(household));
    }
    let child = &household.child(&declared.child)?.first_name;
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
    let rest = if frozen { " Les jours d’un mois facturé n’ont pas changé." } else { "" };
    Ok(AbsenceView { message: format!("{message}{rest}"), cancelled, declared: kept })
}
