//! `…/runs`: for agents who bill. A month is opened, its drafts are looked at, then issued.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::{Line, Period, Run, RunCounts, RunStage};
use domain::money::signed_euros;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{DraftRecord, OrganisationRecord, PeriodRecord, RunRecord};
use store::{StoreError, keys};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::charge::no_billing;

#[derive(Serialize)]
struct RunsView {
    invoices: bool,
    suggested: String,
    suggested_said: String,
    runs: Vec<RunView>,
}

#[derive(Serialize)]
struct RunView {
    period: String,
    said: String,
    stage: RunStage,
    issued: Option<Day>,
    counts: RunCounts,
    total: String,
}

#[derive(Serialize)]
struct DraftsView {
    run: RunView,
    drafts: Vec<DraftView>,
}

#[derive(Serialize)]
struct DraftView {
    family: FamilyId,
    name: String,
    lines: Vec<LineView>,
    faults: Vec<String>,
    total: String,
}

#[derive(Serialize)]
struct LineView {
    label: String,
    quantity: u32,
    unit: String,
    amount: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    action: Action,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// Draft the month, again when it was not issued yet.
    Draft,
    /// Issue what was drafted.
    Issue,
}

/// `GET …/runs`.
pub(crate) async fn list_runs(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked =
        DeskCall::open(&app.app, &call, Permission::Bill, |organisation, _| vec![keys::organisation(organisation)]);
    let asked = asked.await?;
    let known: Option<OrganisationRecord> = asked.get(&keys::organisation(&asked.organisation))?;
    let mut runs: Vec<RunRecord> = app.app.table.query(&keys::runs(&asked.organisation)).await?;
    runs.sort_by_key(|run| std::cmp::Reverse(run.period));
    let suggested = Period::before(paris_day(call.moment.business));
    Reply::json(&RunsView {
        invoices: known.is_some_and(|known| known.organisation.billing.is_some()),
        suggested: suggested.to_string(),
        suggested_said: suggested.said(),
        runs: runs.iter().map(|run| view(run)).collect(),
    })
}

fn view(run: &Run) -> RunView {
    RunView {
        period: run.period.to_string(),
        said: run.period.said(),
        stage: run.stage,
        issued: run.issued,
        counts: run.counts,
        total: signed_euros(run.counts.total),
    }
}

fn period(call: &Call) -> Result<Period, ApiError> {
    let text: String = call.path("period")?;
    Period::parse(&text).ok_or_else(ApiError::not_found)
}

/// `GET …/runs/{period}`.
pub(crate) async fn show_run(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let period = period(&call)?;
    let asked =
        DeskCall::open(&app.app, &call, Permission::Bill, |organisation, _| vec![keys::run(organisation, period)]);
    let asked = asked.await?;
    let run: RunRecord = asked.found(&keys::run(&asked.organisation, period))?;
    let mut drafts: Vec<DraftRecord> = app.app.table.query(&keys::drafts(&asked.organisation, period)).await?;
    if run.stage == RunStage::Done {
        let left = left(&app, &drafts).await?;
        drafts.retain(|draft| left.contains(&draft.family));
    }
    // What must be settled comes first.
    drafts.sort_by(|one, other| (one.faults.is_empty(), &one.name).cmp(&(other.faults.is_empty(), &other.name)));
    Reply::json(&DraftsView { run: view(&run), drafts: drafts.into_iter().map(draft_view).collect() })
}

/// The families that a run which is done left out; the drafts of the others go as their invoices are filed.
async fn left(app: &InvoicesApp, drafts: &[DraftRecord]) -> Result<BTreeSet<FamilyId>, StoreError> {
    let key = |draft: &DraftRecord| keys::family_period(&draft.organisation, &draft.family, draft.period);
    let items = app.app.table.batch_get(&drafts.iter().map(key).collect::<Vec<_>>()).await?;
    let mut left = BTreeSet::new();
    for draft in drafts {
        let closed: Option<PeriodRecord> = items.get(&key(draft))?;
        if closed.is_none_or(|closed| closed.invoice.is_none()) {
            left.insert(draft.family.clone());
        }
    }
    Ok(left)
}

fn draft_view(draft: DraftRecord) -> DraftView {
    let line = |line: &Line| LineView {
        label: line.label.clone(),
        quantity: line.quantity,
        unit: signed_euros(line.unit),
        amount: signed_euros(line.amount()),
    };
    DraftView {
        lines: draft.lines.iter().map(line).collect(),
        faults: draft.faults.into_iter().map(|fault| fault.sentence).collect(),
        total: signed_euros(draft.total),
        family: draft.family,
        name: draft.name,
    }
}

/// `PUT …/runs/{period}`: said again, it changes nothing that is done.
pub(crate) async fn change_run(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let period = period(&call)?;
    let needed = |organisation: &OrganisationId| [keys::run(organisation, period), keys::organisation(organisation)];
    let asked = DeskCall::open(&app.app, &call, Permission::Bill, |organisation, _| needed(organisation).to_vec());
    let asked = asked.await?;
    let body: Body = call.body()?;
    let today = paris_day(call.moment.business);
    check(&asked.record()?, period, today)?;
    let record: Option<RunRecord> = asked.get(&keys::run(&asked.organisation, period))?;
    let stepped = step(body.action, record.as_deref(), period, today, &asked.access.said)?;
    let Some(run) = stepped else { return Reply::json(&record.as_deref().map(view)) };
    let next = match &record {
        Some(record) => record.then(run),
        None => RunRecord::opened(asked.organisation.clone(), run),
    };
    let mut transaction = asked.begin();
    transaction.put_over(&next, record.map_or(0, |record| record.version));
    transaction.put_new(&next.work(call.moment.wall));
    app.app.table.write(transaction).await?;
    Reply::json(&view(&next))
}

fn check(known: &OrganisationRecord, period: Period, today: Day) -> Result<(), ApiError> {
    if known.organisation.billing.is_none() {
        return Err(no_billing());
    }
    if !period.is_over(today) {
        let detail = "Un mois se facture quand il est fini.";
        return Err(ApiError::new(StatusCode::CONFLICT, "month-not-over", detail));
    }
    Ok(())
}

/// The run after the action; none when it does not take this step where it stands, or has taken it.
fn step(action: Action, run: Option<&Run>, period: Period, today: Day, author: &str) -> Result<Option<Run>, ApiError> {
    let stepped = match (action, run) {
        (Action::Draft, None) => Run::open(period, today, author),
        (Action::Draft, Some(run)) => run.redraft(author),
        (Action::Issue, Some(run)) => run.issue(today, author),
        (Action::Issue, None) => return Err(ApiError::not_found()),
    };
    Ok(stepped.ok())
}
