//! Read, decide, write: again while somebody is faster, with pauses by chance, until patience ends.

use std::time::Duration;

use tokio::time::Instant;

use crate::pause::pause;
use crate::{Failure, StoreError};

/// How long, and how often, something is tried anew.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often, the first time included.
    pub tries: u32,
    /// No try begins after this.
    pub time: Duration,
}

impl Patience {
    /// While a person waits: well within a function's time limit, so that the answer comes in words.
    pub const PERSON: Self = Self { tries: 30, time: Duration::from_secs(3) };
    /// While a person waits for a number: numbers of an organisation are taken one after the other, whoever asks.
    pub const NUMBER: Self = Self { tries: 60, time: Duration::from_secs(6) };
    /// While nobody waits: what gives up is called again by the stream or the clock.
    pub const WORK: Self = Self { tries: 20, time: Duration::from_secs(20) };
}

/// Others were faster every time. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("others were faster every time")]
pub struct Busy;

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Everything is written.
    Yes,
    /// Nothing is: somebody was faster. The conditions that did not hold, by their place; none after a conflict.
    Faster(Vec<usize>),
}

impl Written {
    /// Whether everything is written.
    pub fn yes(&self) -> bool {
        *self == Self::Yes
    }
}

/// The tries of one change:
///
/// ```ignore
/// let mut attempts = Attempts::of(Patience::PERSON);
/// loop {
///     attempts.next().await?;
///     // read, decide
///     if attempts.wrote(table.write(transaction).await)?.yes() {
///         return Ok(…);
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Attempts {
    patience: Patience,
    started: Instant,
    made: u32,
}

impl Attempts {
    /// None made yet.
    pub fn of(patience: Patience) -> Self {
        Self { patience, started: Instant::now(), made: 0 }
    }

    /// Begins the next try: the first at once, a later one after a pause by chance.
    pub async fn next(&mut self) -> Result<(), Busy> {
        if self.made > 0 {
            if self.made >= self.patience.tries || self.started.elapsed() >= self.patience.time {
                return Err(Busy);
            }
            tokio::time::sleep(pause(self.made - 1)).await;
        }
        self.made += 1;
        Ok(())
    }

    /// What became of the write of this try; the store's own failure ends them all.
    pub fn wrote(&self, written: Result<(), Failure>) -> Result<Written, StoreError> {
        match written {
            Ok(()) => Ok(Written::Yes),
            Err(failure) => failure.faster().map(Written::Faster),
        }
    }
}

/// Whether a write was made that is not tried again: `false` when somebody was faster, who has done the same.
pub fn was_first(written: Result<(), Failure>) -> Result<bool, StoreError> {
    match written {
        Ok(()) => Ok(true),
        Err(failure) => failure.faster().map(|_| false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tries_end_by_number_and_by_time() {
        let mut few = Attempts::of(Patience { tries: 3, time: Duration::from_secs(3600) });
        for _ in 0..3 {
            assert_eq!(few.next().await, Ok(()));
        }
        assert_eq!(few.next().await, Err(Busy));
        let mut short = Attempts::of(Patience { tries: 3, time: Duration::ZERO });
        assert_eq!(short.next().await, Ok(()), "the first is always made");
        assert_eq!(short.next().await, Err(Busy));
    }

    #[test]
    fn somebody_faster_is_no_failure_and_the_stores_own_is() {
        let attempts = Attempts::of(Patience::PERSON);
        assert_eq!(attempts.wrote(Ok(())).unwrap(), Written::Yes);
        assert_eq!(attempts.wrote(Err(Failure::Conditions(vec![2]))).unwrap(), Written::Faster(vec![2]));
        assert_eq!(attempts.wrote(Err(Failure::Conflict)).unwrap(), Written::Faster(Vec::new()));
        assert!(attempts.wrote(Err(Failure::Store(StoreError("down".to_owned())))).is_err());
    }
}
