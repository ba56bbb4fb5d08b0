//! Changes of plannings, written together or not at all: what clicks, abonnements, closures and agents have in common.

mod closing;
mod lots;
mod settle;
mod writing;

pub use closing::{Closed, close};
pub use settle::settle;
pub use writing::{Learned, Maker, Marks, Step, Writing};
