//! `DELETE …/documents/{document}`: a family takes back what no agent has accepted.

use std::sync::Arc;

use domain::day::paris_day;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use store::records::{DiscardRecord, PiecesRecord};
use store::{Chain, Record, keys};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::place::Opened;
use crate::write::write_with_pieces;

/// The document goes in one transaction; its files go after it, or with the next sweep.
pub(crate) async fn remove_document(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    let mut opened = Opened::open(&app, &call).await?;
    opened.household.access.demand(Permission::KeepDocuments)?;
    if !opened.document.status.on(paris_day(call.moment.business)).removable() {
        let detail =
            "La mairie a accepté ce document : il reste dans votre dossier. Pour le remplacer, envoyez le nouveau.";
        return Err(ApiError::new(StatusCode::CONFLICT, "document-accepted", detail));
    }
    let document = opened.document.clone();
    let files = vec![document.incoming(), document.file(), document.preview_file()];
    let discard = DiscardRecord { id: document.id.clone(), files };
    let written = write_with_pieces(&app, &mut opened, |opened, document| {
        let transaction = opened.household.guard().delete_version(&document.key(), document.version);
        let review = keys::review(&document.organisation, &document.family, &document.id);
        let changed = PiecesRecord::without(opened.household.pieces.clone(), document);
        (transaction.delete(&review).put(&discard), changed)
    });
    if !written.await? {
        let detail = "Ce document vient de changer : la mairie l’a peut-être lu entre-temps. Relisez la page.";
        return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
    }
    if let Err(error) = discard_files(&app, &discard).await {
        tracing::warn!(error, "files wait for the next sweep");
    }
    Ok(Reply::no_content())
}

async fn discard_files(app: &DocumentsApp, discard: &DiscardRecord) -> Result<(), String> {
    for file in &discard.files {
        app.documents.remove(file).await.map_err(|error| error.to_string())?;
    }
    let done = Chain::new().delete(&discard.key());
    app.app.table.write(done).await.map_err(|error| error.to_string())
}
