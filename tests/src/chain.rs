//! A transaction in one expression, for what a test lays into the table by itself.

use store::keys::Key;
use store::{Read, Record, Transaction};

/// A transaction that each method takes and gives back.
#[derive(Debug, Default)]
pub struct Chain(pub Transaction);

macro_rules! chained {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
        pub fn $name(mut self, $($argument: $kind),*) -> Self {
            self.0.$name($($argument),*);
            self
        }
    )*};
    (records $($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
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
