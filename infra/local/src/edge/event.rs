//! A request as the event API Gateway sends: the HTTP API's payload, format 2.0.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// The API's own address: CloudFront does not pass on the host people see.
const API_HOST: &str = "local.execute-api.invalid";

/// Behind CloudFront the source address is one of its own, never the person's.
const EDGE_ADDRESS: &str = "192.0.2.1";

/// Headers of one connection, which end at the edge.
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What is known of a request once it has met its route.
pub(super) struct Arrival<'a> {
    pub(super) parts: &'a Parts,
    pub(super) body: &'a Bytes,
    pub(super) peer: SocketAddr,
    pub(super) route: &'a str,
    pub(super) parameters: &'a [(&'a str, &'a str)],
    pub(super) secret: &'a str,
    pub(super) id: &'a str,
}

impl Arrival<'_> {
    /// The whole event.
    pub(super) fn event(&self) -> Value {
        let path = self.parts.uri.path();
        let query = self.parts.uri.query().unwrap_or_default();
        let mut event = json!({
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": path,
            "rawQueryString": query,
            "headers": self.headers(),
            "requestContext": self.context(path),
            "isBase64Encoded": false,
        });
        let cookies = cookies(&self.parts.headers);
        let optional = [
            ("cookies", (!cookies.is_empty()).then(|| json!(cookies))),
            ("queryStringParameters", (!query.is_empty()).then(|| json!(query_parameters(query)))),
            ("pathParameters", (!self.parameters.is_empty()).then(|| self.path_parameters())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                event[name] = value;
            }
        }
        self.put_body(&mut event);
        event
    }

    fn context(&self, path: &str) -> Value {
        let now = Utc::now();
        let protocol = if self.parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
        json!({
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": API_HOST,
            "domainPrefix": "local",
            "http": {
                "method": self.parts.method.as_str(),
                "path": path,
                "protocol": protocol,
                "sourceIp": EDGE_ADDRESS,
                "userAgent": text(&self.parts.headers, "user-agent"),
            },
            "requestId": self.id,
            "routeKey": self.route,
            "stage": "$default",
            "time": now.format("%d/%b/%Y:%H:%M:%S %z").to_string(),
            "timeEpoch": now.timestamp_millis(),
        })
    }

    fn headers(&self) -> Map<String, Value> {
        let mut headers: BTreeMap<&str, String> = BTreeMap::new();
        for name in self.parts.headers.keys().map(|name| name.as_str()).filter(|name| passes(name)) {
            headers.insert(name, text(&self.parts.headers, name));
        }
        headers.insert("host", API_HOST.to_owned());
        headers.insert("via", "1.1 local (CloudFront)".to_owned());
        headers.insert("x-amzn-trace-id", format!("Root={}", self.id));
        headers.insert("x-forwarded-for", format!("{}, {EDGE_ADDRESS}", self.peer.ip()));
        headers.insert("x-forwarded-port", "443".to_owned());
        headers.insert("x-forwarded-proto", "https".to_owned());
        headers.insert("x-origin-secret", self.secret.to_owned());
        headers.insert("cloudfront-viewer-address", self.peer.to_string());
        headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    fn path_parameters(&self) -> Value {
        let decoded = self.parameters.iter().map(|(name, value)| ((*name).to_owned(), decoded(value).into()));
        Value::Object(decoded.collect())
    }

    fn put_body(&self, event: &mut Value) {
        if self.body.is_empty() {
            return;
        }
        let plain = std::str::from_utf8(self.body).ok().filter(|_| is_text(&self.parts.headers));
        match plain {
            Some(text) => event["body"] = text.into(),
            None => {
                event["body"] = STANDARD.encode(self.body).into();
                event["isBase64Encoded"] = true.into();
            }
        }
    }
}

/// What a client says of the edge is the edge's to say; its cookies have a place of their own.
fn passes(name: &str) -> bool {
    let of_the_edge = name.starts_with("cloudfront-") || name.starts_with("x-forwarded-") || name == "x-origin-secret";
    !of_the_edge && name != "cookie" && !HOP_BY_HOP.contains(&name)
}

/// The values of a header, as one.
fn text(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    values.collect::<Vec<_>>().join(",")
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all("cookie").iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).map(|pair| pair.trim().to_owned()).filter(|pair| !pair.is_empty()).collect()
}

/// By name, the values of one name joined by commas.
fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let joined = parameters.get(name.as_ref()).map(|first| format!("{first},{value}"));
        parameters.insert(name.into_owned(), joined.unwrap_or_else(|| value.into_owned()));
    }
    parameters
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The kinds of body that API Gateway passes on as they are; all others go in base64.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = text(headers, "content-type").to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/") || matches!(kind, "" | "application/json" | "application/xml" | "application/javascript")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn event(request: axum::http::request::Builder, body: &'static [u8]) -> Value {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let arrival = Arrival {
            parts: &parts,
            body: &Bytes::from_static(body),
            peer: "127.0.0.1:5555".parse().unwrap(),
            route: "PUT /api/f/{family}",
            parameters: &[("family", "a%2Fb%C3%A9")],
            secret: "s3",
            id: "1",
        };
        arrival.event()
    }

    #[test]
    fn a_request_becomes_the_event_of_payload_2() {
        let request = Request::put("/api/f/a%2Fb%C3%A9?day=2015-05-25&x=1&x=a%20b")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Cookie", "a=1; b=2")
            .header("Cookie", "c=3")
            .header("Accept", "x")
            .header("Accept", "y");
        let event = event(request, b"{\"a\":1}");
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["rawPath"], "/api/f/a%2Fb%C3%A9");
        assert_eq!(event["pathParameters"], json!({"family": "a/bé"}));
        assert_eq!(event["rawQueryString"], "day=2015-05-25&x=1&x=a%20b");
        assert_eq!(event["queryStringParameters"], json!({"day": "2015-05-25", "x": "1,a b"}));
        assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
        assert_eq!(event["headers"]["accept"], "x,y");
        assert_eq!(event["headers"]["cookie"], Value::Null);
        assert_eq!(event["requestContext"]["http"]["method"], "PUT");
        assert_eq!(event["requestContext"]["routeKey"], "PUT /api/f/{family}");
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{\"a\":1}"), &json!(false)));
    }

    #[test]
    fn only_the_edge_speaks_for_the_edge() {
        let forged = ["x-origin-secret", "cloudfront-viewer-address", "cloudfront-viewer-country", "x-forwarded-for"];
        let request = forged.iter().fold(Request::get("/api/f/1"), |request, name| request.header(*name, "forged"));
        let event = event(request, b"");
        assert!(!event["headers"].to_string().contains("forged"));
        assert_eq!(event["headers"]["x-origin-secret"], "s3");
        assert_eq!(event["headers"]["cloudfront-viewer-address"], "127.0.0.1:5555");
        assert_ne!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
        assert_eq!(event.get("body"), None);
    }

    #[test]
    fn a_body_that_is_no_text_goes_in_base64() {
        for (kind, body) in [("application/octet-stream", &b"ab"[..]), ("text/plain", b"\xff\xfe")] {
            let event = event(Request::put("/api/f/1").header("content-type", kind), body);
            assert_eq!(event["isBase64Encoded"], true);
        }
    }
}
