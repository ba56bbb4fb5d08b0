//! Which pages of which origin may reach a bucket: the rule of the template, applied by tower-http.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The rule of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CorsRule {
    /// The bucket.
    pub(crate) bucket: String,
    /// From where: `https://portail.example.fr`.
    pub(crate) origins: Vec<String>,
    /// `PUT`.
    pub(crate) methods: Vec<String>,
    /// The headers a page may send.
    pub(crate) headers: Vec<String>,
    /// How long a browser may remember the answer, in seconds.
    pub(crate) seconds: u64,
}

/// What answers browsers for a bucket; for another bucket it says nothing, and they refuse.
pub(super) fn layer(rule: CorsRule) -> CorsLayer {
    let CorsRule { bucket, origins, methods, headers, seconds } = rule;
    let of_bucket = format!("/{bucket}/");
    let allowed = move |origin: &HeaderValue, request: &Parts| {
        let known = origins.iter().any(|allowed| origin.as_bytes() == allowed.as_bytes());
        known && request.uri.path().starts_with(&of_bucket)
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods(methods.iter().filter_map(|name| name.parse().ok()).collect::<Vec<Method>>())
        .allow_headers(headers.iter().filter_map(|name| name.parse().ok()).collect::<Vec<HeaderName>>())
        .max_age(Duration::from_secs(seconds))
}
