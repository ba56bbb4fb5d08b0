//! `…/documents/{document}/link` and `/preview`: a file and a small picture of it, each reading by an agent noted.

use std::sync::Arc;

use domain::day::paris_day;
use domain::text::folded;
use lambda_http::http::StatusCode;
use serde::Serialize;
use store::READING_LIFE;
use store::records::{DocumentRecord, OpeningRecord};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::household::{Opened, READERS};

#[derive(Serialize)]
struct LinkView {
    url: String,
    seconds: u64,
}

/// `POST …/link`: an address of storage that lives for a minute, made on the click.
pub(crate) async fn make_link(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    let opened = open(&app, &call).await?;
    let name = download_name(&opened);
    let link = app.documents.permit_reading(&opened.document, &name).await;
    let link = link.map_err(|error| ApiError::internal(error.to_string()))?;
    Reply::json(&LinkView { url: link.url, seconds: READING_LIFE.as_secs() })
}

/// `GET …/preview`: a small JPEG.
pub(crate) async fn show_preview(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    let opened = open(&app, &call).await?;
    if !opened.document.preview {
        return Err(ApiError::not_found());
    }
    let picture = app.documents.read(&opened.document.preview_file()).await;
    let picture = picture.map_err(|error| ApiError::internal(error.to_string()))?;
    picture.map(|bytes| Reply::file("image/jpeg", bytes)).ok_or_else(ApiError::not_found)
}

/// A document with a file; that an agent opens it is written before anything is shown.
async fn open(app: &DocumentsApp, call: &Call) -> Result<Opened, ApiError> {
    let opened = Opened::open(app, call, READERS).await?;
    let today = paris_day(call.moment.business);
    if !opened.document.status.on(today).has_file() {
        let detail = "Ce fichier est en cours de contrôle. Il sera là dans un instant.";
        return Err(ApiError::new(StatusCode::CONFLICT, "not-yet-checked", detail));
    }
    if opened.household.asked.access.role.is_some() {
        let mut transaction = opened.household.asked.begin();
        transaction.put(&reading(&opened, call));
        app.app.table.write(transaction).await?;
    }
    Ok(opened)
}

fn reading(opened: &Opened, call: &Call) -> OpeningRecord {
    let DocumentRecord { organisation, family, id, kind, child, .. } = opened.document.clone();
    OpeningRecord {
        organisation,
        family,
        document: id,
        kind,
        child,
        day: paris_day(call.moment.business),
        account: opened.household.asked.caller.account.clone(),
        said: opened.household.asked.access.said.clone(),
    }
}

/// `avis-medical-lou.pdf`: of plain letters, whatever the file was called.
fn download_name(opened: &Opened) -> String {
    let child = opened.household.child_name(&opened.document).map(|name| folded(&name)).unwrap_or_default();
    let child: String = child.chars().filter(char::is_ascii_alphanumeric).collect();
    let dash = if child.is_empty() { "" } else { "-" };
    format!("{}{dash}{child}.{}", opened.document.kind.slug(), opened.document.media.ending())
}
