//! `POST …/erasure` asks for a family's erasure, its name typed as a check; `DELETE` takes the demand back.

use std::sync::Arc;

use domain::id::FamilyPath;
use domain::privacy::ErasureStage;
use domain::text::folded;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::keys::{self, Key};
use store::records::ErasureRecord;
use web::{ApiError, Call, Reply};

use crate::show::ErasureView;
use crate::{PrivacyApp, open};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
}

fn erasure(at: &FamilyPath) -> Vec<Key> {
    vec![keys::erasure(&at.organisation, &at.family)]
}

/// Asking twice is asking once.
pub(crate) async fn ask_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let (asked, family) = open(&app, &call, erasure).await?;
    let body: Body = call.body()?;
    let name = family.name;
    if folded(body.name.trim()) != folded(&name) {
        let detail = format!("Écrivez le nom de la famille, {name}, pour confirmer l’effacement.");
        return Err(ApiError::invalid("name", detail));
    }
    let FamilyPath { organisation, family } = asked.at.clone();
    let known: Option<ErasureRecord> = asked.get(&keys::erasure(&organisation, &family))?;
    let read = known.as_ref().map_or(0, |known| known.version);
    if let Some(known) = known.filter(|known| matches!(known.stage, ErasureStage::Asked | ErasureStage::Accepted)) {
        return Reply::with_status(StatusCode::ACCEPTED, &ErasureView::of(known));
    }
    let erasure = ErasureRecord {
        organisation,
        family,
        stage: ErasureStage::Asked,
        name: Some(name),
        said: Some(asked.access.said.clone()),
        asked: call.moment.business,
        decided_by: None,
        reason: None,
        waits: None,
        done: None,
        kept: Vec::new(),
        version: read + 1,
    };
    let mut transaction = asked.begin();
    transaction.put_over(&erasure, read);
    app.app.table.write(transaction).await?;
    Reply::with_status(StatusCode::ACCEPTED, &ErasureView::of(erasure))
}

/// As long as nothing is decided, the demand can be taken back.
pub(crate) async fn withdraw_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let (asked, _) = open(&app, &call, erasure).await?;
    let key = keys::erasure(&asked.at.organisation, &asked.at.family);
    let Some(known) = asked.get::<ErasureRecord>(&key)? else { return Ok(Reply::no_content()) };
    if known.stage != ErasureStage::Asked {
        let detail = "L’effacement est déjà décidé. Pour l’arrêter, appelez l’accueil.";
        return Err(ApiError::new(StatusCode::CONFLICT, "erasure-decided", detail));
    }
    let mut transaction = asked.begin();
    transaction.delete_version(&key, known.version);
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
