//! `DELETE …/documents/{document}`: a family takes back what no agent has accepted.

use std::sync::Arc;

use domain::day::paris_day;
use lambda_http::http::StatusCode;
use store::records::{DiscardRecord, DocumentRecord, PiecesRecord};
use store::{Attempts, Patience, Record, Transaction, keys};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::household::{KEEPERS, Opened};

/// The document goes in one transaction; its files go after it, or with the next sweep.
pub(crate) async fn remove_document(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    let discard = take_away(&app, &call).await?;
    if let Err(error) = discard_files(&app, &discard).await {
        tracing::warn!(error, "files wait for the next sweep");
    }
    Ok(Reply::no_content())
}

async fn take_away(app: &DocumentsApp, call: &Call) -> Result<DiscardRecord, ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let Opened { household, document } = Opened::open(app, call, KEEPERS).await?;
        demand_removable(&document, call)?;
        let files = vec![document.incoming(), document.file(), document.preview_file()];
        let discard = DiscardRecord { id: document.id.clone(), files };
        let (pieces, pieces_read) = PiecesRecord::without(household.pieces.clone(), &document);
        let mut transaction = household.asked.begin();
        transaction.delete_version(&document.key(), document.version);
        transaction.delete(&keys::review(&document.organisation, &document.family, &document.id));
        transaction.put(&discard);
        transaction.put_over(&pieces, pieces_read);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Ok(discard);
        }
    }
}

fn demand_removable(document: &DocumentRecord, call: &Call) -> Result<(), ApiError> {
    if !document.status.on(paris_day(call.moment.business)).removable() {
        let detail =
            "La mairie a accepté ce document : il reste dans votre dossier. Pour le remplacer, envoyez le nouveau.";
        return Err(ApiError::new(StatusCode::CONFLICT, "document-accepted", detail));
    }
    Ok(())
}

async fn discard_files(app: &DocumentsApp, discard: &DiscardRecord) -> Result<(), String> {
    for file in &discard.files {
        app.documents.remove(file).await.map_err(|error| error.to_string())?;
    }
    let mut done = Transaction::of_system();
    done.delete(&discard.key());
    app.app.table.write(done).await.map_err(|error| error.to_string())
}
