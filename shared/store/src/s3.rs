//! The client of S3, as Lambda's settings or the local program's say.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use lambda::credentials::{credentials, region, retries};
use lambda::environment::{Environment, SettingError};

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

/// What the SDK says, whole.
pub(super) fn failed<E: std::error::Error>(error: E) -> FileError {
    FileError(DisplayErrorContext(&error).to_string())
}

/// Removes a file, whether it is there or not.
pub(super) async fn remove(client: &Client, bucket: &str, key: &str) -> Result<(), FileError> {
    client.delete_object().bucket(bucket).key(key).send().await.map(drop).map_err(failed)
}

/// The keys that begin like this.
pub(super) async fn list(client: &Client, bucket: &str, prefix: &str) -> Result<Vec<String>, FileError> {
    let mut keys = Vec::new();
    let mut next = None;
    loop {
        let list = client.list_objects_v2().bucket(bucket).prefix(prefix);
        let page = list.set_continuation_token(next).send().await.map_err(failed)?;
        keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        next = page.next_continuation_token;
        if next.is_none() {
            return Ok(keys);
        }
    }
}
