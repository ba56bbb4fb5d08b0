//! The wire: a request is checked and routed, who calls is known, a reply or a problem goes back.

mod account_call;
pub mod app;
pub mod ask;
mod call;
mod function;
mod json;
mod problem;
mod reply;
pub mod session;
pub mod sheet;

pub use account_call::AccountCall;
pub use call::Call;
pub use function::{Edge, HttpFunction, Routes};
pub use problem::{ApiError, FieldError};
pub use reply::Reply;
