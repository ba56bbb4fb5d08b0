//! A click: read, decide, write in one transaction; when somebody was faster, read and decide again.

use std::collections::HashSet;
use std::time::Duration;

use shared::app::{App, Caller};
use shared::aws::keys::{self, Key};
use shared::aws::records::{BookingRecord, ChangeRecord, PlaceRecord};
use shared::aws::{Failure, Transaction};
use shared::clock::Moment;
use shared::domain::day::{Day, Week};
use shared::domain::id::{ActivityId, ChildId};
use shared::domain::planning::Want;
use shared::domain::role::Permission;
use shared::http::ApiError;

use crate::load::{Loaded, Place, needed};

/// How often a click is decided anew before it gives up.
const TRIES: u32 = 12;
/// How long it goes on: well within the function's time limit, so that the person gets an answer in words.
const PATIENCE: Duration = Duration::from_secs(3);

/// One click, or one "toutes les activités".
#[derive(Debug)]
pub(crate) struct Click {
    pub(crate) request: String,
    pub(crate) child: ChildId,
    pub(crate) day: Day,
    pub(crate) want: Want,
    /// An agent's reason to pass over a limit.
    pub(crate) reason: Option<String>,
}

/// What a click changes, as decided on what was read.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Activities whose booking changes.
    pub(crate) change: Vec<ActivityId>,
    /// Activities found as wanted: kept with the request, so that its repeat changes nothing later.
    pub(crate) unchanged: Vec<ActivityId>,
    /// Activities passed over, with the reason.
    pub(crate) passed_over: Vec<(ActivityId, String)>,
}

/// What became of a click.
pub(crate) struct Outcome {
    pub(crate) loaded: Loaded,
    pub(crate) plan: Plan,
}

/// Carries a click out: two waves of calls when nobody else is at the same cells.
///
/// `decide` is told which activities another family holds, which only the write can find out.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    place: &Place,
    click: &Click,
    moment: Moment,
    decide: impl Fn(&Loaded, &HashSet<ActivityId>) -> Result<Plan, ApiError>,
) -> Result<Outcome, ApiError> {
    let mut held = HashSet::new();
    let started = tokio::time::Instant::now();
    for attempt in (0..TRIES).take_while(|_| started.elapsed() < PATIENCE) {
        let (mut loaded, repeated) = read(app, caller, place, click, moment).await?;
        loaded.access.demand(Permission::ChangeWeeks)?;
        if repeated {
            return Ok(Outcome { loaded, plan: Plan::default() });
        }
        let plan = decide(&loaded, &held)?;
        let (transaction, places) = write(caller, place, click, &loaded, &plan);
        match app.table.write(transaction).await {
            Ok(()) => {
                apply(&mut loaded, click, &plan);
                return Ok(Outcome { loaded, plan });
            }
            Err(Failure::Conditions(failed)) => held.extend(held_elsewhere(&failed, &places)),
            Err(Failure::Conflict) => {}
            Err(Failure::Store(error)) => return Err(error.into()),
        }
        tokio::time::sleep(pause(attempt)).await;
    }
    Err(busy())
}

fn busy() -> ApiError {
    let detail = "Plusieurs personnes changent ce jour en même temps. Votre clic n’a rien changé : recommencez.";
    ApiError::new(lambda_http::http::StatusCode::CONFLICT, "conflict-busy", detail)
}

/// A random pause that grows, so that those who collide do not collide again.
fn pause(attempt: u32) -> Duration {
    let chance = getrandom::u32().unwrap_or(0) % 1000;
    Duration::from_micros(u64::from(chance) * (5 << attempt.min(6)))
}

async fn read(
    app: &App,
    caller: &Caller,
    place: &Place,
    click: &Click,
    moment: Moment,
) -> Result<(Loaded, bool), ApiError> {
    let week = Week::of(click.day);
    let bookings = keys::bookings_of_week(&place.organisation, &place.family, week);
    let changes = keys::changes_of_request(&place.organisation, &place.family, click.day, &click.request);
    let needed = needed(caller, place);
    let (items, bookings, changes) = tokio::join!(
        app.table.batch_get(&needed),
        app.table.query(&bookings),
        app.table.query::<ChangeRecord>(&changes)
    );
    let loaded = Loaded::from(caller, place, week, moment, &items?, bookings?)?;
    Ok((loaded, !changes?.is_empty()))
}

/// The transaction, and where in it each activity's place and booking are.
fn write(
    caller: &Caller,
    place: &Place,
    click: &Click,
    loaded: &Loaded,
    plan: &Plan,
) -> (Transaction, Vec<(ActivityId, usize, usize)>) {
    let family: Key = keys::family(&place.organisation, &place.family);
    let mut transaction = Transaction::new()
        .check_exists(&caller.session_key())
        .check_exists(&loaded.access.granted_by)
        .check_version(&family, loaded.family.version);
    let mut places = Vec::new();
    for activity in plan.change.iter().chain(&plan.unchanged) {
        transaction = transaction.put_new(&change(caller, place, click, loaded, plan, activity));
    }
    for activity in &plan.change {
        let at = transaction.len();
        let (booking, unique) = records(place, click, loaded, activity);
        transaction = match click.want {
            Want::Booked => transaction.put_new(&booking).put_new(&unique),
            Want::Free => {
                let unique = keys::place(&place.organisation, &click.child, click.day, activity);
                let booking = keys::booking(&place.organisation, &place.family, click.day, &click.child, activity);
                transaction.delete_existing(&booking).delete(&unique)
            }
        };
        places.push((activity.clone(), at, at + 1));
    }
    (transaction, places)
}

fn change(
    caller: &Caller,
    place: &Place,
    click: &Click,
    loaded: &Loaded,
    plan: &Plan,
    activity: &ActivityId,
) -> ChangeRecord {
    let changes = plan.change.contains(activity);
    let from = if changes { Want::of(click.want == Want::Free) } else { click.want };
    ChangeRecord {
        organisation: place.organisation.clone(),
        family: place.family.clone(),
        request: click.request.clone(),
        child: click.child.clone(),
        activity: activity.clone(),
        day: click.day,
        from,
        to: click.want,
        at: loaded.now,
        account: caller.account.clone(),
        said: loaded.access.said.clone(),
        reason: click.reason.clone(),
    }
}

fn records(place: &Place, click: &Click, loaded: &Loaded, activity: &ActivityId) -> (BookingRecord, PlaceRecord) {
    let (organisation, family) = (place.organisation.clone(), place.family.clone());
    let (child, activity, day) = (click.child.clone(), activity.clone(), click.day);
    let unique = PlaceRecord {
        organisation: organisation.clone(),
        family: family.clone(),
        child: child.clone(),
        activity: activity.clone(),
        day,
    };
    (BookingRecord { organisation, family, child, activity, day, at: loaded.now }, unique)
}

/// Activities whose place is taken though this family has no booking there: another family has it.
fn held_elsewhere(failed: &[usize], places: &[(ActivityId, usize, usize)]) -> Vec<ActivityId> {
    let held =
        |(_, booking, unique): &&(ActivityId, usize, usize)| failed.contains(unique) && !failed.contains(booking);
    places.iter().filter(held).map(|(activity, _, _)| activity.clone()).collect()
}

fn apply(loaded: &mut Loaded, click: &Click, plan: &Plan) {
    for activity in &plan.change {
        let cell = (click.child.clone(), activity.clone(), click.day);
        match click.want {
            Want::Booked => loaded.booked.insert(cell),
            Want::Free => loaded.booked.remove(&cell),
        };
    }
}
