//! The wire between the functions and AWS: counts calls, records actions, and breaks what it is told to break.

mod death;
mod fault;
mod meanwhile;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

pub use death::{Deaths, Side};
pub use fault::Fault;
use meanwhile::Meanwhile;
pub use meanwhile::Since;
use request::Asked;

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
    breaking: Mutex<Breaking>,
    cut: Mutex<Option<Cut>>,
    deaths: Mutex<Deaths>,
    poison: Mutex<Option<String>>,
    redirect: Mutex<Option<String>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

/// From a call on, a function is cut off.
struct Cut {
    function: &'static str,
    /// The operation that counts; none for every one.
    operation: Option<&'static str>,
    left: u64,
    fault: Fault,
}

/// Which calls meet which fault, by chance.
#[derive(Debug, Default)]
struct Breaking {
    seed: u64,
    /// Each with its chance in a thousand.
    faults: Vec<(Fault, u32)>,
    /// Only this operation, when one is named.
    operation: Option<&'static str>,
    /// Only these functions, when some are named.
    functions: &'static [&'static str],
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
            breaking: Mutex::default(),
            cut: Mutex::default(),
            deaths: Mutex::default(),
            poison: Mutex::default(),
            redirect: Mutex::default(),
            meanwhile: Mutex::default(),
        }))
    }
}

impl Wire {
    /// The client of one function.
    pub fn client(&self, function: &str) -> SharedHttpClient {
        SharedHttpClient::new(WireClient { wire: self.clone(), function: function.to_owned() })
    }

    /// The way of one function to who is not AWS; its calls are named `Outside`.
    pub fn outside(&self, function: &str) -> SharedHttpConnector {
        let real = SharedHttpConnector::new(Connector::builder().build_http());
        SharedHttpConnector::new(WireConnector { wire: self.clone(), function: function.to_owned(), real })
    }

    /// The client of who is no function: its calls are neither counted nor broken. The ordinary one would read every root
    /// certificate of the machine.
    pub fn plain(&self) -> SharedHttpClient {
        self.0.real.clone()
    }

    /// From now on each call meets each fault with its chance in a thousand; the same seed gives the same faults
    /// to the same calls.
    pub fn break_calls(&self, seed: u64, faults: &[(Fault, u32)]) {
        self.break_calls_of(&[], seed, faults);
    }

    /// The same, for the calls of these functions alone.
    pub fn break_calls_of(&self, functions: &'static [&'static str], seed: u64, faults: &[(Fault, u32)]) {
        let breaking = Breaking { seed: seed.max(1), faults: faults.to_vec(), operation: None, functions };
        *self.0.breaking.lock().unwrap() = breaking;
    }

    /// From now on every call of one operation, and no other, meets this fault.
    pub fn break_operation(&self, operation: &'static str, fault: Fault) {
        let breaking = Breaking { seed: 1, faults: vec![(fault, 1000)], operation: Some(operation), functions: &[] };
        *self.0.breaking.lock().unwrap() = breaking;
    }

    /// From now on calls are counted anew, and who makes one of these dies; gives back what was counted until now.
    pub fn deaths(&self, deaths: Deaths) -> Deaths {
        std::mem::replace(&mut self.0.deaths.lock().unwrap(), deaths)
    }

    /// How many calls were counted, and at how many somebody died.
    pub fn counted(&self) -> (u64, usize) {
        let deaths = self.0.deaths.lock().unwrap();
        (deaths.calls(), deaths.found().len())
    }

    /// From now on AWS fails at every call whose address holds this; `None` heals it.
    pub fn poison(&self, address: Option<&str>) {
        *self.0.poison.lock().unwrap() = address.map(str::to_owned);
    }

    /// Lets so many transactions of one function pass; from the next on, each meets the fault, as if it had died.
    pub fn cut_after(&self, function: &'static str, transactions: u64, fault: Fault) {
        let operation = Some("TransactWriteItems");
        *self.0.cut.lock().unwrap() = Some(Cut { function, operation, left: transactions, fault });
    }

    /// Lets so many calls of one function pass, whatever they are; from the next on, each meets the fault.
    pub fn cut_calls_after(&self, function: &'static str, calls: u64, fault: Fault) {
        *self.0.cut.lock().unwrap() = Some(Cut { function, operation: None, left: calls, fault });
    }

    /// Ends a cut.
    pub fn mend(&self) {
        *self.0.cut.lock().unwrap() = None;
    }

    /// Once, just before a function's next transaction but so many is sent, this happens. Until [`Wire::since`] asks what
    /// became of it, no transaction of that function meets a fault.
    pub fn before_write(&self, function: &str, after: usize, happens: impl Future<Output = ()> + Send + 'static) {
        *self.0.meanwhile.lock().unwrap() = Some(Meanwhile::new(function, after, Box::pin(happens)));
    }

    /// Ends it: what became of the function's transactions since; none when it never happened.
    pub fn since(&self) -> Option<Since> {
        self.0.meanwhile.lock().unwrap().take().and_then(|meanwhile| meanwhile.since())
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
        let cuts = |cut: &&mut Cut| cut.function == function && cut.operation.is_none_or(|only| only == operation);
        if let Some(cut) = self.0.cut.lock().unwrap().as_mut().filter(cuts) {
            match cut.left.checked_sub(1) {
                Some(fewer) => cut.left = fewer,
                None => return Some(cut.fault),
            }
        }
        self.0.breaking.lock().unwrap().next(function, operation)
    }

    fn is_poisoned(&self, request: &HttpRequest) -> bool {
        self.0.poison.lock().unwrap().as_ref().is_some_and(|words| request.uri().contains(words.as_str()))
    }

    fn tick(&self) -> u64 {
        self.0.sequence.fetch_add(1, Ordering::SeqCst)
    }
}

