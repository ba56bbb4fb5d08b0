//! SES: sends one raw message, never twice by itself.

use aws_sdk_ses::Client;
use aws_sdk_ses::error::{DisplayErrorContext, SdkError};
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::{MessageTag, RawMessage};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use lambda::credentials::{credentials, region};
use lambda::environment::{Environment, SettingError};

/// Why a mail was not sent, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum SendFailure {
    /// SES said no for good.
    #[error("refused: {0}")]
    Refused(String),
    /// SES said "later": nothing was sent.
    #[error("later: {0}")]
    Later(String),
    /// The reply was lost: it may have been sent.
    #[error("unknown: {0}")]
    Unknown(String),
}

/// The way to SES.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    configuration_set: Option<String>,
}

impl Mailer {
    /// Reads `MAIL_CONFIGURATION_SET`. The SDK's own retries are off: SES has no idempotency token.
    pub fn of(environment: &Environment, http_client: Option<SharedHttpClient>) -> Result<Self, SettingError> {
        let mut config = aws_sdk_ses::Config::builder()
            .behavior_version(aws_sdk_ses::config::BehaviorVersion::latest())
            .region(region(environment)?)
            .credentials_provider(credentials(environment)?)
            .retry_config(aws_sdk_ses::config::retry::RetryConfig::disabled());
        if let Some(endpoint) = environment.optional("AWS_ENDPOINT_URL_SES") {
            config = config.endpoint_url(endpoint);
        }
        if let Some(http_client) = http_client {
            config = config.http_client(http_client);
        }
        let configuration_set = environment.optional("MAIL_CONFIGURATION_SET").map(str::to_owned);
        Ok(Self { client: Client::from_conf(config.build()), configuration_set })
    }

    /// Sends a message as it will travel; `id` comes back with SES's events.
    pub async fn send(&self, id: &str, message: Vec<u8>) -> Result<(), SendFailure> {
        let unknown = |error: String| SendFailure::Unknown(error);
        let raw = RawMessage::builder().data(Blob::new(message)).build().map_err(|error| unknown(error.to_string()))?;
        let tag = MessageTag::builder().name("outbox").value(id).build().map_err(|error| unknown(error.to_string()))?;
        let call = self.client.send_raw_email().raw_message(raw).tags(tag);
        let sent = call.set_configuration_set_name(self.configuration_set.clone()).send().await;
        sent.map(|_| ()).map_err(failure)
    }
}

fn failure(error: SdkError<SendRawEmailError>) -> SendFailure {
    let told: String = DisplayErrorContext(&error).to_string().chars().take(300).collect();
    match &error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let throttled = service.err().meta().code().is_some_and(|code| code.contains("Throttl"));
            match status {
                _ if throttled => SendFailure::Later(told),
                400..=499 => SendFailure::Refused(told),
                _ => SendFailure::Unknown(told),
            }
        }
        SdkError::ConstructionFailure(_) => SendFailure::Refused(told),
        _ => SendFailure::Unknown(told),
    }
}
