//! `…/closings`: days an agent closes, or opens, against the folder: bookings are cancelled, families told, paid days
//! credited.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::day::{Day, later, paris_day, typed_day};
use domain::id::{ActivityId, FamilyId, OrganisationId};
use domain::organisation::Organisation;
use domain::role::Permission;
use domain::text::{counted, list, printable};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::changes::{close, concerned};
use store::keys::Key;
use store::records::{ClosingRecord, DayDecision, FamilyRecord, OrganisationRecord};
use store::{Attempts, Patience, StoreError, Table, keys};
use uuid::Uuid;
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

/// The longest closure decided at once, in days.
const LONGEST: u64 = 62;
/// How many decisions an organisation keeps; older ones end when the folder takes them over.
const MOST: usize = 200;
/// How long a request works on cancelling; the hourly tick does the rest.
const PATIENCE: Duration = Duration::from_secs(6);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    opens: bool,
    activities: Vec<ActivityId>,
    from: String,
    to: String,
    name: String,
}

#[derive(Serialize)]
struct ClosingsView {
    today: Day,
    activities: Vec<ActivityView>,
    closings: Vec<ClosingView>,
}

#[derive(Serialize)]
struct ActivityView {
    id: ActivityId,
    name: String,
}

#[derive(Serialize)]
struct ClosingView {
    id: String,
    opens: bool,
    activities: Vec<ActivityId>,
    names: String,
    from: Day,
    to: Day,
    name: String,
    said: String,
    finished: bool,
    cancelled: u32,
    families: u32,
    unreached: Vec<FamilyView>,
    by_hand: Vec<String>,
}

/// A family that has to be called.
#[derive(Clone, Serialize)]
struct FamilyView {
    id: FamilyId,
    name: String,
}

#[derive(Serialize)]
struct ClosedView {
    finished: bool,
    cancelled: u32,
    families: u32,
    unreached: Vec<FamilyView>,
    /// Families to whom an agent gives back by hand.
    by_hand: Vec<String>,
    message: String,
}

#[derive(Serialize)]
struct PreviewView {
    bookings: usize,
    children: usize,
    families: usize,
}

#[derive(Serialize)]
struct ReopenedView {
    message: String,
}

/// `GET …/closings`.
pub(crate) async fn list_closings(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let asked = DeskCall::open(&app, &call, Permission::SeeFamilies, |id, _| vec![keys::organisation(id)]).await?;
    let organisation = asked.record()?.organisation;
    let mut closings: Vec<ClosingRecord> = app.table.query(&keys::closings(&organisation.id)).await?;
    closings.sort_by_key(|closing| std::cmp::Reverse(closing.decision.from));
    let unreached: Vec<FamilyId> = closings.iter().flat_map(|closing| closing.unreached.clone()).collect();
    let names = names(&app.table, &organisation.id, &unreached).await?;
    let activities = organisation.activities.iter();
    Reply::json(&ClosingsView {
        today: paris_day(call.moment.business),
        activities: activities.map(|one| ActivityView { id: one.id.clone(), name: one.name.clone() }).collect(),
        closings: closings.into_iter().map(|closing| view(&organisation, &names, closing)).collect(),
    })
}

/// The families by name; one that is erased has none.
async fn names(
    table: &Table,
    organisation: &OrganisationId,
    families: &[FamilyId],
) -> Result<Vec<FamilyView>, StoreError> {
    let wanted: Vec<Key> = families.iter().map(|family| keys::family(organisation, family)).collect();
    let items = table.batch_get(&wanted).await?;
    let known = wanted.iter().map(|key| items.get::<FamilyRecord>(key)).collect::<Result<Vec<_>, _>>()?;
    let named = known.into_iter().flatten().map(|record| (record.family.name, record.family.id));
    let named: BTreeSet<(String, FamilyId)> = named.collect();
    Ok(named.into_iter().map(|(name, id)| FamilyView { id, name }).collect())
}

