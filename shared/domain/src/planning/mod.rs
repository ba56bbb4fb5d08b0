//! The week: what each cell is at this instant, and whether a click may happen.

mod cell;
mod decision;
mod estimate;
mod undo;
mod week;
mod week_rule;

#[cfg(test)]
pub(crate) mod properties;

pub use cell::{Cell, Fact, Held, Spot, State, Why, cell};
pub use decision::{Action, Authority, Refusal, Step, Want, decide};
pub use estimate::{Estimate, estimate};
pub use undo::{Lost, Made, undo};
pub use week::{ChildWeek, Empty, Facts, NextLimit, Offer, Row, cell_of, child_week, limit_ahead, next_limits, offer};
pub use week_rule::{least_days, refuses_week};
