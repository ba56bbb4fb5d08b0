//! What a family may take away or have erased, and for how long an organisation keeps the rest.

mod erasure;
mod retention;

pub use erasure::{ErasureStage, Left, Still, still};
pub use retention::Retention;
