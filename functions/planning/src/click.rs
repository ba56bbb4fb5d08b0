//! A click: read, decide, write in one transaction; when somebody was faster, read and decide again.

use domain::role::Permission;
use serde::de::DeserializeOwned;
use store::changes::{Learned, Maker, Writer, Writing};
use store::records::ChangeRecord;
use store::{Patience, StoreError, keys};
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::click_view::click_view;
use crate::load::{LoadedWeek, path_of};
use crate::outcome::{Click, Outcome, Plan};

/// A body that asks for a click.
pub(crate) trait Clicked: DeserializeOwned + Send + Sync {
    /// The click it asks for.
    fn click(&self) -> Result<Click, ApiError>;
    /// Decides it. Failed writes have taught which cells another family holds.
    fn plan(&self, click: &Click, loaded: &LoadedWeek, learned: &Learned) -> Result<Plan, ApiError>;
    /// The sentence for the status region.
    fn message(&self, click: &Click, outcome: &Outcome) -> String;
}

/// Answers a click with the true state of that child's day.
pub(crate) async fn answer<B: Clicked>(app: &App, call: &Call) -> Result<Reply, ApiError> {
    app.caller(call).await?;
    let body: B = call.body()?;
    let click = body.click()?;
    let outcome = carry_out(app, call, &click, &body).await?;
    let message = body.message(&click, &outcome);
    Reply::json(&click_view(&outcome, &click, message))
}

/// Carries a click out: two waves of calls when nobody else is at the same cells.
async fn carry_out<B: Clicked>(app: &App, call: &Call, click: &Click, body: &B) -> Result<Outcome, ApiError> {
    let mut writer = Writer::new(&app.table, Patience::PERSON);
    loop {
        writer.next().await?;
        let (mut loaded, repeated) = read(app, call, click).await?;
        if repeated {
            return Ok(Outcome { loaded, plan: Plan::default(), elsewhere: false });
        }
        let plan = body.plan(click, &loaded, writer.learned())?;
        let writing = write(&writer, click, &loaded, &plan)?;
        if let Some(after) = writer.write(writing).await? {
            let before = loaded.states_but(&click.child, click.day);
            loaded.facts = after;
            let elsewhere = before != loaded.states_but(&click.child, click.day);
            return Ok(Outcome { loaded, plan, elsewhere });
        }
    }
}

/// The week, and whether this request was carried out before.
async fn read(app: &App, call: &Call, click: &Click) -> Result<(LoadedWeek, bool), ApiError> {
    let at = path_of(call)?;
    let changes = keys::changes_of_request(&at.organisation, &at.family, click.day, &click.request);
    let changes = async { Ok(app.table.query::<ChangeRecord>(&changes).await?) };
    let week = LoadedWeek::read(app, call, Who::FamilyOr(Permission::ChangeWeeks), click.day);
    let (loaded, changes) = tokio::try_join!(week, changes)?;
    Ok((loaded, !changes.is_empty()))
}

/// The transaction: everything a click changes, or nothing.
fn write<'a>(writer: &Writer, click: &'a Click, loaded: &'a LoadedWeek, plan: &Plan) -> Result<Writing<'a>, ApiError> {
    let household = &loaded.household;
    let child = household.child(&click.child)?;
    let maker = Maker { reason: click.reason.as_deref(), ..household.maker(&click.request) };
    let mut writing = writer.begin(household.begin(), maker, &household.organisation, &loaded.facts);
    if !plan.steps.is_empty() {
        writing.digest(household.wishes.as_ref(), click.day, click.day);
    }
    for activity in &plan.unchanged {
        writing.unchanged(child, activity, click.day, click.want);
    }
    for step in &plan.steps {
        if !writing.try_step(child, step) {
            return Err(StoreError("a click of more than one transaction".to_owned()).into());
        }
    }
    Ok(writing)
}
