//! The event bus: tells functions of new objects by the rules of the template, as S3, EventBridge and Lambda do.

use std::sync::Arc;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::task::TaskTracker;

use crate::functions::Invoker;
use crate::storage::Created;
use crate::stream::Pattern;
use crate::template::{EventRule, REGION, TemplateError};

/// How many events are worked on at once: a check takes a whole core.
const AT_ONCE: usize = 2;

/// The pause before an event is tried again; Lambda's is a minute.
const PAUSE: Duration = Duration::from_secs(1);

/// Who is called for what.
pub(crate) struct Subscription {
    id: String,
    pattern: Pattern,
    retries: u64,
    invoker: Invoker,
}

impl Subscription {
    /// A rule and its function.
    pub(crate) fn of(rule: &EventRule, invoker: Invoker) -> Result<Self, TemplateError> {
        Ok(Self { id: rule.id.clone(), pattern: Pattern::read(&rule.pattern)?, retries: rule.retries, invoker })
    }

    async fn deliver(&self, event: &Value) {
        for attempt in 0..=self.retries {
            match self.invoker.invoke(event.clone()).await {
                Ok(_) => return,
                Err(error) => tracing::warn!(rule = self.id, attempt, %error, "événement en échec, il sera repris"),
            }
            tokio::time::sleep(PAUSE).await;
        }
        tracing::error!(rule = self.id, "événement abandonné (file des lettres mortes)");
    }
}

/// Tells of objects as they come, those of the buckets that are told of.
pub(crate) async fn tell(mut created: UnboundedReceiver<Created>, told: Vec<String>, subscriptions: Vec<Subscription>) {
    let (subscriptions, turns) = (Arc::new(subscriptions), Arc::new(Semaphore::new(AT_ONCE)));
    let under_way = TaskTracker::new();
    while let Some(object) = created.recv().await {
        if !told.contains(&object.bucket) {
            continue;
        }
        let (event, subscriptions, turns) = (event(&object), subscriptions.clone(), turns.clone());
        under_way.spawn(async move {
            let Ok(_turn) = turns.acquire().await else { return };
            for subscription in subscriptions.iter().filter(|one| one.pattern.matches(Some(&event))) {
                subscription.deliver(&event).await;
            }
        });
    }
}

/// `Object Created`, as S3 writes it to the bus.
fn event(object: &Created) -> Value {
    json!({
        "version": "0",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "region": REGION,
        "time": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
        "resources": [format!("arn:aws:s3:::{}", object.bucket)],
        "detail": {
            "version": "0",
            "bucket": { "name": object.bucket },
            "object": { "key": object.key, "size": object.size },
            "reason": "PutObject",
        },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use lambda::Function;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::template::fixture::function;

    #[tokio::test]
    async fn a_new_object_calls_whom_the_rule_names_again_after_a_failure_and_nobody_else() {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let calls = seen.clone();
        let reader = Function::events(move |event| {
            let key = event["detail"]["object"]["key"].as_str().unwrap_or_default().to_owned();
            let mut calls = calls.lock().unwrap();
            calls.push(key.clone());
            let first = calls.len() == 1;
            async move { if first { Err("once".into()) } else { Ok(Value::Null) } }
        });
        let rule = &function("mailer").rules[0];
        let invoker = Invoker::for_test(reader, Duration::from_secs(5));
        let (sender, created) = unbounded_channel();
        let object = |bucket: &str, key: &str| Created { bucket: bucket.into(), key: key.into(), size: 1 };
        for (bucket, key) in [("letters", "in/a"), ("letters", "out/b"), ("attic", "in/c")] {
            sender.send(object(bucket, key)).unwrap();
        }
        let told = tell(created, vec!["letters".to_owned()], vec![Subscription::of(rule, invoker).unwrap()]);
        let until_twice = async {
            while seen.lock().unwrap().len() < 2 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! { () = told => {}, () = until_twice => {} }
        assert_eq!(*seen.lock().unwrap(), ["in/a", "in/a"]);
    }
}
