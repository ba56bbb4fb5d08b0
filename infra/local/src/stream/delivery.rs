//! Hands a batch of records to a function as Lambda does: in order, again after failures, never for ever.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::functions::{InvokeError, Invoker};
use crate::options::{Copies, Delivering};
use crate::template::StreamMapping;

/// Pauses between tries double up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Delivers batches of one mapping.
pub(super) struct Delivery<'a> {
    pub(super) mapping: &'a StreamMapping,
    pub(super) invoker: &'a Invoker,
    pub(super) delivering: Delivering,
}

/// What came of one call: how many records at its head are done, and whether it failed as a whole.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    done: usize,
    whole: bool,
}

impl Delivery<'_> {
    /// Delivers every record, or gives it up after the template's number of tries; whether it came to the end.
    pub(super) async fn deliver(&self, mut records: &[Value], stop: &CancellationToken) -> bool {
        let mut tries = 0;
        let mut size = records.len();
        while !records.is_empty() {
            let batch = &records[..size.clamp(1, records.len())];
            let outcome = self.call(batch).await;
            records = &records[outcome.done..];
            if outcome.done == batch.len() {
                (tries, size) = (0, records.len());
                continue;
            }
            // Halving is no try: it only finds out which record is to blame.
            let halved = outcome.whole && self.mapping.bisect && batch.len() > 1;
            match halved {
                true => size = batch.len() / 2,
                false if outcome.done > 0 => tries = 1,
                false => tries += 1,
            }
            if tries > self.mapping.retries {
                records = self.give_up(records, batch.len().min(records.len()));
                (tries, size) = (0, records.len());
            } else if stop.run_until_cancelled(tokio::time::sleep(self.pause(tries))).await.is_none() {
                return false;
            }
        }
        true
    }

    fn pause(&self, tries: u64) -> Duration {
        let doubled = self.delivering.first_pause.saturating_mul(1 << tries.clamp(1, 16).saturating_sub(1));
        doubled.min(LONGEST_PAUSE)
    }

    /// Hands a batch over as often as asked for; the call that came least far counts.
    async fn call(&self, batch: &[Value]) -> Outcome {
        match self.delivering.copies {
            Copies::One => self.once(batch).await,
            Copies::TwoInTurn => match self.once(batch).await {
                whole if whole.done == batch.len() => self.once(batch).await,
                part => part,
            },
            Copies::TwoAtOnce => {
                let (one, other) = tokio::join!(self.once(batch), self.once(batch));
                if one.done <= other.done { one } else { other }
            }
        }
    }

    async fn once(&self, batch: &[Value]) -> Outcome {
        match self.invoker.invoke(json!({ "Records": batch })).await {
            Ok(answer) => done(batch, &answer),
            Err(error) => self.failed(&error),
        }
    }

    fn failed(&self, error: &InvokeError) -> Outcome {
        tracing::warn!(mapping = self.mapping.id, %error, "lot du flux en échec, il sera repris");
        Outcome { done: 0, whole: true }
    }

    /// What would go to the mapping's dead-letter queue: one record when failures are told apart or halved.
    fn give_up<'r>(&self, records: &'r [Value], whole: usize) -> &'r [Value] {
        let count = if self.mapping.bisect { 1 } else { whole };
        let (dead, rest) = records.split_at(count);
        let numbers: Vec<&str> = dead.iter().filter_map(sequence_number).collect();
        tracing::error!(mapping = self.mapping.id, ?numbers, "éléments du flux abandonnés (file des lettres mortes)");
        rest
    }
}

