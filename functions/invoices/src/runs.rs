//! `…/runs`: for agents who bill. A month is opened, its drafts are looked at, then issued.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::FamilyId;
use domain::invoice::{Line, Period};
use domain::money::signed_euros;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{DraftRecord, OrganisationRecord, PeriodRecord, RunCounts, RunRecord, RunStage, Work, WorkRecord};
use store::{Failure, StoreError, keys};
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::office::Office;

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
    let place = keys::organisation(&call.path("organisation")?);
    let (office, items) = Office::open(&app.app, &call, Permission::Bill, std::slice::from_ref(&place)).await?;
    let known: Option<OrganisationRecord> = items.get(&place)?;
    let mut runs: Vec<RunRecord> = app.app.table.query(&keys::runs(&office.organisation)).await?;
    runs.sort_by_key(|run| std::cmp::Reverse(run.period));
    let suggested = Period::before(paris_day(call.moment.business));
    Reply::json(&RunsView {
        invoices: known.is_some_and(|known| known.organisation.billing.is_some()),
        suggested: suggested.to_string(),
        suggested_said: suggested.said(),
        runs: runs.iter().map(view).collect(),
    })
}

fn view(run: &RunRecord) -> RunView {
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
    let key = keys::run(&call.path("organisation")?, period(&call)?);
    let (office, items) = Office::open(&app.app, &call, Permission::Bill, std::slice::from_ref(&key)).await?;
    let run: RunRecord = items.get(&key)?.ok_or_else(ApiError::not_found)?;
    let mut drafts: Vec<DraftRecord> = app.app.table.query(&keys::drafts(&office.organisation, run.period)).await?;
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
    let body: Body = call.body()?;
    let period = period(&call)?;
    let organisation = call.path("organisation")?;
    let (key, place) = (keys::run(&organisation, period), keys::organisation(&organisation));
    let (office, items) = Office::open(&app.app, &call, Permission::Bill, &[key.clone(), place.clone()]).await?;
    let known: OrganisationRecord = items.get(&place)?.ok_or_else(ApiError::not_found)?;
    let today = paris_day(call.moment.business);
    check(&known, period, today)?;
    let run: Option<RunRecord> = items.get(&key)?;
    let read = run.as_ref().map_or(0, |run| run.version);
    let Some(next) = next(body.action, run.clone(), &office, period, today)? else {
        return Reply::json(&run.as_ref().map(view));
    };
    let work = Work::Run { organisation: office.organisation.clone(), period };
    let work = WorkRecord { id: secret::id(), work, at: call.moment.wall };
    match app.app.table.write(office.guard().put_over(&next, read).put_new(&work)).await {
        Ok(()) => Reply::json(&view(&next)),
        Err(Failure::Conditions(_) | Failure::Conflict) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "changed-meanwhile",
            "Quelqu’un d’autre vient de faire avancer cette facturation : la page a été relue.",
        )),
        Err(Failure::Store(error)) => Err(error.into()),
    }
}

fn check(known: &OrganisationRecord, period: Period, today: Day) -> Result<(), ApiError> {
    if known.organisation.billing.is_none() {
        let detail = "Cette organisation n’a pas de réglages de facturation : ajoutez [billing] à organisation.toml.";
        return Err(ApiError::new(StatusCode::CONFLICT, "no-billing", detail));
    }
    if period >= Period::of(today) {
        let detail = "Un mois se facture quand il est fini.";
        return Err(ApiError::new(StatusCode::CONFLICT, "month-not-over", detail));
    }
    Ok(())
}

/// The run as the action wants it; none when it is there already.
fn next(
    action: Action,
    run: Option<RunRecord>,
    office: &Office,
    period: Period,
    today: Day,
) -> Result<Option<RunRecord>, ApiError> {
    let said = office.access.said.clone();
    match (action, run) {
        (Action::Draft, None) => Ok(Some(RunRecord {
            organisation: office.organisation.clone(),
            period,
            stage: RunStage::Drafting,
            reach: None,
            issued: None,
            said,
            counts: RunCounts::default(),
            version: 1,
        })),
        (Action::Draft, Some(run)) if run.stage == RunStage::Review => Ok(Some(RunRecord {
            stage: RunStage::Drafting,
            reach: None,
            counts: RunCounts::default(),
            said,
            version: run.version + 1,
            ..run
        })),
        (Action::Issue, Some(run)) if run.stage == RunStage::Review => Ok(Some(RunRecord {
            stage: RunStage::Issuing,
            reach: None,
            issued: Some(today),
            said,
            version: run.version + 1,
            ..run
        })),
        // What was left out is drafted and issued once it is settled.
        (Action::Draft, Some(run)) if run.stage == RunStage::Done && run.counts.left > 0 => Ok(Some(RunRecord {
            stage: RunStage::Drafting,
            reach: None,
            counts: RunCounts { invoices: run.counts.invoices, carried: run.counts.carried, ..RunCounts::default() },
            said,
            version: run.version + 1,
            ..run
        })),
        (Action::Issue, None) => Err(ApiError::not_found()),
        (_, Some(_)) => Ok(None),
    }
}
