//! Prepaid mode: tickets are bought in lots, a booking takes one, a cancellation gives it back.

mod lot;
mod prepaid;
mod purse;
mod stock;
#[cfg(test)]
mod tests;

pub use lot::Lot;
pub use prepaid::{Counts, Prepaid};
pub use purse::{Short, Tickets, oldest, tickets};
pub use stock::{Pack, Stock, stocks, unit_price};
