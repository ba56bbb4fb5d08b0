//! `GET …/legal`: who an organisation is, how it is reached and who answers for it; anybody may read it, without signing in.

use std::sync::Arc;

use domain::id::OrganisationId;
use serde_json::json;
use store::keys;
use store::records::{OrganisationRecord, PublishedRecord};
use web::app::App;
use web::{ApiError, Call, Reply};

/// One call.
pub(crate) async fn show_legal(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let id: OrganisationId = call.path("organisation")?;
    let items = app.table.batch_get(&[keys::organisation(&id), keys::published(&id)]).await?;
    let record: Option<OrganisationRecord> = items.get(&keys::organisation(&id))?;
    let organisation = record.ok_or_else(ApiError::not_found)?.organisation;
    let published: Option<PublishedRecord> = items.get(&keys::published(&id))?;
    let mut legal = published.map(|record| record.legal).unwrap_or_default();
    // First what the nightly purge keeps to, then what the organisation adds in words.
    legal.retention = [organisation.retention.sentences(), legal.retention].concat();
    Reply::json(&json!({ "name": organisation.name, "contact": organisation.contact, "legal": legal }))
}
