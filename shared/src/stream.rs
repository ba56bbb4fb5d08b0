//! A batch of the table's stream: the keys of new items, worked on one after the other.

use std::future::Future;

use serde_json::{Value, json};

use crate::aws::keys::Key;
use crate::lambda::Error;

/// Works on one batch. Stops at the first failure and reports it: the stream comes again from there.
pub async fn each_key<F, Fut>(event: &Value, work: F) -> Value
where
    F: Fn(Key) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    let records = event.get("Records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for record in records {
        let Some(key) = key_of(record) else { continue };
        if let Err(error) = work(key).await {
            tracing::warn!(error = error.to_string(), "an item of the stream waits for the next try");
            let number = record.pointer("/dynamodb/SequenceNumber").cloned().unwrap_or_default();
            return json!({ "batchItemFailures": [{ "itemIdentifier": number }] });
        }
    }
    json!({ "batchItemFailures": [] })
}

fn key_of(record: &Value) -> Option<Key> {
    let text = |name: &str| record.pointer(&format!("/dynamodb/Keys/{name}/S")).and_then(Value::as_str);
    Some(Key { pk: text("pk")?.to_owned(), sk: text("sk")?.to_owned() })
}
