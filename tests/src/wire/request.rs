//! What a request to AWS is: the service, the operation, and the IAM actions it needs.

use std::collections::{BTreeMap, BTreeSet};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::{Value, json};

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Store,
    Storage,
    Mail,
    /// Somebody who is not AWS.
    Outside,
}

/// A request as the wire sees it.
pub(super) struct Asked {
    pub(super) service: Service,
    pub(super) operation: String,
    /// The IAM actions, with the partitions they touch (`FAMILY`, `ACCOUNT`…).
    pub(super) actions: BTreeMap<String, BTreeSet<String>>,
}

impl Asked {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let body = request.body().bytes().unwrap_or_default();
        if request.headers().get("authorization").is_some_and(|signed| signed.contains("/s3/aws4_request")) {
            // By the names of the permissions: to look for a file needs the right to read it.
            let operation = match request.method() {
                "GET" if request.uri().contains("list-type=2") => "ListBucket",
                "GET" | "HEAD" => "GetObject",
                "DELETE" => "DeleteObject",
                _ => "PutObject",
            };
            return Self::plain(Service::Storage, "s3", operation);
        }
        if request.headers().get("authorization").is_none_or(|signed| signed.starts_with("Bearer")) {
            // No action of IAM.
            return Self { service: Service::Outside, operation: "Outside".to_owned(), actions: BTreeMap::new() };
        }
        match request.headers().get("x-amz-target") {
            Some(target) => Self::of_store(target.rsplit('.').next().unwrap_or_default(), body),
            None => {
                let form = String::from_utf8_lossy(body);
                let operation = form.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or("?");
                Self::plain(Service::Mail, "ses", operation)
            }
        }
    }

    fn plain(service: Service, prefix: &str, operation: &str) -> Self {
        let actions = BTreeMap::from([(format!("{prefix}:{operation}"), BTreeSet::new())]);
        Self { service, operation: operation.to_owned(), actions }
    }

    /// A transaction needs the actions of its parts.
    fn of_store(operation: &str, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut add = |action: &str, item: &Value| {
            let partition = item["pk"]["S"].as_str().unwrap_or_default().split('#').next().unwrap_or_default();
            actions.entry(format!("dynamodb:{action}")).or_default().insert(partition.to_owned());
        };
        match operation {
            "TransactWriteItems" => {
                for part in body["TransactItems"].as_array().into_iter().flatten() {
                    add("PutItem", &part["Put"]["Item"]);
                    add("DeleteItem", &part["Delete"]["Key"]);
                    add("UpdateItem", &part["Update"]["Key"]);
                    add("ConditionCheckItem", &part["ConditionCheck"]["Key"]);
                }
            }
            "BatchGetItem" => {
                for table in body["RequestItems"].as_object().into_iter().flat_map(|tables| tables.values()) {
                    table["Keys"].as_array().into_iter().flatten().for_each(|key| add("BatchGetItem", key));
                }
            }
            "Query" => add("Query", &json!({ "pk": body["ExpressionAttributeValues"][":pk"] })),
            other => add(other, &body["Key"]),
        }
        actions.iter_mut().for_each(|(_, partitions)| {
            partitions.remove("");
        });
        actions.retain(|_, partitions| !partitions.is_empty());
        Self { service: Service::Store, operation: operation.to_owned(), actions }
    }
}
