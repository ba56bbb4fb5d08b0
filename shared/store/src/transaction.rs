//! A transaction: everything that is decided together is written together, or not at all.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};

use super::keys::Key;
use super::table::{Item, Record, StoreError, Table, item_of, key_item, store_error};
use super::version::{Read, Version};

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

impl Failure {
    /// The conditions that did not hold, where somebody was faster: none after a conflict. The store's own failure stays one.
    pub fn faster(self) -> Result<Vec<usize>, StoreError> {
        match self {
            Self::Conditions(failed) => Ok(failed),
            Self::Conflict => Ok(Vec::new()),
            Self::Store(error) => Err(error),
        }
    }
}

const ABSENT: &str = "attribute_not_exists(pk)";
const PRESENT: &str = "attribute_exists(pk)";
const VERSION: &str = "version = :version";
/// What was removed meanwhile stays removed. A 0 is as good as none: a writer that does not count leaves it.
const UNVERSIONED: &str = "attribute_exists(pk) AND (attribute_not_exists(version) OR version = :version)";

/// What DynamoDB takes in one transaction.
pub const MOST_ACTIONS: usize = 100;

/// Up to [`MOST_ACTIONS`] actions with their conditions, one an item: what is demanded of an item that is written too
/// becomes a condition of that write. Each method answers with the place of its action, by which
/// [`Failure::Conditions`] names it.
#[derive(Debug, Default)]
pub struct Transaction {
    actions: Vec<TransactWriteItem>,
    places: HashMap<Key, usize>,
    broken: Option<StoreError>,
}

/// What an item must be like.
struct Condition {
    expression: Option<String>,
    values: Item,
}

impl Condition {
    fn none() -> Self {
        Self { expression: None, values: HashMap::new() }
    }

    fn of(expression: &str) -> Self {
        Self { expression: Some(expression.to_owned()), values: HashMap::new() }
    }

    fn and(self, other: Self) -> Self {
        let expression = match (self.expression, other.expression) {
            (Some(one), Some(two)) => Some(format!("({one}) AND ({two})")),
            (one, two) => one.or(two),
        };
        Self { expression, values: self.values.into_iter().chain(other.values).collect() }
    }

    fn values(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}

impl Transaction {
    /// Of who is signed in: demands that the session goes on, and that what grants the right is as it was read.
    /// `web` alone calls it, once it knows who asks.
    pub fn of_caller(session: &Key, granted_by: Option<(&Key, Version)>) -> Self {
        let mut begun = Self::default();
        begun.check_exists(session);
        if let Some((key, version)) = granted_by {
            begun.check_version(key, version);
        }
        begun
    }

    /// Of who holds a token that a mail or a provider gave: demands that the token is still there.
    pub fn of_token(token: &Key) -> Self {
        let mut begun = Self::default();
        begun.check_exists(token);
        begun
    }

    /// Of nobody: work that is scheduled, or that follows from something written before.
    pub fn of_system() -> Self {
        Self::default()
    }

    /// How many actions it has.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether it writes or demands something of an item.
    pub fn touches(&self, key: &Key) -> bool {
        self.places.contains_key(key)
    }

    /// How many more fit.
    pub fn room(&self) -> usize {
        MOST_ACTIONS.saturating_sub(self.actions.len())
    }

    /// Whether it would do nothing.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Writes a record, whatever is there.
    pub fn put<R: Record>(&mut self, record: &R) -> usize {
        self.put_when(record, Condition::none())
    }

    /// Writes a record where nothing is.
    pub fn put_new<R: Record>(&mut self, record: &R) -> usize {
        self.put_when(record, Condition::of(ABSENT))
    }

    /// Writes a record where one must already be: what was removed in between stays removed.
    pub fn put_existing<R: Record>(&mut self, record: &R) -> usize {
        self.put_when(record, Condition::of(PRESENT))
    }

    /// Writes a record over what was read: a version, an item that had none, or nothing.
    pub fn put_over<R: Record>(&mut self, record: &R, read: impl Into<Read>) -> usize {
        let condition = self.as_read(read.into());
        self.put_when(record, condition)
    }

    /// Removes an item, whether it is there or not.
    pub fn delete(&mut self, key: &Key) -> usize {
        self.delete_when(key, Condition::none())
    }

    /// Removes an item that must be there.
    pub fn delete_existing(&mut self, key: &Key) -> usize {
        self.delete_when(key, Condition::of(PRESENT))
    }

    /// Removes the version that was read.
    pub fn delete_version(&mut self, key: &Key, read: impl Into<Read>) -> usize {
        let condition = self.as_read(read.into());
        self.delete_when(key, condition)
    }