impl Breaking {
    fn next(&mut self, function: &str, operation: &str) -> Option<Fault> {
        let spared = self.operation.is_some_and(|only| only != operation);
        if spared || !(self.functions.is_empty() || self.functions.contains(&function)) {
            return None;
        }
        let faults = self.faults.clone();
        let met =
            faults.iter().find(|(fault, chance)| fault.fits(operation) && self.dice() % 1000 < u64::from(*chance));
        met.map(|(fault, _)| *fault)
    }

    /// xorshift64*: seeded, so that a seed replays.
    fn dice(&mut self) -> u64 {
        let seed = &mut self.seed;
        *seed ^= *seed >> 12;
        *seed ^= *seed << 25;
        *seed ^= *seed >> 27;
        seed.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33
    }
}

/// How many sequential waves calls were made in: calls that were under way together are one wave.
pub fn waves(calls: &[Sent]) -> usize {
    in_waves(calls).len()
}

/// Calls by the waves they were made in, in order.
pub fn in_waves(calls: &[Sent]) -> Vec<Vec<&Sent>> {
    let mut calls: Vec<&Sent> = calls.iter().collect();
    calls.sort_unstable_by_key(|call| call.span);
    let mut waves: Vec<Vec<&Sent>> = Vec::new();
    let mut end = None;
    for call in calls {
        let (from, to) = call.span;
        match (end, waves.last_mut()) {
            (Some(at), Some(wave)) if from < at => {
                end = Some(at.min(to));
                wave.push(call);
            }
            _ => {
                end = Some(to);
                waves.push(vec![call]);
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

fn is_success(reply: &HttpResponse) -> bool {
    reply.status().is_success()
}

impl HttpConnector for WireConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let Asked { service, operation, actions } = Asked::of(&request);
        let redirect = self.wire.0.redirect.lock().unwrap().clone();
        if let Some(endpoint) = redirect.filter(|_| request.headers().get("x-amz-target").is_some()) {
            request.set_uri(format!("{endpoint}/")).unwrap();
        }
        let wire = self.wire.clone();
        let from = wire.tick();
        let mut sent = Sent { function: self.function.clone(), operation, actions, span: (from, from) };
        let mut meanwhile = wire.0.meanwhile.lock().unwrap();
        let about = meanwhile.as_mut().filter(|meanwhile| meanwhile.is_about(&sent));
        let (watched, happening) = (about.is_some(), about.and_then(Meanwhile::take));
        drop(meanwhile);
        let fault = match wire.is_poisoned(&request) {
            true => Some(Fault::Failed),
            false if watched => None,
            false => wire.next_fault(&self.function, &sent.operation),
        };
        let death = wire.0.deaths.lock().unwrap().count(&sent);
        let reaches = fault.is_none_or(Fault::is_after) && death != Some(Side::Before);
        let real = self.real.clone();
        HttpConnectorFuture::new(async move {
            if let Some(happening) = happening {
                happening.await;
            }
            let reply = match reaches {
                true => Some(real.call(request).await),
                false => None,
            };
            if let Some(meanwhile) = wire.0.meanwhile.lock().unwrap().as_mut().filter(|_| watched) {
                meanwhile.count(reply.as_ref().is_some_and(|reply| reply.as_ref().is_ok_and(is_success)));
            }
            sent.span.1 = wire.tick();
            wire.0.sent.lock().unwrap().push(sent);
            match (death, fault, reply) {
                (Some(_), ..) => death::die(),
                (None, Some(fault), _) => fault.reply(service),
                (None, None, Some(reply)) => reply,
                (None, None, None) => Fault::LostRequest.reply(service),
            }
        })
    }
}
