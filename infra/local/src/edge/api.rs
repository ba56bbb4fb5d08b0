//! `/api`: the HTTP API behind CloudFront, with its limits, in front of the functions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::any;

use super::answer;
use super::event::Arrival;
use super::routes::Routes;
use crate::functions::InvokeError;

/// The largest request API Gateway takes, in bytes.
const REQUEST_LIMIT: usize = 10 * 1024 * 1024;

/// How long API Gateway waits for a function.
const LIMIT: Duration = Duration::from_secs(30);

/// The HTTP API.
pub(crate) struct Api {
    routes: Routes,
    secret: String,
    count: AtomicU64,
}

impl Api {
    /// An API with its routes, and the secret that only the edge knows.
    pub(crate) fn new(routes: Routes, secret: String) -> Self {
        Self { routes, secret, count: AtomicU64::new(0) }
    }

    pub(super) fn router(self) -> Router {
        let paths = ["/api", "/api/", "/api/{*path}"];
        let router = paths.into_iter().fold(Router::new(), |router, path| router.route(path, any(serve)));
        router.with_state(Arc::new(self))
    }

    async fn answer(&self, parts: &Parts, body: Body, peer: SocketAddr) -> Response {
        let Some((target, parameters)) = self.routes.find(&parts.method, parts.uri.path()) else {
            return answer::gateway(StatusCode::NOT_FOUND);
        };
        let Some(body) = whole(parts, body).await else {
            return answer::gateway(StatusCode::PAYLOAD_TOO_LARGE);
        };
        let id = format!("local-{}", self.count.fetch_add(1, Ordering::Relaxed));
        let arrival = Arrival {
            parts,
            body: &body,
            peer,
            route: &target.key,
            parameters: &parameters,
            secret: &self.secret,
            id: &id,
        };
        let called = tokio::time::timeout(LIMIT, target.invoker.invoke(arrival.event())).await;
        match called.unwrap_or(Err(InvokeError::TimedOut)) {
            Ok(answer) => answer::response(&answer).unwrap_or_else(|| failed(&target.key, &"réponse impossible")),
            Err(InvokeError::TimedOut) => late(&target.key),
            Err(error) => failed(&target.key, &error),
        }
    }
}

async fn serve(State(api): State<Arc<Api>>, ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    api.answer(&parts, body, peer).await
}

/// The whole body, unless it is over the limit.
async fn whole(parts: &Parts, body: Body) -> Option<Bytes> {
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > REQUEST_LIMIT) {
        return None;
    }
    to_bytes(body, REQUEST_LIMIT).await.ok()
}

fn failed(route: &str, reason: &dyn std::fmt::Display) -> Response {
    tracing::error!(route, %reason, "fonction en échec");
    let detail = "Le service ne répond pas comme il le devrait. Réessayez dans quelques instants.";
    answer::problem(StatusCode::BAD_GATEWAY, "function-failed", detail)
}

fn late(route: &str) -> Response {
    tracing::error!(route, "fonction trop lente");
    answer::problem(StatusCode::SERVICE_UNAVAILABLE, "too-slow", "Le service met trop de temps à répondre. Réessayez.")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use lambda::Function;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;
    use crate::functions::Invoker;

    /// An API with a function that echoes, and one that never answers.
    fn api() -> Router {
        let echo = Function::events(|event| async move {
            assert_ne!(event["body"], "panic", "une fonction peut paniquer");
            Ok(json!({"secret": event["headers"]["x-origin-secret"]}))
        });
        let never = Function::events(|_| std::future::pending());
        let mut routes = Routes::default();
        routes.add("POST /api/echo", Invoker::for_test(echo, LIMIT)).unwrap();
        routes.add("POST /api/never", Invoker::for_test(never, Duration::ZERO)).unwrap();
        Api::new(routes, "s3".to_owned()).router()
    }

    async fn send(body: impl Into<Body>, path: &str) -> (StatusCode, Value) {
        let mut request = Request::post(path).header("content-type", "text/plain").body(body.into()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        let response = api().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_route_leads_to_its_function_and_nothing_else_does() {
        assert_eq!(send("x", "/api/echo").await, (StatusCode::OK, json!({"secret": "s3"})));
        for path in ["/api", "/api/", "/api/other"] {
            assert_eq!(send("", path).await, (StatusCode::NOT_FOUND, json!({"message": "Not Found"})));
        }
    }

    #[tokio::test]
    async fn the_gateways_limits_hold() {
        assert_eq!(send(vec![b'a'; REQUEST_LIMIT + 1], "/api/echo").await.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(send("panic", "/api/echo").await.0, StatusCode::BAD_GATEWAY);
        let (status, problem) = send("", "/api/never").await;
        assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("too-slow")));
    }
}
