//! What events lost: files that came and were not checked, and files whose document is gone.

use lambda::Error;
use serde_json::{Value, json};
use store::records::DiscardRecord;
use store::{Record, Transaction, keys};

use crate::{CheckerApp, check};

/// Checks what still lies where it came to, removes what must go; reports how many of each.
pub(crate) async fn sweep(app: &CheckerApp) -> Result<Value, Error> {
    let (mut again, mut gone) = (0, 0);
    for key in app.documents.unchecked().await? {
        again += 1;
        if let Err(error) = check::check(app, &key).await {
            tracing::warn!(error = error.to_string(), "a file waits for the next sweep");
        }
    }
    for record in app.table.query::<DiscardRecord>(&keys::discards()).await? {
        gone += 1;
        for file in &record.files {
            app.documents.remove(file).await?;
        }
        let mut transaction = Transaction::of_system();
        transaction.delete(&record.key());
        app.table.write(transaction).await?;
    }
    Ok(json!({ "again": again, "gone": gone }))
}
