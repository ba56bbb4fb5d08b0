//! What can go wrong with a call, and what the caller then sees.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::request::Service;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It never reaches AWS.
    LostRequest,
    /// AWS does the work and the reply is lost.
    LostReply,
    /// AWS does the work, and the caller's time is up before the reply is there.
    TimedOut,
    /// AWS fails before it does the work.
    Failed,
    /// AWS refuses for now.
    Throttled,
    /// A transaction meets another one.
    Conflict,
    /// AWS refuses until a person has mended something: a right that is missing, an account that is paused.
    Shut,
}

impl Fault {
    /// Whether AWS does the work.
    pub(super) fn is_after(self) -> bool {
        matches!(self, Self::LostReply | Self::TimedOut)
    }

    /// Whether it can happen to this operation.
    pub(super) fn fits(self, operation: &str) -> bool {
        self != Self::Conflict || operation == "TransactWriteItems"
    }

    /// What the caller gets instead of the reply.
    pub(super) fn reply(self, service: Service) -> Result<HttpResponse, ConnectorError> {
        match (self, service) {
            (Self::LostRequest | Self::LostReply, _) => Err(ConnectorError::io("the wire was cut".into())),
            (Self::TimedOut, _) => Err(ConnectorError::timeout("the wire is slow".into())),
            (Self::Conflict, _) => Ok(of_store(400, "TransactionCanceledException", CONFLICT)),
            (Self::Throttled, Service::Store) => Ok(of_store(400, "ThrottlingException", "")),
            (Self::Throttled, Service::Storage | Service::Outside) => {
                Ok(in_xml(503, "<Error><Code>SlowDown</Code></Error>"))
            }
            (Self::Throttled, Service::Mail) => Ok(in_xml(400, THROTTLED_MAIL)),
            (Self::Shut, Service::Store) => Ok(of_store(400, "AccessDeniedException", "")),
            (Self::Shut, Service::Mail) => Ok(in_xml(400, PAUSED_MAIL)),
            (Self::Shut, _) => Ok(in_xml(403, "<Error><Code>AccessDenied</Code></Error>")),
            (Self::Failed, Service::Store) => Ok(of_store(500, "InternalServerError", "")),
            (Self::Failed, _) => Ok(in_xml(500, "<Error><Code>InternalError</Code></Error>")),
        }
    }
}

const CONFLICT: &str = r#""CancellationReasons":[{"Code":"TransactionConflict"}],"#;

const THROTTLED_MAIL: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
    <Message>Maximum sending rate exceeded.</Message></Error><RequestId>injected</RequestId></ErrorResponse>";

const PAUSED_MAIL: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccountSendingPausedException</Code>\
    <Message>Sending is paused.</Message></Error><RequestId>injected</RequestId></ErrorResponse>";

fn of_store(status: u16, kind: &str, more: &str) -> HttpResponse {
    let body = format!(r#"{{{more}"__type":"com.amazonaws.dynamodb.v20120810#{kind}","message":"injected"}}"#);
    response(status, body, "application/x-amz-json-1.0")
}

fn in_xml(status: u16, body: &str) -> HttpResponse {
    response(status, body.to_owned(), "text/xml")
}

fn response(status: u16, body: String, kind: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", kind);
    response
}
