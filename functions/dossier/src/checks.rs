//! Fields that wait for an agent: the organisation's list, and the agent's yes or no.

use std::sync::Arc;

use domain::day::paris_day;
use domain::dossier::{Place, resolve};
use domain::id::FamilyId;
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::CheckRecord;
use store::{Attempts, Patience};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::{KEEPERS, Loaded};
use crate::moment::moment;
use crate::save_dossier::refused;
use crate::view::view;
use crate::writing::writing;

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
    app.app.caller(&call).await?;
    let checks = keys::checks(&call.path("organisation")?);
    let opening = DeskCall::open(&app.app, &call, Permission::KeepDossiers, |_, _| Vec::new());
    let (desk, checks) = tokio::join!(opening, app.app.table.query::<CheckRecord>(&checks));
    desk?;
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
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let loaded = Loaded::read(&app, &call, KEEPERS, &[]).await?;
        // Nobody answers what their own family has asked.
        if loaded.member {
            return Err(ApiError::not_found());
        }
        let body: Body = call.body()?;
        let reason = body.reason.as_deref().map(str::trim);
        if reason.is_some_and(|reason| !(1..=300).contains(&reason.chars().count())) {
            return Err(ApiError::invalid("reason", "Écrivez pourquoi, pour la famille : 300 caractères au plus."));
        }
        let (rules, day) = (&loaded.organisation.dossier, paris_day(call.moment.business));
        let reason = body.reason.as_deref();
        let next = resolve(&loaded.dossier, rules, &body.place, &body.value, reason, day);
        let next = next.map_err(|refusal| refused(&refusal, &loaded))?;
        let (transaction, version) = writing(&app, &loaded, &next).await?;
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&loaded, &next, Some(loaded.saved_now()), version));
        }
    }
}
