//! SES as far as the functions use it: takes a raw mail, refuses what SES refuses, keeps it in a file.

mod events;
mod mailbox;
mod request;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use maud::html;

pub(crate) use events::{News, deliver};
pub use mailbox::Mail;
pub(crate) use mailbox::Mailbox;
use request::{RawMail, Refusal};

/// A 10 MB mail in base64, with its `+`, `/` and `=` escaped by the form.
const FORM_LIMIT: usize = 24 * 1024 * 1024;

/// The sink: where mails go, and who may send.
#[derive(Debug, Clone)]
pub(crate) struct MailSink {
    /// Where they are kept.
    pub(crate) mailbox: Mailbox,
    /// The verified domain.
    pub(crate) domain: String,
    /// Who is told what became of them.
    pub(crate) news: News,
}

impl MailSink {
    /// The SES endpoint.
    pub(crate) fn router(self) -> Router {
        Router::new().route("/", post(receive)).layer(DefaultBodyLimit::max(FORM_LIMIT)).with_state(self)
    }

    fn take(&self, form: &[(String, String)]) -> Result<String, Refusal> {
        let mail = RawMail::read(form)?;
        mail.check(&self.domain)?;
        let id = self.mailbox.put(&mail.content).map_err(|error| Refusal::failure(&error))?;
        self.news.tell(&id, &mail);
        Ok(id)
    }
}

async fn receive(State(sink): State<MailSink>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let taken = tokio::task::spawn_blocking(move || sink.take(&form)).await;
    match taken {
        Ok(Ok(id)) => xml(StatusCode::OK, &accepted(&id)),
        Ok(Err(refusal)) => {
            tracing::warn!(code = refusal.code, reason = refusal.message, "mél refusé, comme SES le ferait");
            xml(refusal.status, &refused(&refusal))
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answers of SES; the macro writes any element and escapes its text.
fn accepted(id: &str) -> String {
    html! {
        SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/" {
            SendRawEmailResult { MessageId { (id) } }
            ResponseMetadata { RequestId { (id) } }
        }
    }
    .into_string()
}

fn refused(refusal: &Refusal) -> String {
    let side = if refusal.status.is_client_error() { "Sender" } else { "Receiver" };
    html! {
        ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/" {
            Error { Type { (side) } Code { (refusal.code) } Message { (refusal.message) } }
            RequestId { "local" }
        }
    }
    .into_string()
}

fn xml(status: StatusCode, body: &str) -> Response {
    (status, [(CONTENT_TYPE, "text/xml")], body.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ses::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
    use aws_sdk_ses::error::ProvideErrorMetadata;
    use aws_sdk_ses::primitives::Blob;
    use aws_sdk_ses::types::RawMessage;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::loopback;

    const MAIL: &str = "From: =?utf-8?Q?Pr=C3=A9au?= <bonjour@exemple.fr>\r\nTo: c@devret.fr\r\nSubject: \
        =?utf-8?Q?=C3=89t=C3=A9?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour, voilà.\r\n";

    async fn sink() -> (tempfile::TempDir, Mailbox, aws_sdk_ses::Client) {
        let folder = tempfile::TempDir::new().unwrap();
        let mailbox = Mailbox::new(folder.path().to_owned());
        let sink = MailSink { mailbox: mailbox.clone(), domain: "exemple.fr".to_owned(), news: News::new(Vec::new()) };
        let (listener, address) = loopback::listen().await.unwrap();
        tokio::spawn(loopback::serve(listener, sink.router(), CancellationToken::new()));
        let config = aws_sdk_ses::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-3"))
            .credentials_provider(Credentials::new("a", "b", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .endpoint_url(format!("http://{address}"));
        (folder, mailbox, aws_sdk_ses::Client::from_conf(config.build()))
    }

    fn raw(text: impl Into<Vec<u8>>) -> RawMessage {
        RawMessage::builder().data(Blob::new(text)).build().unwrap()
    }

    #[tokio::test]
    async fn the_real_sdk_sends_and_the_mail_can_be_read() {
        let (_folder, mailbox, ses) = sink().await;
        let sent = ses.send_raw_email().raw_message(raw(MAIL)).send().await.unwrap();
        let mails = mailbox.list().unwrap();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].id, sent.message_id);
        assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), ("c@devret.fr", "Été"));
        assert_eq!((mails[0].text.as_str(), &mails[0].html), ("Bonjour, voilà.\r\n", &None));
    }

    #[tokio::test]
    async fn what_ses_refuses_is_refused_by_its_code() {
        let (_folder, mailbox, ses) = sink().await;
        let large = format!("{MAIL}{}", "a".repeat(10 * 1024 * 1024));
        let cases = [
            (MAIL.replace("exemple.fr", "autre.fr"), "MessageRejected"),
            (MAIL.replace("=?utf-8?Q?Pr=C3=A9au?=", "Préau"), "InvalidParameterValue"),
            (MAIL.replace("To: c@devret.fr\r\n", ""), "InvalidParameterValue"),
            (large, "InvalidParameterValue"),
        ];
        for (mail, code) in cases {
            let refused = ses.send_raw_email().raw_message(raw(mail)).send().await.unwrap_err();
            assert_eq!(refused.code(), Some(code));
        }
        assert!(mailbox.list().unwrap().is_empty());
    }
}
