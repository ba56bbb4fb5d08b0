//! How much of a long piece of work one call does: until its time, or its number of pieces, is used up. What is left the
//! next call goes on with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::environment::{Environment, SettingError};

/// What one call may spend, from the settings `WORK_SECONDS` and `WORK_PIECES`.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    time: Duration,
    pieces: usize,
}

impl Budget {
    /// Reads the settings: seconds that leave the function time to end in order, and pieces without a limit when none is set.
    pub fn of(environment: &Environment) -> Result<Self, SettingError> {
        let seconds = environment.required("WORK_SECONDS")?;
        let time = Duration::from_secs(number("WORK_SECONDS", seconds)?);
        let pieces = environment.optional("WORK_PIECES").map(|text| number("WORK_PIECES", text)).transpose()?;
        Ok(Self { time, pieces: pieces.map_or(usize::MAX, |pieces| usize::try_from(pieces).unwrap_or(usize::MAX)) })
    }

    /// Begins to spend.
    pub fn begin(self) -> Spending {
        Spending { until: Instant::now() + self.time, pieces: AtomicUsize::new(self.pieces) }
    }
}

fn number(name: &str, text: &str) -> Result<u64, SettingError> {
    text.parse().map_err(|_| SettingError { name: name.to_owned(), problem: "is no whole number".to_owned() })
}

/// What is left of a budget; shared by everything one call does.
#[derive(Debug)]
pub struct Spending {
    until: Instant,
    pieces: AtomicUsize,
}

impl Spending {
    /// Takes one piece of the budget; says no once it is used up.
    pub fn take(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        Instant::now() < self.until && self.pieces.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Whether nothing is left.
    pub fn spent(&self) -> bool {
        Instant::now() >= self.until || self.pieces.load(Ordering::Relaxed) == 0
    }

    /// When its time is over.
    pub fn until(&self) -> Instant {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(settings: &[(&str, &str)]) -> Result<Budget, SettingError> {
        Budget::of(&settings.iter().copied().collect())
    }

    #[test]
    fn a_budget_ends_by_pieces_and_by_time() {
        let two = budget(&[("WORK_SECONDS", "3600"), ("WORK_PIECES", "2")]).unwrap().begin();
        assert_eq!([two.take(), two.spent(), two.take(), two.spent(), two.take()], [true, false, true, true, false]);
        let none = budget(&[("WORK_SECONDS", "0")]).unwrap().begin();
        assert!(!none.take() && none.spent());
    }

    #[test]
    fn a_setting_that_is_missing_or_no_number_is_told() {
        assert!(budget(&[]).is_err());
        assert!(budget(&[("WORK_SECONDS", "soon")]).is_err());
    }
}
