//! The week: what each cell is at this instant, and whether a click may happen.

mod cell;
mod decision;
mod week;

#[cfg(test)]
mod properties;

pub use cell::{Cell, State, Why, cell};
pub use decision::{Authority, Refusal, Want, decide};
pub use week::{ChildWeek, NextLimit, Offer, Row, child_week, next_limits, offer};
