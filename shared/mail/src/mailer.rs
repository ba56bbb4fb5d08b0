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
    /// SES said no to this mail for good.
    #[error("refused: {0}")]
    Refused(String),
    /// SES takes none of our mails (the account is paused or in the sandbox, the domain not verified, a right missing):
    /// nothing was sent, and a person has to mend it.
    #[error("shut: {0}")]
    Shut(String),
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

/// What SES says of a mail names who it is to; its code does not, and that is what is told further.
fn failure(error: SdkError<SendRawEmailError>) -> SendFailure {
    match &error {
        SdkError::ServiceError(service) => {
            judge(service.raw().status().as_u16(), service.err().meta().code().unwrap_or("without a code"))
        }
        SdkError::ConstructionFailure(_) => SendFailure::Shut(DisplayErrorContext(&error).to_string()),
        _ => SendFailure::Unknown(DisplayErrorContext(&error).to_string()),
    }
}

/// A mail is refused for what it is by one code alone: whatever else SES refuses, it would refuse of every mail.
fn judge(status: u16, code: &str) -> SendFailure {
    let told = format!("{status} {code}");
    match (status, code) {
        _ if code.contains("Throttl") => SendFailure::Later(told),
        (400..=499, "InvalidParameterValue") => SendFailure::Refused(told),
        (400..=499, _) => SendFailure::Shut(told),
        _ => SendFailure::Unknown(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_given_up_for_what_it_is_alone_and_never_for_what_ails_the_account() {
        for code in [
            "AccountSendingPausedException",
            "ConfigurationSetSendingPausedException",
            "ConfigurationSetDoesNotExist",
            "MailFromDomainNotVerifiedException",
            "MessageRejected",
        ] {
            assert!(matches!(judge(400, code), SendFailure::Shut(_)), "{code}");
        }
        for code in ["AccessDenied", "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"] {
            assert!(matches!(judge(403, code), SendFailure::Shut(_)), "{code}");
        }
        assert!(matches!(judge(400, "InvalidParameterValue"), SendFailure::Refused(_)));
        assert!(matches!(judge(400, "Throttling"), SendFailure::Later(_)));
        assert!(matches!(judge(500, "InternalFailure"), SendFailure::Unknown(_)));
    }
}
