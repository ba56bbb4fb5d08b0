//! The two clocks: the business clock decides limits, the wall clock serves tokens and expiry.

use chrono::{DateTime, TimeDelta, Utc};
use domain::moment::Moment;

/// Where a function reads the time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    shift: TimeDelta,
}

impl Clock {
    /// Both clocks show real time.
    pub fn system() -> Self {
        Self::default()
    }

    /// The business clock starts at `instant` now and runs on.
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self { shift: instant - Utc::now() }
    }

    /// The clock of a function binary: real time, and nothing a deployed function is given can move it.
    #[cfg(not(feature = "movable-clock"))]
    pub fn of_binary(_: &crate::environment::Environment) -> Self {
        Self::system()
    }

    /// The clock of a function binary built for the local program, which may shift it by [`SHIFT_SETTING`] seconds.
    #[cfg(feature = "movable-clock")]
    pub fn of_binary(environment: &crate::environment::Environment) -> Self {
        let seconds = environment.optional(SHIFT_SETTING).and_then(|text| text.parse().ok());
        Self { shift: seconds.and_then(TimeDelta::try_seconds).unwrap_or_default() }
    }

    /// How far the business clock is ahead of real time.
    pub fn shift(self) -> TimeDelta {
        self.shift
    }

    /// This instant, on both clocks.
    pub fn now(self) -> Moment {
        let wall = Utc::now();
        Moment { business: wall + self.shift, wall }
    }
}

/// The setting by which the local program moves the business clock of a binary it starts. Exists in local builds only.
#[cfg(feature = "movable-clock")]
pub const SHIFT_SETTING: &str = "PREAU_BUSINESS_CLOCK_SHIFT";
