//! The way to AWS: the table, its keys and records, the files, and the mailer. No SDK type leaves this module but the client's start.

mod credentials;
mod documents;
mod facts;
mod files;
pub mod keys;
mod listing;
mod mailer;
mod pause;
pub mod records;
mod s3;
mod table;
mod transaction;

pub use documents::{Documents, Permission, READING_LIFE, ROOMS, SENDING_LIFE};
pub use facts::{Cell, Facts};
pub use files::{Files, file_of_invoice};
pub use listing::Listing;
pub use mailer::{Mailer, SendFailure};
pub use pause::pause;
pub use s3::FileError;
pub use table::{Items, Record, StoreError, Table};
pub use transaction::{Failure, Transaction};
