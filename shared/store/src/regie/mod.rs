//! The régie's books: the account of a family as it lies in the table, and how a payment gets its receipt.

mod account;
mod given_back;
mod lots;
mod numbers;
mod receipts;

pub use account::Account;
pub use given_back::{Cause, Giving};
pub use lots::follow_lots;
pub use numbers::{Numbering, Numbers};
pub use receipts::{Receipts, Received};
