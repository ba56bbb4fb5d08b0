//! How failed tries slow down and lock, per account and per address.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How many tries something bears.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Failures that cost nothing.
    pub free: u32,
    /// How long who failed more often waits after each try.
    pub pause: TimeDelta,
    /// Failures within [`WINDOW`] after which nothing more is tried, or a longer pause begins.
    pub most: u32,
    /// What happens then.
    pub then: Then,
}

/// What happens to who failed most often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing more is tried until the window ends.
    Shut,
    /// Every try waits this long.
    Slow(TimeDelta),
}

/// For one account, by whatever name: more than a minute after 5 failures, at most 25 in 24 hours (CNIL 2022-100).
pub const ACCOUNT: Allowance = Allowance { free: 5, pause: MINUTE, most: 25, then: Then::Shut };
/// For one address, which a school or a town hall may share: it is slowed down, and never shut.
pub const ADDRESS: Allowance =
    Allowance { free: 30, pause: TimeDelta::seconds(5), most: 300, then: Then::Slow(TimeDelta::seconds(20)) };
/// For the links of "mot de passe oublié" of one account.
pub const RESETS: Allowance = Allowance { free: 3, pause: MINUTE, most: 10, then: Then::Shut };
/// The time over which failures are counted.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);
const MINUTE: TimeDelta = TimeDelta::seconds(61);

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
        let pause = match allowance.then {
            _ if current.count < allowance.free => None,
            _ if current.count < allowance.most => Some(allowance.pause),
            Then::Slow(pause) => Some(pause),
            Then::Shut => return Err(current.since + WINDOW),
        };
        // Who came earlier may claim later: `now` is when a request came.
        let until = pause.map(|pause| current.last + pause);
        if let Some(until) = until.filter(|until| now < *until) {
            return Err(until);
        }
        Ok(Self { count: current.count + 1, since: current.since, last: now.max(current.last) })
    }

    /// The same without one try that was claimed: its person was right.
    pub fn given_back(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
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

    #[test]
    fn an_address_is_slowed_and_never_shut() {
        let mut tries = Tries::default();
        for _ in 0..30 {
            tries = tries.claim(at(0), ADDRESS).unwrap();
        }
        assert_eq!(tries.claim(at(0), ADDRESS), Err(at(5)));
        for step in 1..=270 {
            tries = tries.claim(at(step * 5), ADDRESS).unwrap();
        }
        assert_eq!(tries.count, 300);
        for step in 1..=1000 {
            let now = at(1350 + step * 20);
            assert_eq!(tries.claim(now - TimeDelta::seconds(1), ADDRESS), Err(now), "try {step} waits twenty seconds");
            tries = tries.claim(now, ADDRESS).unwrap();
        }
    }

    #[test]
    fn who_came_first_and_claims_last_waits_for_nothing() {
        let later = Tries::default().claim(at(7), ADDRESS).unwrap();
        let both = later.claim(at(5), ADDRESS).unwrap();
        assert_eq!((both.count, both.last), (2, at(7)));
    }

    #[test]
    fn thirty_who_are_right_leave_nothing() {
        let mut tries = Tries::default();
        for wave in 0..10 {
            for _ in 0..30 {
                tries = tries.claim(at(wave), ADDRESS).unwrap();
            }
            (0..30).for_each(|_| tries = tries.given_back());
        }
        assert_eq!(tries.count, 0);
    }
}
