//! `GET …/privacy`: the archives one has asked for, how an erasure stands, and for how long things are kept.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::privacy::ErasureStage;
use serde::Serialize;
use store::keys;
use store::records::{ArchiveRecord, ErasureRecord, OrganisationRecord};
use web::{ApiError, Call, Reply};

use crate::PrivacyApp;
use crate::place::Place;

#[derive(Serialize)]
struct PrivacyView {
    name: String,
    archives: Vec<ArchiveView>,
    erasure: Option<ErasureView>,
    retention: Vec<String>,
}

/// An archive one has asked for.
#[derive(Serialize)]
pub(crate) struct ArchiveView {
    id: String,
    at: DateTime<Utc>,
    ready: bool,
    bytes: u64,
}

/// How an erasure stands.
#[derive(Serialize)]
pub(crate) struct ErasureView {
    stage: ErasureStage,
    asked: DateTime<Utc>,
    said: Option<String>,
    reason: Option<String>,
    waits: Option<String>,
}

impl ArchiveView {
    pub(crate) fn of(record: &ArchiveRecord) -> Self {
        Self { id: record.id.clone(), at: record.at, ready: record.file.is_some(), bytes: record.bytes }
    }
}

impl ErasureView {
    pub(crate) fn of(record: ErasureRecord) -> Self {
        let ErasureRecord { stage, asked, said, reason, waits, .. } = record;
        Self { stage, asked, said, reason, waits }
    }
}

/// One wave.
pub(crate) async fn show_privacy(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    let (organisation, family) = (call.path("organisation")?, call.path("family")?);
    let span = keys::archives(&organisation, &family);
    let (opened, archives) = tokio::join!(
        Place::open(&app.app, &call, |organisation, family| {
            vec![keys::erasure(organisation, family), keys::organisation(organisation)]
        }),
        app.app.table.query::<ArchiveRecord>(&span),
    );
    let (place, items) = opened?;
    let wall = call.moment.wall.timestamp();
    let mut archives = archives?;
    archives.retain(|archive| archive.account == place.caller.account && wall < archive.expires);
    archives.sort_by_key(|archive| std::cmp::Reverse(archive.at));
    let erasure: Option<ErasureRecord> = items.get(&keys::erasure(&organisation, &family))?;
    let known: Option<OrganisationRecord> = items.get(&keys::organisation(&organisation))?;
    let record: Option<store::records::FamilyRecord> = items.get(&keys::family(&organisation, &family))?;
    Reply::json(&PrivacyView {
        name: record.ok_or_else(ApiError::not_found)?.family.name,
        archives: archives.iter().map(ArchiveView::of).collect(),
        erasure: erasure.map(ErasureView::of),
        retention: known.ok_or_else(ApiError::not_found)?.organisation.retention.sentences(),
    })
}
