//! The client of S3, as Lambda's settings or the local program's say.

use aws_sdk_s3::Client;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::credentials::{credentials, region, retries};
use crate::environment::{Environment, SettingError};

/// Why a file was not stored or read.
#[derive(Debug, thiserror::Error)]
#[error("files: {0}")]
pub struct FileError(pub(super) String);

/// A client with the function's own credentials.
pub(super) fn client(environment: &Environment, http_client: Option<SharedHttpClient>) -> Result<Client, SettingError> {
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(region(environment)?)
        .credentials_provider(credentials(environment)?)
        .retry_config(retries());
    if let Some(endpoint) = environment.optional("AWS_ENDPOINT_URL_S3") {
        config = config.endpoint_url(endpoint).force_path_style(true);
    }
    if let Some(http_client) = http_client {
        config = config.http_client(http_client);
    }
    Ok(Client::from_conf(config.build()))
}