    /// Demands that an item is there.
    pub fn check_exists(&mut self, key: &Key) -> usize {
        self.check(key, Condition::of(PRESENT))
    }

    /// Demands that an item is not there.
    pub fn check_absent(&mut self, key: &Key) -> usize {
        self.check(key, Condition::of(ABSENT))
    }

    /// Demands that an item is still as it was read.
    pub fn check_version(&mut self, key: &Key, read: impl Into<Read>) -> usize {
        let condition = self.as_read(read.into());
        self.check(key, condition)
    }

    /// The condition that an item is as it was read, by a name that no other condition of this transaction has.
    fn as_read(&self, read: Read) -> Condition {
        let (expression, version) = match read {
            Read::Absent => return Condition::of(ABSENT),
            Read::Unversioned => (UNVERSIONED, 0),
            Read::At(version) => (VERSION, version),
        };
        let name = format!(":v{}_{version}", self.actions.len());
        let values = HashMap::from([(name.clone(), AttributeValue::N(version.to_string()))]);
        Condition { expression: Some(expression.replace(":version", &name)), values }
    }

    fn put_when<R: Record>(&mut self, record: &R, condition: Condition) -> usize {
        match item_of(record) {
            Ok(item) => {
                let key = record.key();
                let condition = self.also_demanded(&key, condition);
                let put = Put::builder().set_item(Some(item)).set_expression_attribute_values(condition.values());
                let put = put.set_condition_expression(condition.expression).table_name(PLACEHOLDER).build();
                self.act(key, put.map(|put| TransactWriteItem::builder().put(put).build()))
            }
            Err(error) => self.fail(error),
        }
    }

    fn delete_when(&mut self, key: &Key, condition: Condition) -> usize {
        let condition = self.also_demanded(key, condition);
        let delete = Delete::builder().set_key(Some(key_item(key)));
        let delete = delete.set_expression_attribute_values(condition.values());
        let delete = delete.set_condition_expression(condition.expression).table_name(PLACEHOLDER).build();
        self.act(key.clone(), delete.map(|delete| TransactWriteItem::builder().delete(delete).build()))
    }

    fn check(&mut self, key: &Key, condition: Condition) -> usize {
        if let Some(at) = self.places.get(key).copied().filter(|at| self.actions[*at].condition_check.is_none()) {
            return self.demand_of_write(at, condition);
        }
        let condition = self.also_demanded(key, condition);
        let check = ConditionCheck::builder().set_key(Some(key_item(key)));
        let check = check.set_expression_attribute_values(condition.values());
        let check = check.set_condition_expression(condition.expression).table_name(PLACEHOLDER).build();
        self.act(key.clone(), check.map(|check| TransactWriteItem::builder().condition_check(check).build()))
    }

    /// A condition, with what is demanded of the same item already.
    fn also_demanded(&self, key: &Key, condition: Condition) -> Condition {
        let demanded = self.places.get(key).and_then(|at| self.actions[*at].condition_check.as_ref());
        match demanded {
            None => condition,
            Some(check) => {
                let values = check.expression_attribute_values.clone().unwrap_or_default();
                Condition { expression: Some(check.condition_expression.clone()), values }.and(condition)
            }
        }
    }

    /// Adds a condition to an item that is written already.
    fn demand_of_write(&mut self, at: usize, condition: Condition) -> usize {
        let action = &mut self.actions[at];
        let parts = match (&mut action.put, &mut action.delete) {
            (Some(put), _) => Some((&mut put.condition_expression, &mut put.expression_attribute_values)),
            (_, Some(delete)) => Some((&mut delete.condition_expression, &mut delete.expression_attribute_values)),
            (None, None) => None,
        };
        if let Some((expression, values)) = parts {
            let known = Condition { expression: expression.take(), values: values.take().unwrap_or_default() };
            let both = known.and(condition);
            (*values, *expression) = (both.values(), both.expression);
        }
        at
    }

    /// Adds an action, or puts it in the place of what was demanded of the same item.
    fn act(&mut self, key: Key, action: Result<TransactWriteItem, BuildError>) -> usize {
        let action = match action {
            Ok(action) => action,
            Err(error) => return self.fail(StoreError(error.to_string())),
        };
        let at = *self.places.entry(key).or_insert(self.actions.len());
        match self.actions.get_mut(at) {
            None => self.actions.push(action),
            Some(demand) if demand.condition_check.is_some() => *demand = action,
            Some(_) => return self.fail(StoreError("a transaction writes one item twice".to_owned())),
        }
        at
    }

