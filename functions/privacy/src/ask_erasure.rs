//! `POST …/erasure` asks for a family's erasure, its name typed as a check; `DELETE` takes the demand back.

use std::sync::Arc;

use domain::privacy::ErasureStage;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::keys;
use store::records::{ErasureRecord, FamilyRecord};
use web::{ApiError, Call, Reply};

use crate::PrivacyApp;
use crate::place::Place;
use crate::show::ErasureView;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
}

/// Asking twice is asking once.
pub(crate) async fn ask_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let (place, items) =
        Place::open(&app.app, &call, |organisation, family| vec![keys::erasure(organisation, family)]).await?;
    let record: Option<FamilyRecord> = items.get(&keys::family(&place.organisation, &place.family))?;
    let name = record.ok_or_else(ApiError::not_found)?.family.name;
    if body.name.trim().to_lowercase() != name.to_lowercase() {
        let detail = format!("Écrivez le nom de la famille, {name}, pour confirmer l’effacement.");
        return Err(ApiError::invalid("name", detail));
    }
    let known: Option<ErasureRecord> = items.get(&keys::erasure(&place.organisation, &place.family))?;
    let read = known.as_ref().map_or(0, |known| known.version);
    if let Some(known) = known.filter(|known| matches!(known.stage, ErasureStage::Asked | ErasureStage::Accepted)) {
        return Reply::with_status(StatusCode::ACCEPTED, &ErasureView::of(known));
    }
    let asked = ErasureRecord {
        organisation: place.organisation.clone(),
        family: place.family.clone(),
        stage: ErasureStage::Asked,
        name: Some(name),
        said: Some(place.access.said.clone()),
        asked: call.moment.business,
        decided_by: None,
        reason: None,
        waits: None,
        done: None,
        kept: Vec::new(),
        version: read + 1,
    };
    app.app.table.write(place.guard().put_over(&asked, read)).await?;
    Reply::with_status(StatusCode::ACCEPTED, &ErasureView::of(asked))
}

/// As long as nothing is decided, the demand can be taken back.
pub(crate) async fn withdraw_erasure(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let (place, items) =
        Place::open(&app.app, &call, |organisation, family| vec![keys::erasure(organisation, family)]).await?;
    let key = keys::erasure(&place.organisation, &place.family);
    let Some(known) = items.get::<ErasureRecord>(&key)? else { return Ok(Reply::no_content()) };
    if known.stage != ErasureStage::Asked {
        let detail = "L’effacement est déjà décidé. Pour l’arrêter, appelez l’accueil.";
        return Err(ApiError::new(StatusCode::CONFLICT, "erasure-decided", detail));
    }
    app.app.table.write(place.guard().delete_version(&key, known.version)).await?;
    Ok(Reply::no_content())
}
