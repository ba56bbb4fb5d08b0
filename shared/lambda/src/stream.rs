//! A batch of the table's stream: the keys of new items, worked on side by side.

use std::future::Future;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::Error;

/// The primary key of an item of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemKey {
    /// Partition.
    pub pk: String,
    /// Sort key within it.
    pub sk: String,
}

/// How many items of a batch are in hand at once: a batch takes hardly longer than its slowest item.
const AT_ONCE: usize = 16;

/// Works on one batch and reports every failure: the stream comes again from the first of them on, so that what is
/// done already is asked for a second time.
pub async fn each_key<F, Fut>(event: &Value, work: F) -> Value
where
    F: Fn(ItemKey) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    let records = event.get("Records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let items: Vec<(ItemKey, Value)> = records.iter().filter_map(item).collect();
    let work = &work;
    let working = items.into_iter().map(|(key, number)| async move { failure(work(key).await, number) });
    let failed: Vec<Value> = stream::iter(working).buffered(AT_ONCE).filter_map(std::future::ready).collect().await;
    json!({ "batchItemFailures": failed })
}

fn failure(worked: Result<(), Error>, number: Value) -> Option<Value> {
    let error = worked.err()?;
    tracing::warn!(error = error.to_string(), "an item of the stream waits for the next try");
    Some(json!({ "itemIdentifier": number }))
}

/// The key of a record, and its number in the stream.
fn item(record: &Value) -> Option<(ItemKey, Value)> {
    let number = record.pointer("/dynamodb/SequenceNumber").cloned().unwrap_or_default();
    Some((key_of(record)?, number))
}

fn key_of(record: &Value) -> Option<ItemKey> {
    let text = |name: &str| record.pointer(&format!("/dynamodb/Keys/{name}/S")).and_then(Value::as_str);
    Some(ItemKey { pk: text("pk")?.to_owned(), sk: text("sk")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(keys: &[&str]) -> Value {
        let record = |(at, sk): (usize, &&str)| json!({"dynamodb": {"SequenceNumber": at.to_string(), "Keys": {"pk": {"S": "WORK#0"}, "sk": {"S": sk}}}});
        json!({ "Records": keys.iter().enumerate().map(record).collect::<Vec<_>>() })
    }

    #[tokio::test]
    async fn every_failure_of_a_batch_is_reported_in_order_and_the_others_are_done() {
        let batch = event(&["a", "bad", "b", "bad"]);
        let answer = each_key(&batch, |key| async move { if key.sk == "bad" { Err("poison".into()) } else { Ok(()) } });
        let failed = &answer.await["batchItemFailures"];
        assert_eq!(*failed, json!([{ "itemIdentifier": "1" }, { "itemIdentifier": "3" }]));
        assert_eq!(each_key(&json!({}), |_| async { Ok(()) }).await["batchItemFailures"], json!([]));
    }

    #[tokio::test]
    async fn items_are_in_hand_together() {
        let barrier = tokio::sync::Barrier::new(3);
        let barrier = &barrier;
        let batch = event(&["a", "b", "c"]);
        let worked = each_key(&batch, |_| async move {
            barrier.wait().await;
            Ok(())
        });
        let answer = tokio::time::timeout(std::time::Duration::from_secs(10), worked).await;
        assert_eq!(answer.unwrap()["batchItemFailures"], json!([]));
    }
}
