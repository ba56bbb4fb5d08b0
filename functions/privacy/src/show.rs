//! `GET …/privacy`: the archives one has asked for, how an erasure stands, and for how long things are kept.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::id::FamilyPath;
use domain::privacy::ErasureStage;
use serde::Serialize;
use store::keys;
use store::records::{ArchiveRecord, ErasureRecord};
use web::{ApiError, Call, Reply};

use crate::{PrivacyApp, open};

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
    app.app.caller(&call).await?;
    let at = call.family_path()?;
    let span = keys::archives(&at.organisation, &at.family);
    let needed =
        |at: &FamilyPath| vec![keys::erasure(&at.organisation, &at.family), keys::organisation(&at.organisation)];
    let (asked, archives) = tokio::join!(open(&app, &call, needed), app.app.table.query::<ArchiveRecord>(&span));
    let (asked, family) = asked?;
    let wall = call.moment.wall.timestamp();
    let mut archives = archives?;
    archives.retain(|archive| archive.account == asked.caller.account && wall < archive.expires);
    archives.sort_by_key(|archive| std::cmp::Reverse(archive.at));
    let erasure: Option<ErasureRecord> = asked.get(&keys::erasure(&asked.at.organisation, &asked.at.family))?;
    Reply::json(&PrivacyView {
        name: family.name,
        archives: archives.iter().map(ArchiveView::of).collect(),
        erasure: erasure.map(ErasureView::of),
        retention: asked.organisation()?.organisation.retention.sentences(),
    })
}