/// `GET …/closings/preview?from=&to=&activities=`: whom a closure of these days would concern.
pub(crate) async fn preview_closing(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let asked = DeskCall::open(&app, &call, Permission::CloseDays, |id, _| vec![keys::organisation(id)]).await?;
    let organisation = asked.record()?.organisation;
    let activities = call.query("activities").unwrap_or_default();
    let activities = activities.split(',').filter(|id| !id.is_empty()).map(str::parse::<ActivityId>);
    let activities: Vec<ActivityId> = activities.collect::<Result<_, _>>().map_err(|_| ApiError::not_found())?;
    if activities.iter().any(|id| organisation.activity(id).is_none()) {
        return Err(ApiError::not_found());
    }
    let day = |name: &str| call.query(name).unwrap_or_default();
    let (from, to) = span(&day("from"), &day("to"))?;
    let decision = DayDecision { id: String::new(), opens: false, activities, from, to, name: String::new() };
    let concerned = concerned(&app.table, &organisation, &decision, paris_day(call.moment.business)).await?;
    Reply::json(&PreviewView {
        bookings: concerned.bookings,
        children: concerned.children.len(),
        families: concerned.families.len(),
    })
}

fn view(organisation: &Organisation, names_of: &[FamilyView], closing: ClosingRecord) -> ClosingView {
    let DayDecision { id, opens, activities, from, to, name } = closing.decision;
    let named = |id: &ActivityId| organisation.activity(id).map_or_else(|| id.to_string(), |one| one.name.clone());
    let names = match activities.is_empty() {
        true => "toutes les activités".to_owned(),
        false => list(&activities.iter().map(named).collect::<Vec<_>>()),
    };
    let unreached = names_of.iter().filter(|family| closing.unreached.contains(&family.id)).cloned().collect();
    // A closure that an older version carried out has counted in `done` alone.
    let cancelled = closing.cancelled.max(closing.done.unwrap_or_default());
    let (finished, families, said) = (opens || closing.done.is_some(), closing.families, closing.said);
    let by_hand = closing.by_hand;
    ClosingView {
        id,
        opens,
        activities,
        names,
        from,
        to,
        name,
        said,
        finished,
        cancelled,
        families,
        unreached,
        by_hand,
    }
}

/// `PUT …/closings/{closing}`: decides and carries out; sent again, it goes on.
pub(crate) async fn close_days(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let (organisation, closing) = decide(&app, &call).await?;
    let (closing, finished) = match closing.decision.opens {
        true => (closing, true),
        false => {
            let closed = close(&app.table, &organisation, &closing, call.moment, until).await?;
            (closed.closing, closed.finished)
        }
    };
    let unreached = names(&app.table, &organisation.id, &closing.unreached).await?;
    let message = message(&closing, &unreached, finished);
    let (cancelled, families, by_hand) = (closing.cancelled, closing.families, closing.by_hand);
    Reply::json(&ClosedView { finished, cancelled, families, unreached, by_hand, message })
}

/// What the closure did until now, over all turns.
fn message(closing: &ClosingRecord, unreached: &[FamilyView], finished: bool) -> String {
    let name = &closing.decision.name;
    if closing.decision.opens {
        return format!("« {name} » : les inscriptions de ces jours sont ouvertes.");
    }
    let lacking = u32::try_from(closing.unreached.len()).unwrap_or_default();
    let reached = closing.families.saturating_sub(lacking);
    let told = match closing.cancelled {
        0 => "aucune inscription à annuler".to_owned(),
        cancelled => format!(
            "{}, {} par mél",
            counted(cancelled, "inscription annulée", "inscriptions annulées"),
            counted(reached, "famille prévenue", "familles prévenues")
        ),
    };
    let names: Vec<String> = unreached.iter().map(|family| family.name.clone()).collect();
    let call = match names.as_slice() {
        [] => String::new(),
        [only] => format!(" La famille {only} n’a pas d’adresse mél : appelez-la."),
        _ => format!(" Sans adresse mél, à appeler : les familles {}.", list(&names)),
    };
    let rest = if finished { "" } else { " Le reste se fait maintenant tout seul, ou reprenez." };
    let by_hand = match closing.by_hand.as_slice() {
        [] => String::new(),
        names => format!(
            " À voir à la main, car leur facture ne dit pas ce que ces jours ont coûté, ou un avoir y est déjà fait : {}.",
            list(names)
        ),
    };
    format!("« {name} » : {told}.{call}{rest}{by_hand}")
}

