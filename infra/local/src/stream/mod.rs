//! The table's stream, read and handed to the functions that the template maps to it.

mod delivery;
mod filter;
mod reader;

pub(crate) use filter::Pattern;
pub(crate) use reader::Follower;
