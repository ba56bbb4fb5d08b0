//! What an operation answers: a status, a JSON body or none, and perhaps cookies.

use lambda_http::http::StatusCode;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::problem::ApiError;

/// A successful answer.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Option<Body>,
    kind: &'static str,
    cookies: Vec<String>,
    next: Option<String>,
    name: Option<String>,
}

/// After what a list that is read part by part goes on.
const NEXT: &str = "x-next";

const JSON: &str = "application/json";

impl Reply {
    /// 200 with a body.
    pub fn json(body: &impl Serialize) -> Result<Self, ApiError> {
        Self::with_status(StatusCode::OK, body)
    }

    /// Another status with a body.
    pub fn with_status(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_string(body).map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(Self { status, body: Some(Body::Text(body)), kind: JSON, cookies: Vec::new(), next: None, name: None })
    }

    /// 204.
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, kind: JSON, cookies: Vec::new(), next: None, name: None }
    }

    /// 200 with a body that is not JSON.
    pub fn text(kind: &'static str, body: String) -> Self {
        Self { status: StatusCode::OK, body: Some(Body::Text(body)), kind, cookies: Vec::new(), next: None, name: None }
    }

    /// 200 with a file.
    pub fn file(kind: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(Body::Binary(bytes)),
            kind,
            cookies: Vec::new(),
            next: None,
            name: None,
        }
    }

    /// Sets one more cookie with the answer.
    pub fn set_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The name a file is saved under: letters of ASCII, digits, dots and hyphens; others are left out.
    pub fn named(mut self, name: &str) -> Self {
        let kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
        self.name = Some(name.chars().filter(kept).collect());
        self
    }

    /// Says that this is a part, and after what the next one begins.
    pub fn goes_on_after(mut self, last: String) -> Self {
        self.next = Some(last);
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let builder = Response::builder().status(self.status).header(CACHE_CONTROL, "no-store");
        let builder = self.cookies.iter().fold(builder, |builder, cookie| builder.header(SET_COOKIE, cookie));
        let builder = match self.next {
            Some(next) => builder.header(NEXT, next),
            None => builder,
        };
        let builder = match self.name {
            Some(name) => builder.header(CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
            None => builder,
        };
        match self.body {
            Some(body) => builder.header(CONTENT_TYPE, self.kind).body(body),
            None => builder.body(Body::Empty),
        }
        .unwrap_or_default()
    }
}

/// A problem as a response.
pub(super) fn problem_response(error: &ApiError) -> Response<Body> {
    let builder = Response::builder()
        .status(error.status)
        .header(CACHE_CONTROL, "no-store")
        .header(CONTENT_TYPE, "application/problem+json");
    let builder = match error.extra.get("retry_after").and_then(serde_json::Value::as_u64) {
        Some(seconds) => builder.header(RETRY_AFTER, seconds),
        None => builder,
    };
    builder.body(Body::Text(error.body().to_string())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_its_name_and_nothing_else_is_said_by_it() {
        let said = |name: &str| {
            let response = Reply::file("application/pdf", b"%PDF-".to_vec()).named(name).into_response();
            response.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned()
        };
        assert_eq!(said("facture-2015-00001.pdf"), "inline; filename=\"facture-2015-00001.pdf\"");
        assert_eq!(said("a\"; filename=\"évil\r\nx: y"), "inline; filename=\"afilenamevilxy\"");
    }
}
