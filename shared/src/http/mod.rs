//! The wire: a request is checked and routed, a reply or a problem goes back.

mod call;
mod function;
mod problem;
mod reply;
pub mod session;

pub use call::Call;
pub use function::{Edge, HttpFunction, Routes};
pub use problem::{ApiError, FieldError};
pub use reply::Reply;
