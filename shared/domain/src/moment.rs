//! An instant, on the two clocks: the business clock decides limits, the wall clock serves tokens and expiry.

use chrono::{DateTime, Utc};

/// One instant on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Decides limits, ages and periods. The local program can move it.
    pub business: DateTime<Utc>,
    /// Real time: tokens, signatures, throttles.
    pub wall: DateTime<Utc>,
}
