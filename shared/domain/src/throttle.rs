//! How failed tries slow down and lock, per account and per address.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How many tries something bears.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Failures that cost nothing.
    pub free: u32,
    /// Failures within [`WINDOW`] after which nothing more is tried.
    pub most: u32,
}

/// For one account: more than a minute after 5 failures, at most 25 in 24 hours (CNIL 2022-100).
pub const ACCOUNT: Allowance = Allowance { free: 5, most: 25 };
/// For one address, which a school or a town hall may share.
pub const ADDRESS: Allowance = Allowance { free: 30, most: 300 };
/// The time over which failures are counted.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);
const PAUSE: TimeDelta = TimeDelta::seconds(61);

/// The failures of one account or address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Failures since `since`.
    pub count: u32,
    /// When counting began.
    pub since: DateTime<Utc>,
    /// The last failure.
    pub last: DateTime<Utc>,
}

impl Tries {
    /// Claims one more try, counted as failed until the person turns out to be right.
    /// When it must wait: until when.
    pub fn claim(self, now: DateTime<Utc>, allowance: Allowance) -> Result<Self, DateTime<Utc>> {
        let current = if now - self.since >= WINDOW { Self { count: 0, since: now, last: now } } else { self };
        if current.count >= allowance.most {
            return Err(current.since + WINDOW);
        }
        if current.count >= allowance.free && now - current.last < PAUSE {
            return Err(current.last + PAUSE);
        }
        Ok(Self { count: current.count + 1, since: current.since, last: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn the_sixth_try_waits_more_than_a_minute() {
        let mut tries = Tries::default();
        for _ in 0..5 {
            tries = tries.claim(at(0), ACCOUNT).unwrap();
        }
        assert_eq!(tries.claim(at(60), ACCOUNT), Err(at(61)));
        assert!(tries.claim(at(61), ACCOUNT).is_ok());
    }

    #[test]
    fn the_twenty_sixth_try_waits_for_the_next_day() {
        let mut tries = Tries::default();
        for step in 0..25 {
            tries = tries.claim(at(step * 61), ACCOUNT).unwrap();
        }
        assert_eq!(tries.claim(at(26 * 61), ACCOUNT), Err(at(0) + WINDOW));
        assert_eq!(tries.claim(at(0) + WINDOW, ACCOUNT).map(|tries| tries.count), Ok(1));
    }
}