    fn fail(&mut self, error: StoreError) -> usize {
        self.broken.get_or_insert(error);
        self.actions.len()
    }
}

/// Stands for the table's name until the transaction is sent.
const PLACEHOLDER: &str = "-";

impl Table {
    /// Writes a transaction: one call. The SDK gives it a token, so that a lost reply and its repeat count once.
    pub async fn write(&self, transaction: impl Into<Transaction>) -> Result<(), Failure> {
        let transaction = transaction.into();
        if let Some(broken) = transaction.broken {
            return Err(Failure::Store(broken));
        }
        if transaction.actions.len() > MOST_ACTIONS {
            let actions = transaction.actions.len();
            return Err(Failure::Store(StoreError(format!(
                "a transaction of {actions} actions, {MOST_ACTIONS} at most"
            ))));
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
    use crate::keys;

    fn token(name: &str) -> Key {
        keys::token(name)
    }

    fn delete_condition(transaction: &Transaction, at: usize) -> (Option<String>, Vec<String>) {
        let delete = transaction.actions[at].delete.as_ref().unwrap();
        let mut values: Vec<String> = delete
            .expression_attribute_values
            .iter()
            .flatten()
            .map(|(_, value)| value.as_n().unwrap().clone())
            .collect();
        values.sort();
        (delete.condition_expression.clone(), values)
    }

    #[test]
    fn what_is_demanded_of_an_item_becomes_a_condition_of_its_write() {
        let mut transaction = Transaction::of_token(&token("a"));
        assert_eq!(transaction.check_version(&token("b"), 3_u64), 1);
        assert_eq!(transaction.delete(&token("a")), 0, "one action an item");
        assert_eq!(transaction.delete_version(&token("b"), 4_u64), 1);
        assert_eq!(transaction.delete(&token("c")), 2);
        assert_eq!(transaction.check_exists(&token("c")), 2, "whichever comes first");
        assert_eq!(transaction.len(), 3);
        assert_eq!(delete_condition(&transaction, 0), (Some(PRESENT.to_owned()), Vec::new()));
        assert_eq!(delete_condition(&transaction, 2), (Some(PRESENT.to_owned()), Vec::new()));
        let (both, values) = delete_condition(&transaction, 1);
        assert!(both.is_some_and(|both| both.contains(") AND (")));
        assert_eq!(values, ["3", "4"], "two versions demanded are two conditions");
        assert!(transaction.broken.is_none());
    }

    #[test]
    fn what_was_read_without_a_version_must_be_there_without_one() {
        let mut transaction = Transaction::of_system();
        transaction.delete_version(&token("a"), Read::Unversioned);
        transaction.delete_version(&token("b"), Version::default());
        transaction.delete_version(&token("c"), Version::FIRST);
        transaction.delete_version(&token("d"), 0_u64);
        let unversioned = |name: &str| UNVERSIONED.replace(":version", name);
        assert_eq!(delete_condition(&transaction, 0), (Some(unversioned(":v0_0")), vec!["0".to_owned()]));
        assert_eq!(delete_condition(&transaction, 1), (Some(unversioned(":v1_0")), vec!["0".to_owned()]));
        assert_eq!(delete_condition(&transaction, 2), (Some("version = :v2_1".to_owned()), vec!["1".to_owned()]));
        assert_eq!(delete_condition(&transaction, 3), (Some(ABSENT.to_owned()), Vec::new()), "nothing was there");
    }

    #[test]
    fn one_item_is_not_written_twice() {
        let mut transaction = Transaction::of_system();
        transaction.delete(&token("a"));
        transaction.delete(&token("a"));
        assert!(transaction.broken.is_some());
    }

    #[test]
    fn room_is_what_still_fits() {
        let mut transaction = Transaction::of_system();
        for at in 0..MOST_ACTIONS {
            transaction.delete(&token(&at.to_string()));
        }
        assert_eq!((transaction.len(), transaction.room()), (100, 0));
    }

    #[test]
    fn a_failed_condition_outweighs_a_conflict() {
        let failure = cancellation(&["None", "TransactionConflict", "ConditionalCheckFailed"]);
        assert!(matches!(failure, Failure::Conditions(at) if at == [2]));
        assert!(matches!(cancellation(&["None", "TransactionConflict"]), Failure::Conflict));
        assert!(matches!(cancellation(&["ThrottlingError"]), Failure::Conflict));
        assert!(matches!(cancellation(&["ValidationError"]), Failure::Store(_)));
    }
}
