//! What changes a document: written with the family's pieces, again when others were faster at them.

use std::time::Duration;

use store::records::{DocumentRecord, PiecesRecord};
use store::{Chain, Failure, keys};
use web::ApiError;

use crate::DocumentsApp;
use crate::place::Opened;

/// How often others may be faster at the family's pieces.
const TRIES: u32 = 12;

/// The pieces of the family as they shall be, and the version they go over.
pub(crate) type Changed = (PiecesRecord, u64);

/// Writes a transaction that holds the family's pieces; `false` when the document itself is no more as it was read.
pub(crate) async fn write_with_pieces(
    app: &DocumentsApp,
    opened: &mut Opened,
    transaction: impl Fn(&Opened, &DocumentRecord) -> (Chain, Changed),
) -> Result<bool, ApiError> {
    for attempt in 0..TRIES {
        let (transaction, (pieces, version)) = transaction(opened, &opened.document);
        match app.app.table.write(transaction.put_over(&pieces, version)).await {
            Ok(()) => return Ok(true),
            Err(Failure::Store(error)) => return Err(error.into()),
            Err(Failure::Conditions(_) | Failure::Conflict) => {}
        }
        tokio::time::sleep(Duration::from_millis(10 << attempt.min(5))).await;
        let keys = [
            keys::document(&opened.document.organisation, &opened.document.family, &opened.document.id),
            keys::pieces(&opened.document.organisation, &opened.document.family),
        ];
        let items = app.app.table.batch_get(&keys).await?;
        let document: Option<DocumentRecord> = items.get(&keys[0])?;
        if document.is_none_or(|document| document.version != opened.document.version) {
            return Ok(false);
        }
        opened.household.pieces = items.get(&keys[1])?;
    }
    Ok(false)
}