/// How far the function came, by the partial failures it reports.
fn done(batch: &[Value], answer: &Value) -> Outcome {
    let failures = answer["batchItemFailures"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed =
        |record: &Value| failures.iter().any(|failure| failure["itemIdentifier"].as_str() == sequence_number(record));
    match (failures, batch.iter().position(failed)) {
        ([], _) => Outcome { done: batch.len(), whole: false },
        (_, Some(first)) => Outcome { done: first, whole: false },
        // An identifier that is not of this batch: Lambda takes it for a failure of the whole.
        (_, None) => Outcome { done: 0, whole: true },
    }
}

pub(super) fn sequence_number(record: &Value) -> Option<&str> {
    record["dynamodb"]["SequenceNumber"].as_str()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use lambda::Function;

    use super::*;

    type Calls = Arc<Mutex<Vec<Vec<String>>>>;

    /// Delivers records 1 to 5 to a function that fails as told; returns what each call was given.
    async fn calls(fails: fn(&[String]) -> Result<Value, lambda::Error>) -> Vec<Vec<String>> {
        calls_of(Copies::One, fails).await
    }

    async fn calls_of(copies: Copies, fails: fn(&[String]) -> Result<Value, lambda::Error>) -> Vec<Vec<String>> {
        let calls = Calls::default();
        let seen = calls.clone();
        let function = Function::events(move |event| {
            let records = event["Records"].as_array().unwrap().iter();
            let numbers: Vec<String> = records.filter_map(sequence_number).map(str::to_owned).collect();
            seen.lock().unwrap().push(numbers.clone());
            async move { fails(&numbers) }
        });
        let mapping = &crate::template::fixture::function("mailer").streams[0];
        let invoker = Invoker::for_test(function, Duration::from_secs(60));
        let records: Vec<Value> = (1..=5).map(|n| json!({"dynamodb": {"SequenceNumber": n.to_string()}})).collect();
        let delivering = Delivering { first_pause: Duration::ZERO, copies, ..Delivering::default() };
        let delivery = Delivery { mapping, invoker: &invoker, delivering };
        assert!(delivery.deliver(&records, &CancellationToken::new()).await);
        calls.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn all_in_one_call_when_nothing_fails() {
        assert_eq!(calls(|_| Ok(json!({"batchItemFailures": []}))).await, [["1", "2", "3", "4", "5"]]);
        assert_eq!(calls(|_| Ok(Value::Null)).await.len(), 1);
    }

    #[tokio::test]
    async fn a_reported_failure_is_repeated_from_there_and_given_up_alone() {
        let calls = calls(|numbers| {
            let failed = numbers.iter().filter(|number| *number == "3");
            let failed: Vec<Value> = failed.map(|number| json!({"itemIdentifier": number})).collect();
            Ok(json!({"batchItemFailures": failed}))
        });
        let calls = calls.await;
        assert_eq!(calls[0].len(), 5);
        assert!(calls[1..4].iter().all(|call| *call == ["3", "4", "5"]), "{calls:?}");
        assert_eq!(calls[4..], [["4", "5"]]);
    }

    #[tokio::test]
    async fn a_batch_that_fails_as_a_whole_is_halved_until_the_poison_is_alone() {
        let calls = calls(|numbers| match numbers.contains(&"1".to_owned()) {
            true => Err("poison".into()),
            false => Ok(Value::Null),
        });
        let calls = calls.await;
        let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
        assert_eq!(sizes, [5, 2, 1, 1, 1, 1, 4]);
        assert_eq!(calls[6], ["2", "3", "4", "5"]);
    }

    #[tokio::test]
    async fn a_second_copy_comes_after_the_first_or_beside_it_and_both_must_succeed() {
        let whole = ["1", "2", "3", "4", "5"];
        for copies in [Copies::TwoInTurn, Copies::TwoAtOnce] {
            assert_eq!(calls_of(copies, |_| Ok(Value::Null)).await, [whole, whole]);
        }
        let poisoned = |numbers: &[String]| match numbers.contains(&"1".to_owned()) {
            true => Err("poison".into()),
            false => Ok(Value::Null),
        };
        let sizes: Vec<usize> = calls_of(Copies::TwoAtOnce, poisoned).await.iter().map(Vec::len).collect();
        assert_eq!(sizes, [5, 5, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 4, 4]);
    }
}
