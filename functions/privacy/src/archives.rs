//! `POST …/archives` asks for a ZIP of everything, made aside; `POST …/link` opens it for a minute.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::id::FamilyPath;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys::{self, Bounded};
use store::records::{ArchiveRecord, BoundRecord, PrivacyTask, PrivacyTaskRecord};
use store::{Attempts, Patience};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::show::ArchiveView;
use crate::{PrivacyApp, open};

/// How long a ZIP can be fetched; the bucket removes it a day later.
const LIFE: TimeDelta = TimeDelta::days(7);
/// How many may be under way or there at once.
const MOST: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
}

#[derive(Serialize)]
struct LinkView {
    url: String,
}

/// The same request twice is one archive. Those that come at once count each other.
pub(crate) async fn ask_archive(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let at = call.family_path()?;
    let span = keys::with_bound(&at.organisation, &at.family, Bounded::Archives);
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (asked, lying) = tokio::join!(open(&app, &call, |_| Vec::new()), app.app.table.query_mixed(&span));
        let ((asked, _), lying) = (asked?, lying?);
        let body: Body = call.body()?;
        let id = body.request.to_string();
        let wall = call.moment.wall;
        let archives: Vec<ArchiveRecord> = lying.of()?;
        let mine = archives
            .into_iter()
            .filter(|archive| archive.account == asked.caller.account && wall.timestamp() < archive.expires);
        let mine: Vec<ArchiveRecord> = mine.collect();
        if let Some(known) = mine.iter().find(|archive| archive.id == id) {
            return Reply::with_status(StatusCode::ACCEPTED, &ArchiveView::of(known));
        }
        if mine.len() >= MOST {
            let detail = "Trois archives sont déjà demandées. Chacune se télécharge pendant sept jours.";
            return Err(ApiError::new(StatusCode::CONFLICT, "archives-enough", detail));
        }
        let FamilyPath { organisation, family } = at.clone();
        let archive = ArchiveRecord {
            organisation: organisation.clone(),
            family: family.clone(),
            id: id.clone(),
            account: asked.caller.account.clone(),
            at: wall,
            file: None,
            bytes: 0,
            version: 1,
            expires: (wall + LIFE).timestamp(),
        };
        let task = PrivacyTaskRecord { task: PrivacyTask::Archive { organisation, family, id } };
        let mut transaction = asked.begin();
        BoundRecord::step(&mut transaction, &lying, &at, Bounded::Archives)?;
        transaction.put_new(&archive);
        transaction.put_new(&task);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::with_status(StatusCode::ACCEPTED, &ArchiveView::of(&archive));
        }
    }
}

/// An address of storage that lives a minute, made on the click.
pub(crate) async fn link_archive(app: Arc<PrivacyApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let id: String = call.path("archive")?;
    let key = keys::archive(&call.path("organisation")?, &call.path("family")?, &id);
    let (asked, _) = open(&app, &call, |_| vec![key.clone()]).await?;
    let archive: Option<ArchiveRecord> = asked.get(&key)?;
    let fresh = |archive: &ArchiveRecord| {
        archive.account == asked.caller.account && call.moment.wall.timestamp() < archive.expires
    };
    let file = archive.filter(fresh).and_then(|archive| archive.file).ok_or_else(ApiError::not_found)?;
    let url = app.files.link(&file, "mes-donnees.zip").await.map_err(|error| ApiError::internal(error.to_string()))?;
    Reply::json(&LinkView { url })
}
