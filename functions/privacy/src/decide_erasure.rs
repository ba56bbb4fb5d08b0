//! `GET …/erasures` and `PUT …/erasures/{family}`: an administrator accepts an erasure, or refuses it with a reason.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::id::{FamilyId, FamilyPath};
use domain::privacy::ErasureStage;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{ErasureRecord, PrivacyTask, PrivacyTaskRecord};
use store::{Failure, keys};
use web::ask::{DeskCall, FamilyCall, Who};
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
    app.app.caller(&call).await?;
    let span = keys::erasures(&call.path("organisation")?);
    let opening = DeskCall::open(&app.app, &call, Permission::Administer, |_, _| Vec::new());
    let (desk, erasures) = tokio::join!(opening, app.app.table.query::<ErasureRecord>(&span));
    desk?;
    let mut erasures = erasures?;
    erasures.sort_by_key(|one| (one.stage == ErasureStage::Done, std::cmp::Reverse(one.asked)));
    Reply::json(&erasures.into_iter().map(ErasureRow::of).collect::<Vec<_>>())
}

/// A decision is taken once; carrying it out follows aside.
pub(crate) async fn decide_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let opening = FamilyCall::open(&app.app, &call, Who::Agents(Permission::Administer), |at, _| {
        vec![keys::erasure(&at.organisation, &at.family)]
    });
    let asked = opening.await?;
    let body: Body = call.body()?;
    let reason = body.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if body.action == Action::Refuse && reason.as_ref().is_none_or(|reason| reason.chars().count() > 300) {
        return Err(ApiError::invalid("reason", "Dites pourquoi, en 300 lettres au plus : la famille le lira."));
    }
    let FamilyPath { organisation, family } = asked.at.clone();
    let known: ErasureRecord = asked.found(&keys::erasure(&organisation, &family))?;
    asked.demand_proof()?;
    if known.stage != ErasureStage::Asked {
        return Err(decided());
    }
    let read = known.version;
    let accepted = body.action == Action::Accept;
    let next = ErasureRecord {
        stage: if accepted { ErasureStage::Accepted } else { ErasureStage::Refused },
        decided_by: Some(asked.access.said.clone()),
        reason: reason.filter(|_| !accepted),
        version: read + 1,
        ..known
    };
    let mut transaction = asked.begin();
    let decision = transaction.put_over(&next, read);
    if accepted {
        transaction.put(&PrivacyTaskRecord { task: PrivacyTask::Erasure { organisation, family } });
    }
    match app.app.table.write(transaction).await {
        Ok(()) => Reply::json(&ErasureRow::of(next)),
        Err(Failure::Conditions(failed)) if failed.contains(&decision) => Err(decided()),
        Err(failure) => Err(failure.into()),
    }
}

fn decided() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "erasure-decided", "Cette demande est déjà décidée.")
}
