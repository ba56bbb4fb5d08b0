//! Secrets of one start of the program.

use crate::error::StartError;

/// A secret nobody can guess, new at every start.
pub(crate) fn random_secret() -> Result<String, StartError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| StartError::Machine(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
