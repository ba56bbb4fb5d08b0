//! A click: read, decide, write in one transaction; when somebody was faster, read and decide again.

use std::time::Duration;

use domain::day::{Day, Week, paris_day};
use domain::family::Child;
use domain::id::{ActivityId, ChildId};
use domain::invoice::Period;
use domain::moment::Moment;
use domain::planning::Want;
use domain::role::Permission;
use store::keys;
use store::records::ChangeRecord;
use store::{Chain, Failure, pause};
use web::ApiError;
use web::app::{App, Caller};

use crate::load::{Household, Loaded, Place, invoiced, months, needed, spans};
use store::Facts;
use store::changes::{Learned, Maker, Marks, Step, Writing};

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
    /// What happens.
    pub(crate) steps: Vec<Step>,
    /// Activities found as wanted: kept with the request, so that its repeat changes nothing later.
    pub(crate) unchanged: Vec<ActivityId>,
    /// Activities passed over, with the reason.
    pub(crate) passed_over: Vec<(ActivityId, String)>,
}

/// What became of a click: the week as it is now, and what was planned.
pub(crate) struct Outcome {
    pub(crate) loaded: Loaded,
    pub(crate) plan: Plan,
    /// Cells of the week beside those of the click's child and day are no more as they were.
    pub(crate) elsewhere: bool,
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
    decide: impl Fn(&Loaded, &Learned) -> Result<Plan, ApiError>,
) -> Result<Outcome, ApiError> {
    let mut learned = Learned::default();
    let started = tokio::time::Instant::now();
    for attempt in (0..TRIES).take_while(|_| started.elapsed() < PATIENCE) {
        let (mut loaded, repeated) = read(app, caller, place, click, moment).await?;
        loaded.household.access.demand(Permission::ChangeWeeks)?;
        if repeated {
            return Ok(Outcome { loaded, plan: Plan::default(), elsewhere: false });
        }
        let plan = decide(&loaded, &learned)?;
        let child = loaded.household.family.family.child(&click.child).ok_or_else(ApiError::not_found)?;
        let (transaction, marks, after) = write(caller, place, click, &loaded, child, &plan, &learned);
        match app.table.write(transaction).await {
            Ok(()) => {
                let before = loaded.states_but(&click.child, click.day);
                loaded.facts = after;
                let elsewhere = before != loaded.states_but(&click.child, click.day);
                return Ok(Outcome { loaded, plan, elsewhere });
            }
            Err(Failure::Conditions(failed)) => learned.from_failure(&failed, &marks),
            Err(Failure::Conflict) => {}
            Err(Failure::Store(error)) => return Err(error.into()),
        }
        tokio::time::sleep(pause(attempt)).await;
    }
    Err(busy())
}

/// 409: too many people are at the same cells.
pub(crate) fn busy() -> ApiError {
    let detail = "Plusieurs personnes changent ce jour en même temps. Votre clic n’a rien changé : recommencez.";
    ApiError::new(lambda_http::http::StatusCode::CONFLICT, "conflict-busy", detail)
}

async fn read(
    app: &App,
    caller: &Caller,
    place: &Place,
    click: &Click,
    moment: Moment,
) -> Result<(Loaded, bool), ApiError> {
    let (bookings, rooms) = spans(place, click.day);
    let changes = keys::changes_of_request(&place.organisation, &place.family, click.day, &click.request);
    let mut needed = needed(caller, place);
    needed.extend(months(place, Week::of(click.day)));
    let lots = keys::lots(&place.organisation, &place.family);
    let (items, bookings, lots, rooms, changes) = tokio::join!(
        app.table.batch_get(&needed),
        app.table.query(&bookings),
        app.table.query(&lots),
        app.table.query(&rooms),
        app.table.query::<ChangeRecord>(&changes)
    );
    let items = items?;
    let household = Household::from(caller, place, moment, &items)?;
    let facts = Facts::of(bookings?, lots?, rooms?)
        .with_invoiced(invoiced(&items, place, Week::of(click.day))?)
        .with_documents(household.pieces.as_ref());
    let loaded = Loaded { household, week: Week::of(click.day), day: click.day, facts };
    Ok((loaded, !changes?.is_empty()))
}

/// What every change of a family's days demands: the session, the right and the family as they were read.
pub(crate) fn guarded(caller: &Caller, place: &Place, household: &Household) -> Chain {
    let guarded = Chain::new()
        .check_exists(&caller.session_key())
        .check_exists(&household.access.granted_by)
        .check_version(&keys::family(&place.organisation, &place.family), household.family.version);
    let pieces = keys::pieces(&place.organisation, &place.family);
    match &household.pieces {
        // Only where a missing piece forbids something: elsewhere a click and an upload do not meet.
        _ if !household.organisation.pieces.iter().any(|piece| piece.blocks) => guarded,
        Some(read) => guarded.check_version(&pieces, read.version),
        None => guarded.check_absent(&pieces),
    }
}

/// The transaction, and the facts as they are once it is written.
fn write(
    caller: &Caller,
    place: &Place,
    click: &Click,
    loaded: &Loaded,
    child: &Child,
    plan: &Plan,
    learned: &Learned,
) -> (Chain, Marks, Facts) {
    let household = &loaded.household;
    let maker = Maker {
        organisation: &place.organisation,
        family: &place.family,
        account: Some(&caller.account),
        said: &household.access.said,
        request: &click.request,
        reason: click.reason.as_deref(),
        abonnement: None,
        moment: household.moment,
    };
    let mut guarded = guarded(caller, place, household);
    let month = Period::of(click.day);
    if month < Period::of(paris_day(household.now)) {
        // An invoice that is being issued at this instant and the click exclude each other.
        guarded = guarded.check_absent(&keys::family_period(&place.organisation, &place.family, month));
    }
    let mut writing = Writing::new(guarded, maker, &household.organisation, &loaded.facts);
    for activity in &plan.unchanged {
        writing.unchanged(child, activity, click.day, click.want);
    }
    for step in &plan.steps {
        writing.step(child, step);
    }
    if !plan.steps.is_empty() {
        writing.digest(household.wishes.as_ref(), click.day, click.day);
    }
    writing.finish(learned)
}
