//! Invoices: what a family is charged for a month, line by line, and what it owes.

mod billing;
mod draft;
mod line;
mod solde;
#[cfg(test)]
mod tests;

pub use billing::{Billing, Period};
pub use draft::{Draft, Taken, draft};
pub use line::{Fault, Line, number};
pub use solde::{Open, Solde, solde};
