//! Stands between the functions and the embedded AWS: counts calls, adds up what they consume, and notes what was done
//! when.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// What a call did, as far as figures ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// The run was opened.
    Opened,
    /// Drafts were written.
    Drafted,
    /// Drafting ended.
    Begun,
    /// Invoices were numbered and written.
    Committed,
    /// A PDF was stored.
    Stored,
    /// A mail was sent.
    Mailed,
}

/// How often something was done, and when for the first and the last time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) count: usize,
    /// When the first such call was made.
    pub(crate) from: Instant,
    /// When the last one was answered.
    pub(crate) to: Instant,
}

/// What one function asked of AWS.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    pub(crate) calls: usize,
    /// Read capacity units.
    pub(crate) read: f64,
    /// Write capacity units.
    pub(crate) written: f64,
}

#[derive(Default)]
struct Noted {
    deeds: BTreeMap<Deed, Tally>,
    asked: BTreeMap<String, Asked>,
}

/// The meter, shared by the clients of all functions.
#[derive(Clone)]
pub(crate) struct Meter {
    real: SharedHttpClient,
    noted: Arc<Mutex<Noted>>,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self { real: aws_smithy_http_client::Builder::new().build_http(), noted: Arc::default() }
    }

    /// The client of a function.
    pub(crate) fn client(&self, function: &str) -> SharedHttpClient {
        SharedHttpClient::new(Client { meter: self.clone(), function: function.to_owned() })
    }

    pub(crate) fn deed(&self, deed: Deed) -> Option<Tally> {
        self.noted().deeds.get(&deed).copied()
    }

    pub(crate) fn count(&self, deed: Deed) -> usize {
        self.deed(deed).map_or(0, |tally| tally.count)
    }

    pub(crate) fn asked(&self, function: &str) -> Asked {
        self.noted().asked.get(function).copied().unwrap_or_default()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, function: &str, call: &Call, from: Instant, units: f64) {
        let to = Instant::now();
        let mut noted = self.noted();
        let asked = noted.asked.entry(function.to_owned()).or_default();
        asked.calls += 1;
        match call.writes {
            true => asked.written += units,
            false => asked.read += units,
        }
        for (deed, count) in &call.deeds {
            let tally = noted.deeds.entry(*deed).or_insert(Tally { count: 0, from, to });
            *tally = Tally { count: tally.count + count, from: tally.from, to };
        }
    }
}

impl Tally {
    pub(crate) fn took(&self) -> Duration {
        self.to - self.from
    }
}

/// What is known of a call before it is made.
struct Call {
    writes: bool,
    table: bool,
    deeds: Vec<(Deed, usize)>,
}

impl Call {
    fn of(request: &HttpRequest) -> Self {
        let body = request.body().bytes().unwrap_or_default();
        let Some(target) = request.headers().get("x-amz-target") else {
            let stored = request.method() == "PUT";
            let mailed = body.starts_with(b"Action=SendRawEmail");
            let deeds = [(Deed::Stored, stored), (Deed::Mailed, mailed)];
            let deeds = deeds.into_iter().filter(|(_, done)| *done).map(|(deed, _)| (deed, 1)).collect();
            return Self { writes: true, table: false, deeds };
        };
        let writes = target.ends_with(".TransactWriteItems");
        Self { writes, table: true, deeds: if writes { deeds(&String::from_utf8_lossy(body)) } else { Vec::new() } }
    }
}

/// What a transaction does, by the keys it names.
fn deeds(transaction: &str) -> Vec<(Deed, usize)> {
    let (run, numbers) = (transaction.contains("\"RUN#"), transaction.contains("\"SERIES#"));
    let issuing = transaction.contains("\"issuing\"");
    match (run, numbers) {
        (true, true) => vec![(Deed::Committed, transaction.matches("\"INVOICE#").count())],
        (true, false) if issuing => vec![(Deed::Begun, 1)],
        (true, false) if transaction.contains("\"WORK#") => vec![(Deed::Opened, 1)],
        (true, false) => vec![(Deed::Drafted, transaction.matches("\"DRAFT#").count())],
        (false, _) => Vec::new(),
    }
}

#[derive(Clone)]
struct Client {
    meter: Meter,
    function: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let real = self.meter.real.http_connector(settings, components);
        SharedHttpConnector::new(Connector { client: self.clone(), real })
    }
}

#[derive(Debug)]
struct Connector {
    client: Client,
    real: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let call = Call::of(&request);
        if call.table {
            ask_for_capacity(&mut request);
        }
        let Client { meter, function } = self.client.clone();
        let (from, reply) = (Instant::now(), self.real.call(request));
        HttpConnectorFuture::new(async move {
            let mut reply = reply.await?;
            let units = if call.table { consumed(&mut reply).await? } else { 0.0 };
            if reply.status().is_success() {
                meter.note(&function, &call, from, units);
            }
            Ok(reply)
        })
    }
}

/// The embedded table looks at no signature: the question is put in after the SDK has signed.
fn ask_for_capacity(request: &mut HttpRequest) {
    const QUESTION: &[u8] = br#"{"ReturnConsumedCapacity":"TOTAL","#;
    let Some([b'{', rest @ ..]) = request.body().bytes() else { return };
    let body = [QUESTION, rest].concat();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

/// The units a reply tells of.
async fn consumed(reply: &mut HttpResponse) -> Result<f64, ConnectorError> {
    let body = ByteStream::new(reply.take_body()).collect().await;
    let bytes = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let units = units(&String::from_utf8_lossy(&bytes));
    *reply.body_mut() = SdkBody::from(bytes);
    Ok(units)
}

fn units(reply: &str) -> f64 {
    let told = reply.split_once("\"ConsumedCapacity\"").map_or("", |(_, told)| told);
    let number = told.split_once("\"CapacityUnits\":").map_or("", |(_, number)| number);
    let end = number.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(number.len());
    number[..end].parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_read_from_a_reply() {
        let reply = r#"{"Items":[],"ConsumedCapacity":{"TableName":"t","CapacityUnits":7.5},"Count":0}"#;
        assert!((units(reply) - 7.5).abs() < f64::EPSILON);
        let many = r#"{"ConsumedCapacity":[{"TableName":"t","CapacityUnits":198.0,"WriteCapacityUnits":198.0}]}"#;
        assert!((units(many) - 198.0).abs() < f64::EPSILON);
        assert!(units(r#"{"Items":[]}"#).abs() < f64::EPSILON);
    }

    #[test]
    fn a_transaction_says_what_it_does() {
        let drafts = r#"[{"pk":{"S":"DRAFT#o#2026-12"}},{"pk":{"S":"DRAFT#o#2026-12"}},{"pk":{"S":"RUN#o"}}]"#;
        assert_eq!(deeds(drafts), [(Deed::Drafted, 2)]);
        let issue =
            r#"[{"sk":{"S":"INVOICE#1"}},{"pk":{"S":"SERIES#o"}},{"pk":{"S":"RUN#o"},"stage":{"S":"issuing"}}]"#;
        assert_eq!(deeds(issue), [(Deed::Committed, 1)]);
        assert_eq!(deeds(r#"[{"pk":{"S":"RUN#o"},"stage":{"S":"issuing"}}]"#), [(Deed::Begun, 1)]);
        assert_eq!(deeds(r#"[{"pk":{"S":"RUN#o"}},{"pk":{"S":"WORK#0"}}]"#), [(Deed::Opened, 1)]);
        assert!(deeds(r#"[{"pk":{"S":"OUTBOX#0"}}]"#).is_empty());
    }
}
