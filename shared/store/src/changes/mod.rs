//! Changes of plannings, written together or not at all: what clicks, abonnements, absences, closures, the roll and the
//! line of a full day have in common.

mod closing;
mod learned;
mod lots;
mod rooms;
mod settle;
#[cfg(test)]
mod tests;
mod writer;
mod writing;

pub use closing::{Closed, Concerned, close, concerned};
pub use learned::Learned;
pub use settle::settle;
pub use writer::Writer;
pub use writing::{Maker, Writing};