/// The days of a closure, both included.
fn span(from: &str, to: &str) -> Result<(Day, Day), ApiError> {
    let day = |field: &str, text: &str| {
        typed_day(text)
            .ok_or_else(|| ApiError::invalid(field, "Cette date n’existe pas. Écrivez-la ainsi : 2015-05-28."))
    };
    let (from, to) = (day("from", from)?, day("to", to)?);
    if to < from {
        return Err(ApiError::invalid("to", "La date de fin est avant la date de début."));
    }
    if to > later(from, LONGEST) {
        return Err(ApiError::invalid("to", format!("Du début à la fin, {LONGEST} jours au plus.")));
    }
    Ok((from, to))
}

fn decision(id: Uuid, body: Body) -> Result<DayDecision, ApiError> {
    let (from, to) = span(&body.from, &body.to)?;
    let name = body.name.trim().to_owned();
    if !(3..=80).contains(&name.chars().count()) {
        return Err(ApiError::invalid("name", "Donnez le motif en 3 à 80 caractères : les familles le liront."));
    }
    // It will be the reason of credits, on paper.
    printable(&name).map_err(|detail| ApiError::invalid("name", detail))?;
    let mut activities = body.activities;
    activities.sort();
    activities.dedup();
    Ok(DayDecision { id: id.to_string(), opens: body.opens, activities, from, to, name })
}

/// Who may close days, with the organisation and one closure.
async fn asked(app: &App, call: &Call) -> Result<(DeskCall, Key, OrganisationRecord), ApiError> {
    let id: Uuid = call.path("closing")?;
    let key = keys::closing(&call.path("organisation")?, &id.to_string());
    let needed = |organisation: &_, _: &_| vec![keys::organisation(organisation), key.clone()];
    let asked = DeskCall::open(app, call, Permission::CloseDays, needed).await?;
    let record = asked.record()?;
    Ok((asked, key, record))
}

/// Keeps the decision, unless it is kept already; the organisation with it.
async fn decide(app: &App, call: &Call) -> Result<(Organisation, ClosingRecord), ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (asked, key, mut record) = asked(app, call).await?;
        let decision = decision(call.path("closing")?, call.body()?)?;
        let known = |id: &ActivityId| record.organisation.activity(id).is_some();
        if !decision.activities.iter().all(known) {
            return Err(ApiError::not_found());
        }
        if let Some(closing) = asked.get::<ClosingRecord>(&key)? {
            if closing.decision != decision {
                let detail = "Cette fermeture existe déjà, avec d’autres jours : supprimez-la et décidez de nouveau.";
                return Err(ApiError::new(StatusCode::CONFLICT, "decided-otherwise", detail));
            }
            return Ok((record.effective(), closing));
        }
        if record.decided.len() >= MOST {
            let detail = "Trop de fermetures sont gardées : supprimez les anciennes.";
            return Err(ApiError::new(StatusCode::CONFLICT, "too-many", detail));
        }
        let read = record.version;
        record.decided.push(decision.clone());
        record.version += 1;
        let closing = ClosingRecord {
            organisation: asked.organisation.clone(),
            said: asked.access.said.clone(),
            at: call.moment.business,
            // Opening days cancels nothing: it is done with its first write.
            done: decision.opens.then_some(0),
            cancelled: 0,
            families: 0,
            unreached: Vec::new(),
            by_hand: Vec::new(),
            decision,
            version: 1,
        };
        let mut transaction = asked.begin();
        transaction.put_over(&record, read);
        transaction.put_new(&closing);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok((record.effective(), closing));
        }
    }
}

/// `DELETE …/closings/{closing}`: the days are again as the folder says. What was cancelled stays cancelled.
pub(crate) async fn reopen_days(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (asked, key, mut record) = asked(&app, &call).await?;
        let closing: ClosingRecord = asked.found(&key)?;
        let read = record.version;
        record.decided.retain(|decision| decision.id != closing.decision.id);
        record.version += 1;
        let mut transaction = asked.begin();
        transaction.put_over(&record, read);
        transaction.delete_version(&key, closing.version);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            let name = &closing.decision.name;
            let message = match closing.done {
                _ if closing.cancelled.max(closing.done.unwrap_or_default()) == 0 => {
                    format!("« {name} » est supprimé.")
                }
                _ => {
                    format!("« {name} » est supprimé : les jours sont rouverts, les inscriptions annulées le restent.")
                }
            };
            return Reply::json(&ReopenedView { message });
        }
    }
}
