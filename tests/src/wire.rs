//! The wire between the functions and AWS: counts calls, records actions, and breaks what it is told to break.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It never reaches AWS.
    LostRequest,
    /// AWS does the work and the reply is lost.
    LostReply,
    /// AWS refuses for now.
    Throttled,
    /// A transaction meets another one.
    Conflict,
}

/// One call that was made.
#[derive(Debug, Clone)]
pub struct Sent {
    pub function: String,
    pub operation: String,
    /// The IAM actions it needs, with the partitions they touch (`FAMILY`, `ACCOUNT`…).
    pub actions: BTreeMap<String, BTreeSet<String>>,
    /// When it left and when its reply came, as positions in one sequence.
    pub span: (u64, u64),
}

/// Shared by the clients of all functions of one portal.
#[derive(Debug, Clone)]
pub struct Wire(Arc<Inner>);

struct Inner {
    real: SharedHttpClient,
    sequence: AtomicU64,
    sent: Mutex<Vec<Sent>>,
    seed: Mutex<u64>,
    faults: Mutex<Vec<(Fault, u32)>>,
    only: Mutex<Option<&'static str>>,
    cut: Mutex<Option<(&'static str, u64, Fault)>>,
    redirect: Mutex<Option<String>>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Default for Wire {
    fn default() -> Self {
        let real = aws_smithy_http_client::Builder::new().build_http();
        Self(Arc::new(Inner {
            real,
            sequence: AtomicU64::new(0),
            sent: Mutex::default(),
            seed: Mutex::new(1),
            faults: Mutex::default(),
            only: Mutex::default(),
            cut: Mutex::default(),
            redirect: Mutex::default(),
        }))
    }
}

impl Wire {
    /// The client of one function.
    pub fn client(&self, function: &str) -> SharedHttpClient {
        SharedHttpClient::new(WireClient { wire: self.clone(), function: function.to_owned() })
    }

    /// From now on each call meets each fault with its chance in a thousand; the same seed gives the same faults
    /// to the same calls.
    pub fn break_calls(&self, seed: u64, faults: &[(Fault, u32)]) {
        *self.0.seed.lock().unwrap() = seed.max(1);
        *self.0.faults.lock().unwrap() = faults.to_vec();
        *self.0.only.lock().unwrap() = None;
    }

    /// From now on every call of one operation, and no other, meets this fault.
    pub fn break_operation(&self, operation: &'static str, fault: Fault) {
        self.break_calls(1, &[(fault, 1000)]);
        *self.0.only.lock().unwrap() = Some(operation);
    }

    /// Lets so many transactions of one function pass; from the next on, each meets the fault, as if it had died.
    pub fn cut_after(&self, function: &'static str, transactions: u64, fault: Fault) {
        *self.0.cut.lock().unwrap() = Some((function, transactions, fault));
    }

    /// Ends a cut.
    pub fn mend(&self) {
        *self.0.cut.lock().unwrap() = None;
    }

    /// From now on calls to the table go to another DynamoDB: `http://127.0.0.1:8000`.
    pub fn redirect_table(&self, endpoint: &str) {
        *self.0.redirect.lock().unwrap() = Some(endpoint.to_owned());
    }

    /// Forgets what was sent, and returns it.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.0.sent.lock().unwrap())
    }

    fn next_fault(&self, function: &str, operation: &str) -> Option<Fault> {
        let cuts = |cut: &&mut (&'static str, u64, Fault)| cut.0 == function && operation == "TransactWriteItems";
        if let Some((_, left, fault)) = self.0.cut.lock().unwrap().as_mut().filter(cuts) {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return Some(*fault),
            }
        }
        if self.0.only.lock().unwrap().is_some_and(|only| only != operation) {
            return None;
        }
        let faults = self.0.faults.lock().unwrap();
        faults
            .iter()
            .find(|(fault, chance)| {
                let fits = *fault != Fault::Conflict || operation == "TransactWriteItems";
                fits && self.dice() % 1000 < u64::from(*chance)
            })
            .map(|(fault, _)| *fault)
    }

    /// xorshift64*: seeded, so that a seed replays.
    fn dice(&self) -> u64 {
        let mut seed = self.0.seed.lock().unwrap();
        *seed ^= *seed >> 12;
        *seed ^= *seed << 25;
        *seed ^= *seed >> 27;
        seed.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33
    }

    fn tick(&self) -> u64 {
        self.0.sequence.fetch_add(1, Ordering::SeqCst)
    }
}

/// How many sequential waves calls were made in: calls that were under way together are one wave.
pub fn waves(calls: &[Sent]) -> usize {
    let mut spans: Vec<(u64, u64)> = calls.iter().map(|call| call.span).collect();
    spans.sort_unstable();
    let mut waves = 0;
    let mut end = None;
    for (from, to) in spans {
        match end {
            Some(at) if from < at => end = Some(at.min(to)),
            _ => {
                waves += 1;
                end = Some(to);
            }
        }
    }
    waves
}

#[derive(Debug)]
struct WireClient {
    wire: Wire,
    function: String,
}

impl HttpClient for WireClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(WireConnector {
            wire: self.wire.clone(),
            function: self.function.clone(),
            real: self.wire.0.real.http_connector(settings, components),
        })
    }
}

