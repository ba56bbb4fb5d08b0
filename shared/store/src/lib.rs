//! The one table and the files: keys, records, transactions, and what writes plannings and accounts.
//! No SDK type leaves this crate but the client's start.

mod attempts;
pub mod changes;
mod documents;
mod facts;
mod files;
pub mod finding;
pub mod keys;
pub mod listed;
mod listing;
mod pause;
pub mod records;
pub mod regie;
mod rounds;
mod s3;
pub mod seal;
mod table;
mod transaction;
mod version;

pub use attempts::{Attempts, Busy, Patience, Written, was_first};
pub use documents::{Documents, Permission, READING_LIFE, ROOMS, SENDING_LIFE};
pub use facts::{Cell, Facts, Gathered};
pub use files::{Files, file_of_invoice};
pub use listing::Listing;
pub use pause::pause;
pub use rounds::{Round, RoundOver, Walk};
pub use s3::FileError;
pub use table::{Items, OfKind, Record, StoreError, Table};
pub use transaction::{Failure, MOST_ACTIONS, Transaction};
pub use version::{Read, Version};
