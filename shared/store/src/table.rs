//! The one table: read items by key or by span, write them in transactions.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::{Key, Span};
use lambda::credentials::{credentials, region, retries};
use lambda::environment::{Environment, SettingError};

pub(super) type Item = HashMap<String, AttributeValue>;

/// The store failed, or holds something this version cannot read.
#[derive(Debug, thiserror::Error)]
#[error("store: {0}")]
pub struct StoreError(pub String);

/// What can be an item: it knows its key.
pub trait Record: Serialize + DeserializeOwned {
    /// Where it lies.
    fn key(&self) -> Key;
}

/// A record that lies beside records of other kinds: how its sort key begins tells it from them.
pub trait OfKind: Record {
    /// How the sort keys of this kind begin: one of [`crate::keys::prefix`].
    const PREFIX: &'static str;
}

/// The table, by its client and name.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

/// Items that were read together, by key.
#[derive(Debug, Clone, Default)]
pub struct Items(HashMap<Key, Item>);

impl Items {
    /// The record at a key, when there is one.
    pub fn get<R: DeserializeOwned>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        self.0.get(key).cloned().map(read).transpose()
    }
}

pub(super) fn read<R: DeserializeOwned>(item: Item) -> Result<R, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(|error| StoreError(format!("unreadable item: {error}")))
}

/// A record as an item, with its key.
pub(super) fn item_of<R: Record>(record: &R) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(record)
        .map_err(|error| StoreError(format!("unwritable record: {error}")))?;
    item.extend(key_item(&record.key()));
    Ok(item)
}

pub(super) fn key_item(key: &Key) -> Item {
    let text = |value: &String| AttributeValue::S(value.clone());
    HashMap::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

impl Table {
    /// The table that `TABLE_NAME` names, reached with the function's own credentials.
    pub fn of(environment: &Environment, http_client: Option<SharedHttpClient>) -> Result<Self, SettingError> {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .region(region(environment)?)
            .credentials_provider(credentials(environment)?)
            .retry_config(retries());
        if let Some(endpoint) = environment.optional("AWS_ENDPOINT_URL_DYNAMODB") {
            config = config.endpoint_url(endpoint);
        }
        if let Some(http_client) = http_client {
            config = config.http_client(http_client);
        }
        Ok(Self::with(Client::from_conf(config.build()), environment.required("TABLE_NAME")?))
    }

    /// A table reached by a client of one's own: the import uses a developer's credentials.
    pub fn with(client: Client, name: &str) -> Self {
        Self { client, name: name.to_owned() }
    }

    /// The record at a key, when there is one. One call, strongly consistent.
    pub async fn get<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        let call = self.client.get_item().table_name(&self.name).consistent_read(true).set_key(Some(key_item(key)));
        let answer = call.send().await.map_err(store_error)?;
        answer.item.map(read).transpose()
    }

    /// Records by their keys. One call for each hundred, unless the store asks to come again for some of them.
    pub async fn batch_get(&self, keys: &[Key]) -> Result<Items, StoreError> {
        const BATCH: usize = 100;
        let mut items = Items::default();
        for some in keys.chunks(BATCH) {
            items.merge(self.batch_of(some).await?);
        }
        Ok(items)
    }

    async fn batch_of(&self, keys: &[Key]) -> Result<Items, StoreError> {
        const TRIES: u32 = 5;
        let mut items = Items::default();
        // DynamoDB refuses a batch that asks for one key twice.
        let keys: HashSet<&Key> = keys.iter().collect();
        let mut wanted: Vec<Item> = keys.into_iter().map(key_item).collect();
        for attempt in 0..TRIES {
            let request = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
            let request = request.map_err(|error| StoreError(error.to_string()))?;
            let answer = self.client.batch_get_item().request_items(&self.name, request).send().await;
            let answer = answer.map_err(store_error)?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                items.0.insert(key_of(&item)?, item);
            }
            let rest = answer.unprocessed_keys.unwrap_or_default().into_values().next();
            match rest {
                None => return Ok(items),
                Some(rest) => wanted = rest.keys,
            }
            tokio::time::sleep(std::time::Duration::from_millis(20 << attempt)).await;
        }
        Err(StoreError("a batch stays unread".to_owned()))
    }

    /// All records of a span, in key order. One call per megabyte, strongly consistent.
    pub async fn query<R: DeserializeOwned>(&self, span: &Span) -> Result<Vec<R>, StoreError> {
        self.list(span).await?.records()
    }

    /// All items of a span that holds records of many kinds.
    pub async fn query_mixed(&self, span: &Span) -> Result<Items, StoreError> {
        self.list(span).await?.keyed().collect::<Result<_, _>>().map(Items)
    }

    /// All records of several spans, each in key order: one wave of calls.
    pub async fn query_each<R>(&self, spans: &[Span]) -> Result<Vec<Vec<R>>, StoreError>
    where
        R: DeserializeOwned + Send + 'static,
    {
        let asked = spans.iter().cloned().map(|span| {
            let table = self.clone();
            tokio::spawn(async move { table.query(&span).await })
        });
        let mut found = Vec::new();
        for answer in asked.collect::<Vec<_>>() {
            found.push(answer.await.map_err(|error| StoreError(error.to_string()))??);
        }
        Ok(found)
    }
}

impl Items {
    /// All records of a kind, in key order.
    pub fn of<R: OfKind>(&self) -> Result<Vec<R>, StoreError> {
        let mut found: Vec<_> = self.0.iter().filter(|(key, _)| key.sk.starts_with(R::PREFIX)).collect();
        found.sort_by(|(one, _), (other, _)| one.sk.cmp(&other.sk));
        found.into_iter().map(|(_, item)| read(item.clone())).collect()
    }

    /// The records of a kind, and the keys of those that cannot be read.
    pub fn readable<R: OfKind>(&self) -> (Vec<R>, Vec<Key>) {
        let (mut records, mut unreadable) = (Vec::new(), Vec::new());
        for (key, item) in self.0.iter().filter(|(key, _)| key.sk.starts_with(R::PREFIX)) {
            match read(item.clone()) {
                Ok(record) => records.push(record),
                Err(_) => unreadable.push(key.clone()),
            }
        }
        (records, unreadable)
    }

    /// The keys that were read.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.keys()
    }

    /// Takes the items of others along.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Keeps only the items at keys like these.
    pub fn retain(&mut self, wanted: impl Fn(&Key) -> bool) {
        self.0.retain(|key, _| wanted(key));
    }

    /// Every item as it lies, in key order: what a family takes away.
    pub fn json(&self) -> Result<BTreeMap<Key, serde_json::Value>, StoreError> {
        self.0.iter().map(|(key, item)| Ok((key.clone(), read(item.clone())?))).collect()
    }
}

pub(super) fn key_of(item: &Item) -> Result<Key, StoreError> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let key = text("pk").zip(text("sk")).map(|(pk, sk)| Key { pk, sk });
    key.ok_or_else(|| StoreError("an item without a key".to_owned()))
}

/// The SDK's error as one line, without the values of items.
pub(super) fn store_error<E>(error: E) -> StoreError
where
    E: std::error::Error,
{
    StoreError(DisplayErrorContext(&error).to_string().chars().take(400).collect())
}
