//! Items of a span, whole or a page at a time; each is read by itself, so that one that cannot be read spoils no other.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use super::keys::{Key, Span};
use super::table::{Item, StoreError, Table, key_item, key_of, read, store_error};

/// Items in key order.
#[derive(Debug, Default)]
pub struct Listing {
    items: Vec<Item>,
    more: bool,
}

impl Listing {
    /// Whether more of the span may follow.
    pub fn more(&self) -> bool {
        self.more
    }

    /// All records; an error when one cannot be read.
    pub fn records<R: DeserializeOwned>(self) -> Result<Vec<R>, StoreError> {
        self.items.into_iter().map(read).collect()
    }

    /// Each record with its key.
    pub fn each<R: DeserializeOwned>(self) -> impl Iterator<Item = Result<(Key, Result<R, StoreError>), StoreError>> {
        self.keyed().map(|item| item.map(|(key, item)| (key, read(item))))
    }

    /// Each item as it lies, with its key.
    pub(super) fn keyed(self) -> impl Iterator<Item = Result<(Key, Item), StoreError>> {
        self.items.into_iter().map(|item| Ok((key_of(&item)?, item)))
    }

    /// The keys alone.
    pub fn keys(&self) -> Result<Vec<Key>, StoreError> {
        self.items.iter().map(key_of).collect()
    }
}

impl Table {
    /// All items of a span. One call per megabyte, strongly consistent.
    pub async fn list(&self, span: &Span) -> Result<Listing, StoreError> {
        let query = self.query_of(span);
        let mut items = Vec::new();
        let mut next = None;
        loop {
            let answer = query.clone().set_exclusive_start_key(next).send().await.map_err(store_error)?;
            items.extend(answer.items.unwrap_or_default());
            next = answer.last_evaluated_key;
            if next.is_none() {
                return Ok(Listing { items, more: false });
            }
        }
    }

    /// The first items of a span after a sort key, at most so many; none when nothing follows. One call, strongly
    /// consistent.
    pub async fn list_after(&self, span: &Span, after: Option<&str>, most: usize) -> Result<Listing, StoreError> {
        let start = after.map(|sk| key_item(&Key { pk: span.pk.clone(), sk: sk.to_owned() }));
        let query = self.query_of(span).set_exclusive_start_key(start).limit(i32::try_from(most).unwrap_or(i32::MAX));
        let answer = query.send().await.map_err(store_error)?;
        Ok(Listing { more: answer.last_evaluated_key.is_some(), items: answer.items.unwrap_or_default() })
    }

    fn query_of(&self, span: &Span) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(span.pk.clone()));
        match span.from.is_empty() {
            true => query.key_condition_expression("pk = :pk"),
            false => query
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":from", AttributeValue::S(span.from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(span.to.clone())),
        }
    }
}
