//! `GET …/erasures` and `PUT …/erasures/{family}`: an administrator accepts an erasure, or refuses it with a reason.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::id::{FamilyId, OrganisationId};
use domain::privacy::ErasureStage;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{ErasureRecord, PrivacyTask, PrivacyTaskRecord};
use store::{Chain, Failure, Items, keys};
use web::app::{Access, Caller};
use web::{ApiError, Call, Reply};

use crate::PrivacyApp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    action: Action,
    reason: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Accept,
    Refuse,
}

#[derive(Serialize)]
struct ErasureRow {
    family: FamilyId,
    name: Option<String>,
    said: Option<String>,
    stage: ErasureStage,
    asked: DateTime<Utc>,
    decided_by: Option<String>,
    reason: Option<String>,
    waits: Option<String>,
    done: Option<DateTime<Utc>>,
    kept: Vec<String>,
}

impl ErasureRow {
    fn of(record: ErasureRecord) -> Self {
        let ErasureRecord { family, name, said, stage, asked, decided_by, reason, waits, done, kept, .. } = record;
        Self { family, name, said, stage, asked, decided_by, reason, waits, done, kept }
    }
}

/// One wave.
pub(crate) async fn list_erasures(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let caller = app.app.caller(&call).await?;
    let needed = [caller.session_key(), keys::role(&caller.account, &organisation)];
    let span = keys::erasures(&organisation);
    let (items, erasures) = tokio::join!(app.app.table.batch_get(&needed), app.app.table.query::<ErasureRecord>(&span));
    administrator(&caller, &items?, &organisation, &call)?;
    let mut erasures = erasures?;
    erasures.sort_by_key(|one| (one.stage == ErasureStage::Done, std::cmp::Reverse(one.asked)));
    Reply::json(&erasures.into_iter().map(ErasureRow::of).collect::<Vec<_>>())
}

/// A decision is taken once; carrying it out follows aside.
pub(crate) async fn decide_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let (organisation, family): (OrganisationId, FamilyId) = (call.path("organisation")?, call.path("family")?);
    let reason = body.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if body.action == Action::Refuse && reason.as_ref().is_none_or(|reason| reason.chars().count() > 300) {
        return Err(ApiError::invalid("reason", "Dites pourquoi, en 300 lettres au plus : la famille le lira."));
    }
    let caller = app.app.caller(&call).await?;
    let key = keys::erasure(&organisation, &family);
    let needed = [caller.session_key(), keys::role(&caller.account, &organisation), key.clone()];
    let items = app.app.table.batch_get(&needed).await?;
    let access = administrator(&caller, &items, &organisation, &call)?;
    let known: ErasureRecord = items.get(&key)?.ok_or_else(ApiError::not_found)?;
    if known.stage != ErasureStage::Asked {
        return Err(decided());
    }
    let read = known.version;
    let accepted = body.action == Action::Accept;
    let next = ErasureRecord {
        stage: if accepted { ErasureStage::Accepted } else { ErasureStage::Refused },
        decided_by: Some(access.said.clone()),
        reason: reason.filter(|_| !accepted),
        version: read + 1,
        ..known
    };
    let guard = Chain::new().check_exists(&caller.session_key()).check_exists(&access.granted_by);
    let mut transaction = guard.put_over(&next, read);
    if accepted {
        transaction = transaction.put(&PrivacyTaskRecord { task: PrivacyTask::Erasure { organisation, family } });
    }
    match app.app.table.write(transaction).await {
        Ok(()) => Reply::json(&ErasureRow::of(next)),
        Err(Failure::Conditions(failed)) if failed.contains(&2) => Err(decided()),
        Err(failure) => Err(failure.into()),
    }
}

fn administrator(
    caller: &Caller,
    items: &Items,
    organisation: &OrganisationId,
    call: &Call,
) -> Result<Access, ApiError> {
    let access = caller.agent_access(items, organisation, call.moment.wall)?;
    access.demand(Permission::Administer)?;
    Ok(access)
}

fn decided() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "erasure-decided", "Cette demande est déjà décidée.")
}
