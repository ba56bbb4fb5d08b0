//! A real table for a test: the embedded store behind the real SDK, with a count of the calls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents, SharedInterceptor,
};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use domain::moment::Moment;
use store::Table;
use tokio::net::TcpListener;

/// The name of a test's table.
pub(crate) const NAME: &str = "preau";

/// The items of a table by their key, each as text that can be compared.
pub(crate) type Contents = BTreeMap<(String, String), String>;

/// A table of its own.
pub(crate) struct Store {
    pub(crate) table: Table,
    address: String,
    client: Client,
    calls: Calls,
}

/// How many calls were made; those beyond the limit fail before they reach the table.
#[derive(Debug, Clone)]
struct Calls {
    made: Arc<AtomicUsize>,
    limit: usize,
}

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let made = self.made.fetch_add(1, Ordering::SeqCst);
        if made < self.limit { Ok(()) } else { Err("the machine was switched off".into()) }
    }
}

fn client(address: &str, limit: usize) -> (Client, Calls) {
    let calls = Calls { made: Arc::default(), limit };
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-3"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(address)
        .interceptor(SharedInterceptor::new(calls.clone()))
        .build();
    (Client::from_conf(config), calls)
}

impl Store {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(dynoxide::server::serve_on(listener, dynoxide::Database::memory().unwrap()));
        let (client, calls) = client(&address, usize::MAX);
        create(&client).await;
        Self { table: Table::with(client.clone(), NAME), address, client, calls }
    }

    /// The same table, whose calls beyond `limit` fail.
    pub(crate) fn failing_after(&self, limit: usize) -> Table {
        Table::with(client(&self.address, limit).0, NAME)
    }

    /// Where the table is reached.
    #[allow(dead_code, reason = "asked for by the tests of the programs")]
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The calls made through `table` so far.
    pub(crate) fn calls(&self) -> usize {
        self.calls.made.load(Ordering::SeqCst)
    }

    /// Everything in the table.
    pub(crate) async fn contents(&self) -> Contents {
        let pages = self.client.scan().table_name(NAME).into_paginator().items().send();
        let items: Vec<_> = pages.collect::<Result<_, _>>().await.unwrap();
        let text = |value: &AttributeValue| value.as_s().unwrap().clone();
        let entry = |item: std::collections::HashMap<String, AttributeValue>| {
            let key = (text(&item["pk"]), text(&item["sk"]));
            (key, said(&AttributeValue::M(item)))
        };
        items.into_iter().map(entry).collect()
    }
}

/// A value as text, the same for the same value: the SDK's own maps have no order.
fn said(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(entries) => {
            let entries: BTreeMap<_, _> = entries.iter().map(|(key, value)| (key, said(value))).collect();
            format!("{entries:?}")
        }
        AttributeValue::L(values) => format!("{:?}", values.iter().map(said).collect::<Vec<_>>()),
        plain => format!("{plain:?}"),
    }
}

async fn create(client: &Client) {
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name: &str| {
        let kind = ScalarAttributeType::S;
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
    };
    let table = client.create_table().table_name(NAME).billing_mode(BillingMode::PayPerRequest);
    let table = table.attribute_definitions(text("pk")).attribute_definitions(text("sk"));
    table.key_schema(key("pk", KeyType::Hash)).key_schema(key("sk", KeyType::Range)).send().await.unwrap();
}

/// A moment of September 2026, on both clocks.
pub(crate) fn moment() -> Moment {
    let instant = chrono::DateTime::from_timestamp(1_788_940_800, 0).unwrap();
    Moment { business: instant, wall: instant }
}

/// The keys whose items are not the same before and after.
pub(crate) fn differing(before: &Contents, after: &Contents) -> Vec<String> {
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let differing = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    differing.map(|(pk, sk)| format!("{pk} {sk}")).collect()
}
