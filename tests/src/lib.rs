//! What the scenarios stand on: a whole portal in a town of its own, people who call it, and the wire to AWS.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(missing_docs, reason = "the names say it")]

pub mod activity;
mod chain;
pub mod contract;
pub mod hostile;
pub mod memory;
pub mod paper;
pub mod person;
mod prepared;
pub mod rights;
pub mod schemathesis;
pub mod second_store;
pub mod storage;
pub mod town;
pub mod village;
pub mod waiting;
pub mod wire;

pub use chain::Chain;
pub use contract::Contract;
pub use person::{Answer, Person};
pub use town::Town;
pub use wire::{Deaths, Fault, Side, Wire};
