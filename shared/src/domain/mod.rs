//! The rules. They know neither store nor clock nor chance: *now*, ids and secrets come in, decisions go out as data.

pub mod account;
pub mod activity;
pub mod calendar;
pub mod day;
pub mod deadline;
pub mod family;
pub mod id;
pub mod organisation;
pub mod planning;
pub mod role;
pub mod text;
pub mod throttle;
