//! A batch of the table's stream: every new outbox item is delivered; what failed is reported, and comes again.

use serde_json::{Value, json};
use shared::aws::keys::Key;
use shared::lambda::Error;

use crate::MailerApp;
use crate::deliver::deliver;

/// Works on one batch. Stops at the first failure: the stream comes again from there.
pub(crate) async fn batch(app: &MailerApp, event: Value) -> Result<Value, Error> {
    let records = event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
    for record in &records {
        let Some(key) = key_of(record) else { continue };
        if let Err(error) = deliver(app, &key).await {
            tracing::warn!(error = error.to_string(), "a mail waits for the next try");
            let number = record.pointer("/dynamodb/SequenceNumber").cloned().unwrap_or_default();
            return Ok(json!({ "batchItemFailures": [{ "itemIdentifier": number }] }));
        }
    }
    Ok(json!({ "batchItemFailures": [] }))
}

fn key_of(record: &Value) -> Option<Key> {
    let text = |name: &str| record.pointer(&format!("/dynamodb/Keys/{name}/S")).and_then(Value::as_str);
    Some(Key { pk: text("pk")?.to_owned(), sk: text("sk")?.to_owned() })
}
