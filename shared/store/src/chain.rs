//! The consuming way to build a transaction, until every caller builds in place.

use crate::keys::Key;
use crate::table::Record;
use crate::transaction::Transaction;
use crate::version::Read;

/// A transaction that each method takes and gives back.
#[derive(Debug, Default)]
pub struct Chain(pub Transaction);

macro_rules! chained {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
        #[allow(missing_docs, reason = "as the method of `Transaction`")]
        pub fn $name(mut self, $($argument: $kind),*) -> Self {
            self.0.$name($($argument),*);
            self
        }
    )*};
    (records $($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
        #[allow(missing_docs, reason = "as the method of `Transaction`")]
        pub fn $name<R: Record>(mut self, record: &R, $($argument: $kind),*) -> Self {
            self.0.$name(record, $($argument),*);
            self
        }
    )*};
}

impl Chain {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many actions it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it would do nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    chained! {
        delete(key: &Key);
        delete_existing(key: &Key);
        delete_version(key: &Key, read: impl Into<Read>);
        check_exists(key: &Key);
        check_absent(key: &Key);
        check_version(key: &Key, read: impl Into<Read>);
    }

    chained! { records
        put();
        put_new();
        put_existing();
        put_over(read: impl Into<Read>);
    }
}

impl From<Chain> for Transaction {
    fn from(chain: Chain) -> Self {
        chain.0
    }
}
