//! A function's answer as an HTTP response, as API Gateway makes it of payload 2.0; and the gateway's own answers.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// The largest answer of a function.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024;

/// The response a function's answer means; nothing when it means none.
pub(super) fn response(answer: &Value) -> Option<Response> {
    let Some(status) = answer.get("statusCode") else {
        // An answer without a status is a body.
        return within_limit(answer.to_string().into_bytes()).map(|body| json_response(StatusCode::OK, body));
    };
    let status = StatusCode::from_u16(u16::try_from(status.as_u64()?).ok()?).ok()?;
    let mut response = Response::new(Body::from(within_limit(body(answer)?)?));
    *response.status_mut() = status;
    *response.headers_mut() = headers(answer);
    Some(response)
}

fn within_limit(body: Vec<u8>) -> Option<Vec<u8>> {
    Some(body).filter(|body| body.len() <= ANSWER_LIMIT)
}

fn body(answer: &Value) -> Option<Vec<u8>> {
    let text = answer["body"].as_str().unwrap_or_default();
    match answer["isBase64Encoded"] == true {
        true => STANDARD.decode(text).ok(),
        false => Some(text.as_bytes().to_vec()),
    }
}

fn headers(answer: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let members = |name: &str| answer[name].as_object().into_iter().flat_map(Map::iter);
    for (name, value) in members("headers") {
        add(&mut headers, name, value);
    }
    for (name, values) in members("multiValueHeaders") {
        headers.remove(name);
        values.as_array().into_iter().flatten().for_each(|value| add(&mut headers, name, value));
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        add(&mut headers, SET_COOKIE.as_str(), cookie);
    }
    headers
}

fn add(headers: &mut HeaderMap, name: &str, value: &Value) {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(text)) {
        headers.append(name, value);
    }
}

/// What API Gateway says of itself.
pub(super) fn gateway(status: StatusCode) -> Response {
    let message = status.canonical_reason().unwrap_or("Error");
    json_response(status, json!({ "message": message }).to_string())
}

/// A function that failed or took too long, told to the page as any other problem.
pub(super) fn problem(status: StatusCode, code: &'static str, detail: &str) -> Response {
    let body = web::ApiError::new(status, code, detail).body();
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

fn json_response(status: StatusCode, body: impl IntoResponse) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn status_headers_cookies_and_body_come_through() {
        let answer = json!({
            "statusCode": 201,
            "headers": {"Content-Type": "application/json", "X-A": "1"},
            "multiValueHeaders": {"x-a": ["1", "2"]},
            "cookies": ["a=1; Secure", "b=2"],
            "body": "YcOp",
            "isBase64Encoded": true,
        });
        let response = response(&answer).unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(response.headers().get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1; Secure", "b=2"]);
        assert_eq!(to_bytes(response.into_body(), 10).await.unwrap(), "aé".as_bytes());
    }

    #[test]
    fn an_answer_without_status_is_a_body_and_a_wrong_or_large_one_is_none() {
        assert_eq!(response(&json!({"a": 1})).unwrap().headers()[CONTENT_TYPE], "application/json");
        assert!(response(&json!({"statusCode": "x"})).is_none());
        assert!(response(&json!({"statusCode": 200, "body": "a".repeat(ANSWER_LIMIT + 1)})).is_none());
    }
}
