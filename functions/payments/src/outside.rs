//! HTTPS to who is not AWS: one request, one answer, a limit of time. A provider of payments is reached by it.

use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use lambda::Start;

/// How long an answer may take: shorter than the function itself, so that it can still say so.
const LIMIT: Duration = Duration::from_secs(6);

/// The largest answer, in bytes: what a provider says of a payment has a hundredth of it.
const LARGEST: usize = 256 * 1024;

/// No answer came; whether the work was done is unknown.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Unanswered(String);

impl Unanswered {
    /// What came is no answer to us.
    pub fn unreadable(why: &impl std::fmt::Display) -> Self {
        Self(why.to_string().chars().take(200).collect())
    }
}

/// The way out.
#[derive(Debug, Clone)]
pub struct Outside(SharedHttpConnector);

/// What is sent.
#[derive(Debug)]
pub struct Letter<'a> {
    /// `GET`, `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: &'a str,
    /// Names in small letters, with their values.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body, empty for none.
    pub body: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Outside {
    /// The one of the start, else a new one over TLS with the machine's roots.
    pub fn of(start: &Start) -> Self {
        start.outside.clone().map_or_else(Self::new, Self)
    }

    /// A new one over TLS with the machine's roots.
    #[expect(clippy::new_without_default, reason = "it reads the machine's certificates")]
    pub fn new() -> Self {
        let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build();
        Self(SharedHttpConnector::new(connector))
    }

    /// Sends a letter once. It is never sent again here: only the caller knows whether twice does harm.
    pub async fn send(&self, letter: Letter<'_>) -> Result<Answer, Unanswered> {
        let request = request(letter)?;
        let answering = async {
            let response = self.0.call(request).await.map_err(unanswered)?;
            let status = response.status().as_u16();
            let mut coming = ByteStream::new(response.into_body());
            let mut body = Vec::new();
            while let Some(some) = coming.try_next().await.map_err(unanswered)? {
                body.extend_from_slice(&some);
                if body.len() > LARGEST {
                    return Err(Unanswered::unreadable(&"an answer without end"));
                }
            }
            Ok(Answer { status, body })
        };
        tokio::time::timeout(LIMIT, answering).await.unwrap_or_else(|late| Err(unanswered(late)))
    }
}

fn request(letter: Letter) -> Result<HttpRequest, Unanswered> {
    let body = if letter.body.is_empty() { SdkBody::empty() } else { SdkBody::from(letter.body) };
    let mut request = HttpRequest::new(body);
    request.set_method(letter.method).map_err(unanswered)?;
    request.set_uri(letter.url).map_err(unanswered)?;
    for (name, value) in letter.headers {
        request.headers_mut().try_insert(*name, (*value).to_owned()).map_err(unanswered)?;
    }
    Ok(request)
}

fn unanswered(error: impl std::error::Error) -> Unanswered {
    let cause = error.source().map(|cause| format!(", {cause}")).unwrap_or_default();
    Unanswered(format!("{error}{cause}").chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Asks somebody who answers with so many bytes, or goes on for ever.
    async fn answered(bytes: Option<usize>) -> Result<Answer, Unanswered> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let answering = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            assert!(socket.read(&mut asked).await.unwrap() > 0);
            let length = bytes.map(|bytes| format!("content-length: {bytes}\r\n")).unwrap_or_default();
            socket.write_all(format!("HTTP/1.1 200 OK\r\n{length}\r\n").as_bytes()).await.unwrap();
            let mut left = bytes.unwrap_or(usize::MAX);
            while left > 0 {
                let some = left.min(8192);
                if socket.write_all(&vec![b' '; some]).await.is_err() {
                    break;
                }
                left -= some;
            }
        });
        let outside = Outside(SharedHttpConnector::new(Connector::builder().build_http()));
        let answer = outside.send(Letter { method: "GET", url: &url, headers: &[], body: String::new() }).await;
        drop(outside);
        answering.await.unwrap();
        answer
    }

    #[tokio::test]
    async fn an_answer_has_a_bounded_size() {
        assert_eq!(answered(Some(LARGEST)).await.unwrap().body.len(), LARGEST);
        for bytes in [Some(LARGEST + 1), None] {
            let refused = answered(bytes).await.unwrap_err();
            assert!(refused.to_string().contains("without end"), "{refused}");
        }
    }
}
