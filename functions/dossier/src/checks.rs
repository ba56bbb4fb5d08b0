//! Fields that wait for an agent: the organisation's list, and the agent's yes or no.

use std::sync::Arc;

use domain::day::paris_day;
use domain::dossier::{Place, resolve};
use domain::id::{FamilyId, OrganisationId};
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::CheckRecord;
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::Loaded;
use crate::save_dossier::refused;
use crate::view::{moment, view};
use crate::writing::{TRIES, busy, pause, write};

#[derive(Serialize)]
struct ChecksView {
    families: Vec<CheckView>,
}

#[derive(Serialize)]
struct CheckView {
    id: FamilyId,
    name: String,
    fields: usize,
    since: String,
}

/// `GET …/checks`, one wave: the families of which something waits, the oldest first.
pub(crate) async fn list_checks(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let caller = app.app.caller(&call).await?;
    let needed = [caller.session_key(), keys::role(&caller.account, &organisation)];
    let (table, checks) = (&app.app.table, keys::checks(&organisation));
    let (items, checks) = tokio::join!(table.batch_get(&needed), table.query::<CheckRecord>(&checks));
    caller.agent_access(&items?, &organisation, call.moment.wall)?.demand(Permission::KeepDossiers)?;
    let mut checks = checks?;
    checks.sort_by_key(|check| check.since);
    let shown = |check: CheckRecord| CheckView {
        id: check.family,
        name: check.name,
        fields: check.fields,
        since: moment(check.since),
    };
    Reply::json(&ChecksView { families: checks.into_iter().map(shown).collect() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    place: Place,
    /// What the agent has seen waiting.
    value: String,
    /// Why not; absent is a yes.
    reason: Option<String>,
}

/// `PUT …/families/{family}/checks`, two waves: accepts what waits at a place, or refuses it with a reason.
pub(crate) async fn decide_check(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let body = read(&app, &call).await?;
    for attempt in 0..TRIES {
        let loaded = Loaded::read(&app, &call, &[]).await?;
        if loaded.access.role.is_none() {
            return Err(ApiError::not_found());
        }
        let (rules, day) = (&loaded.organisation.dossier, paris_day(call.moment.business));
        let reason = body.reason.as_deref();
        let next = resolve(&loaded.dossier, rules, &body.place, &body.value, reason, day);
        let next = next.map_err(|refusal| refused(&refusal, &loaded))?;
        let saved = write(&app, &loaded, &next, call.moment).await?;
        if saved.written {
            let said = format!("{}, {}", loaded.access.said, moment(call.moment.business));
            return Reply::json(&view(&loaded, &next, Some(said), saved.version));
        }
        pause(attempt).await;
    }
    Err(busy())
}

/// The body, once it is known that an agent sends it.
async fn read(app: &DossierApp, call: &Call) -> Result<Body, ApiError> {
    demand_agent(app, call).await?;
    let body: Body = call.body()?;
    let reason = body.reason.as_deref().map(str::trim);
    if reason.is_some_and(|reason| !(1..=300).contains(&reason.chars().count())) {
        return Err(ApiError::invalid("reason", "Écrivez pourquoi, pour la famille : 300 caractères au plus."));
    }
    Ok(body)
}

/// The right to keep dossiers, before anything else is looked at.
pub(crate) async fn demand_agent(app: &DossierApp, call: &Call) -> Result<(), ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let caller = app.app.caller(call).await?;
    let items = app.app.table.batch_get(&[caller.session_key(), keys::role(&caller.account, &organisation)]).await?;
    caller.agent_access(&items, &organisation, call.moment.wall)?.demand(Permission::KeepDossiers)
}