#[derive(Debug)]
struct WireConnector {
    wire: Wire,
    function: String,
    real: SharedHttpConnector,
}

impl HttpConnector for WireConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let (operation, actions) = actions_of(&request);
        let redirect = self.wire.0.redirect.lock().unwrap().clone();
        if let Some(endpoint) = redirect.filter(|_| request.headers().get("x-amz-target").is_some()) {
            request.set_uri(format!("{endpoint}/")).unwrap();
        }
        let fault = self.wire.next_fault(&self.function, &operation);
        let (wire, function) = (self.wire.clone(), self.function.clone());
        let from = wire.tick();
        let real = match fault {
            Some(Fault::LostRequest | Fault::Throttled | Fault::Conflict) => None,
            _ => Some(self.real.call(request)),
        };
        HttpConnectorFuture::new(async move {
            let reply = match real {
                Some(real) => Some(real.await),
                None => None,
            };
            let span = (from, wire.tick());
            wire.0.sent.lock().unwrap().push(Sent { function, operation, actions, span });
            let lost = || Err(ConnectorError::io("the wire was cut".into()));
            match (fault, reply) {
                (Some(Fault::LostRequest | Fault::LostReply), _) => lost(),
                (Some(Fault::Throttled), _) => Ok(refusal("ThrottlingException", "")),
                (Some(Fault::Conflict), _) => Ok(refusal("TransactionCanceledException", CONFLICT)),
                (None, Some(reply)) => reply,
                (None, None) => lost(),
            }
        })
    }
}

const CONFLICT: &str = r#""CancellationReasons":[{"Code":"TransactionConflict"}],"#;

fn refusal(kind: &str, more: &str) -> HttpResponse {
    let body = format!(r#"{{{more}"__type":"com.amazonaws.dynamodb.v20120810#{kind}","message":"injected"}}"#);
    let mut response = HttpResponse::new(StatusCode::try_from(400).unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}

/// The operation and the IAM actions a request needs: a transaction needs those of its parts.
fn actions_of(request: &HttpRequest) -> (String, BTreeMap<String, BTreeSet<String>>) {
    let body = request.body().bytes().unwrap_or_default();
    let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if request.headers().get("authorization").is_some_and(|signed| signed.contains("/s3/aws4_request")) {
        let operation = if request.method() == "GET" { "GetObject" } else { "PutObject" }.to_owned();
        actions.insert(format!("s3:{operation}"), BTreeSet::new());
        return (operation, actions);
    }
    let Some(target) = request.headers().get("x-amz-target") else {
        let form = String::from_utf8_lossy(body);
        let operation = form.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or("?").to_owned();
        actions.insert(format!("ses:{operation}"), BTreeSet::new());
        return (operation, actions);
    };
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut add = |action: &str, item: &Value| {
        let partition = item["pk"]["S"].as_str().unwrap_or_default().split('#').next().unwrap_or_default();
        actions.entry(format!("dynamodb:{action}")).or_default().insert(partition.to_owned());
    };
    match operation.as_str() {
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
        "Query" => add("Query", &serde_json::json!({ "pk": body["ExpressionAttributeValues"][":pk"] })),
        other => add(other, &body["Key"]),
    }
    actions.iter_mut().for_each(|(_, partitions)| {
        partitions.remove("");
    });
    actions.retain(|_, partitions| !partitions.is_empty());
    (operation, actions)
}
