//! Region, credentials and retries of the functions' clients, as Lambda gives them: plain settings, no chain of providers to try at start.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;

use crate::environment::{Environment, SettingError};

/// The region a function runs in.
pub fn region(environment: &Environment) -> Result<Region, SettingError> {
    Ok(Region::new(environment.required("AWS_REGION")?.to_owned()))
}

/// The credentials of the function's role; Lambda replaces the process before they run out.
pub fn credentials(environment: &Environment) -> Result<Credentials, SettingError> {
    Ok(Credentials::new(
        environment.required("AWS_ACCESS_KEY_ID")?,
        environment.required("AWS_SECRET_ACCESS_KEY")?,
        environment.optional("AWS_SESSION_TOKEN").map(str::to_owned),
        None,
        "environment",
    ))
}

/// How a failed call is tried again. The SDK's own first pause, up to a second, is meant for far services: the table and
/// the files are in the function's region, and a person waits.
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(50))
}
