//! A transaction: everything that is decided together is written together, or not at all.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};

use super::keys::Key;
use super::table::{Item, Record, StoreError, Table, item_of, key_item, store_error};

/// Why a transaction wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// These conditions did not hold, by their place in the transaction. Read again and decide again.
    #[error("conditions {0:?} did not hold")]
    Conditions(Vec<usize>),
    /// Another transaction was at the same items. Try again.
    #[error("conflict with another transaction")]
    Conflict,
    /// The store failed; what was written is unknown only if the last try's reply was lost after all retries.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const ABSENT: &str = "attribute_not_exists(pk)";
const PRESENT: &str = "attribute_exists(pk)";
const VERSION: &str = "version = :version";

/// Up to 100 actions with their conditions.
#[derive(Debug, Default)]
pub struct Transaction {
    actions: Vec<TransactWriteItem>,
    broken: Option<StoreError>,
}

impl Transaction {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many actions it has.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether it would do nothing.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Writes a record, whatever is there.
    pub fn put<R: Record>(self, record: &R) -> Self {
        self.put_when(record, None, HashMap::new())
    }

    /// Writes a record where nothing is.
    pub fn put_new<R: Record>(self, record: &R) -> Self {
        self.put_when(record, Some(ABSENT), HashMap::new())
    }

    /// Writes a record where one must already be: what was removed in between stays removed.
    pub fn put_existing<R: Record>(self, record: &R) -> Self {
        self.put_when(record, Some(PRESENT), HashMap::new())
    }

    /// Writes a record over the version that was read; 0 stands for "nothing was there".
    pub fn put_over<R: Record>(self, record: &R, version: u64) -> Self {
        match version {
            0 => self.put_new(record),
            read => self.put_when(record, Some(VERSION), version_value(read)),
        }
    }

    /// Removes an item, whether it is there or not.
    pub fn delete(self, key: &Key) -> Self {
        self.delete_when(key, None)
    }

    /// Removes an item that must be there.
    pub fn delete_existing(self, key: &Key) -> Self {
        self.delete_when(key, Some(PRESENT))
    }

    /// Removes the version that was read.
    pub fn delete_version(self, key: &Key, version: u64) -> Self {
        self.delete_with(key, Some(VERSION), version_value(version))
    }

    /// Demands that an item is there.
    pub fn check_exists(self, key: &Key) -> Self {
        self.check(key, PRESENT, HashMap::new())
    }

    /// Demands that an item is not there.
    pub fn check_absent(self, key: &Key) -> Self {
        self.check(key, ABSENT, HashMap::new())
    }

    /// Demands that an item is still as it was read.
    pub fn check_version(self, key: &Key, version: u64) -> Self {
        self.check(key, VERSION, version_value(version))
    }

    fn put_when<R: Record>(mut self, record: &R, condition: Option<&str>, values: Item) -> Self {
        match item_of(record) {
            Ok(item) => {
                let put = Put::builder().set_item(Some(item)).set_condition_expression(condition.map(str::to_owned));
                let put = put.set_expression_attribute_values((!values.is_empty()).then_some(values));
                self.push(put.table_name(PLACEHOLDER).build().map(|put| TransactWriteItem::builder().put(put).build()));
            }
            Err(error) => self.broken = Some(error),
        }
        self
    }

    fn delete_when(self, key: &Key, condition: Option<&str>) -> Self {
        self.delete_with(key, condition, HashMap::new())
    }

    fn delete_with(mut self, key: &Key, condition: Option<&str>, values: Item) -> Self {
        let delete = Delete::builder().set_key(Some(key_item(key)));
        let delete = delete.set_expression_attribute_values((!values.is_empty()).then_some(values));
        let delete = delete.set_condition_expression(condition.map(str::to_owned)).table_name(PLACEHOLDER).build();
        self.push(delete.map(|delete| TransactWriteItem::builder().delete(delete).build()));
        self
    }

    fn check(mut self, key: &Key, condition: &str, values: Item) -> Self {
        let check = ConditionCheck::builder().set_key(Some(key_item(key))).condition_expression(condition);
        let check = check.set_expression_attribute_values((!values.is_empty()).then_some(values));
        let check = check.table_name(PLACEHOLDER).build();
        self.push(check.map(|check| TransactWriteItem::builder().condition_check(check).build()));
        self
    }

    fn push(&mut self, action: Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError>) {
        match action {
            Ok(action) => self.actions.push(action),
            Err(error) => self.broken = Some(StoreError(error.to_string())),
        }
    }
}

/// Stands for the table's name until the transaction is sent.
const PLACEHOLDER: &str = "-";

fn version_value(version: u64) -> Item {
    HashMap::from([(":version".to_owned(), AttributeValue::N(version.to_string()))])
}

impl Table {
    /// Writes a transaction: one call. The SDK gives it a token, so that a lost reply and its repeat count once.
    pub async fn write(&self, transaction: Transaction) -> Result<(), Failure> {
        if let Some(broken) = transaction.broken {
            return Err(Failure::Store(broken));
        }
        let actions = transaction.actions.into_iter().map(|action| self.addressed(action)).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(actions)).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    let reasons = cancelled.cancellation_reasons();
                    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code().unwrap_or("None")).collect();
                    cancellation(&codes)
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => Failure::Conflict,
                _ => Failure::Store(store_error(error)),
            }),
        }
    }

    fn addressed(&self, action: TransactWriteItem) -> TransactWriteItem {
        let name = || self.name.clone();
        TransactWriteItem::builder()
            .set_put(action.put.map(|mut put| {
                put.table_name = name();
                put
            }))
            .set_delete(action.delete.map(|mut delete| {
                delete.table_name = name();
                delete
            }))
            .set_condition_check(action.condition_check.map(|mut check| {
                check.table_name = name();
                check
            }))
            .build()
    }
}

fn cancellation(codes: &[&str]) -> Failure {
    let failed =
        |wanted: &str| codes.iter().enumerate().filter(|(_, code)| **code == wanted).map(|(at, _)| at).collect();
    let conditions: Vec<usize> = failed("ConditionalCheckFailed");
    match codes.iter().find(|code| !matches!(**code, "None" | "ConditionalCheckFailed" | "TransactionConflict")) {
        _ if !conditions.is_empty() => Failure::Conditions(conditions),
        None => Failure::Conflict,
        Some(code) if code.contains("Throttling") || code.contains("Throughput") => Failure::Conflict,
        Some(code) => Failure::Store(StoreError(format!("transaction cancelled: {code}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_condition_outweighs_a_conflict() {
        let failure = cancellation(&["None", "TransactionConflict", "ConditionalCheckFailed"]);
        assert!(matches!(failure, Failure::Conditions(at) if at == [2]));
        assert!(matches!(cancellation(&["None", "TransactionConflict"]), Failure::Conflict));
        assert!(matches!(cancellation(&["ThrottlingError"]), Failure::Conflict));
        assert!(matches!(cancellation(&["ValidationError"]), Failure::Store(_)));
    }
}
