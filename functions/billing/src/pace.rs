//! How much is done at once: by one call, and in one transaction.

use std::time::Duration;

use lambda::environment::{Environment, SettingError};

/// The settings of a call's work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How many families a step of a run takes at most.
    pub(crate) families: usize,
    /// How long a call works on a run before it leaves the rest to the next; far less than the function's time limit.
    pub(crate) patience: Duration,
}

impl Pace {
    /// Reads `FAMILIES_A_STEP` and `SECONDS_A_CALL`.
    pub(crate) fn of(environment: &Environment) -> Result<Self, SettingError> {
        let families = usize::try_from(number(environment, "FAMILIES_A_STEP")?).unwrap_or(usize::MAX).max(1);
        let patience = Duration::from_secs(number(environment, "SECONDS_A_CALL")?);
        Ok(Self { families, patience })
    }
}

fn number(environment: &Environment, name: &str) -> Result<u64, SettingError> {
    let unusable = |_| SettingError { name: name.to_owned(), problem: "is no whole number".to_owned() };
    environment.required(name)?.parse().map_err(unusable)
}
