//! `GET …/families/{family}/dossier`: the fiches, the children and what waits, as this person may see them.

use std::sync::Arc;

use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::{Loaded, READERS};
use crate::moment::moment;
use crate::view::view;

/// One wave: the caller's right, the organisation, the family with its dossier, and its fiches.
pub(crate) async fn show_dossier(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let loaded = Loaded::read(&app, &call, READERS, &[]).await?;
    let saved = loaded.record.as_ref().map(|record| format!("{}, {}", record.by, moment(record.at)));
    Reply::json(&view(&loaded, &loaded.dossier, saved, loaded.family.version))
}
