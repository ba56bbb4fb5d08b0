//! How long who collided with others waits.

use std::time::Duration;

/// A random pause that grows, so that those who collide do not collide again: 5 ms at most at first, 320 ms later.
pub fn pause(attempt: u32) -> Duration {
    let chance = getrandom::u32().unwrap_or(0) % 1000;
    Duration::from_micros(u64::from(chance) * (5 << attempt.min(6)))
}
