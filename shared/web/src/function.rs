//! An HTTP function: the checks every request meets, then its route.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::http::{Method, StatusCode};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use sha2::{Digest, Sha256};

use super::call::{BODY_LIMIT, Call};
use super::problem::ApiError;
use super::reply::{Reply, problem_response};
use lambda::clock::Clock;
use lambda::environment::{Environment, SettingError};

type Operating = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;
type Operation<S> = Arc<dyn Fn(Arc<S>, Call) -> Operating + Send + Sync>;

/// The routes of one function, by the key the template gives them (`PUT /api/…/{family}`).
pub struct Routes<S>(BTreeMap<&'static str, (Operation<S>, Callers)>);

/// Who may call a route that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Callers {
    /// Our own pages.
    Pages,
    /// A machine of somebody else, which proves itself otherwise or is believed in nothing.
    Machines,
}

impl<S: Send + Sync + 'static> Routes<S> {
    /// No route yet.
    #[expect(clippy::new_without_default, reason = "a function without routes is never wanted by default")]
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a route.
    pub fn on<F, Fut>(self, key: &'static str, operation: F) -> Self
    where
        F: Fn(Arc<S>, Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        self.add(key, operation, Callers::Pages)
    }

    /// Adds a route that another machine calls: it is exempt from the same-origin rule. A test holds the closed list.
    pub fn on_machine<F, Fut>(self, key: &'static str, operation: F) -> Self
    where
        F: Fn(Arc<S>, Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        self.add(key, operation, Callers::Machines)
    }

    fn add<F, Fut>(mut self, key: &'static str, operation: F, callers: Callers) -> Self
    where
        F: Fn(Arc<S>, Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        self.0.insert(key, (Arc::new(move |app, call| Box::pin(operation(app, call))), callers));
        self
    }

    /// The keys of all routes, in order.
    pub fn keys(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    /// The keys of the routes that other machines call.
    pub fn machine_keys(&self) -> Vec<&'static str> {
        let machines = self.0.iter().filter(|(_, (_, callers))| *callers == Callers::Machines);
        machines.map(|(key, _)| *key).collect()
    }

    /// Binds the routes to what they work with.
    pub fn with(self, app: S, edge: Edge, clock: Clock) -> HttpFunction {
        self.with_shared(Arc::new(app), edge, clock)
    }

    /// The same, when something else works with it too.
    pub fn with_shared(self, app: Arc<S>, edge: Edge, clock: Clock) -> HttpFunction {
        let routes = self.0.into_iter().map(|(key, (operation, callers))| {
            let app = app.clone();
            let bound: Bound = Arc::new(move |call| operation(app.clone(), call));
            (key, (bound, callers))
        });
        HttpFunction(Arc::new(Inner { routes: routes.collect(), edge, clock }))
    }
}

/// Where requests may come from.
#[derive(Debug, Clone)]
pub struct Edge {
    public_origin: String,
    /// The digests of the CDN's secret: today's, and the one that is on its way out.
    secrets_sha256: Vec<String>,
}

impl Edge {
    /// Reads `PUBLIC_ORIGIN`, `ORIGIN_SECRET_SHA256` and, while the secret changes, `ORIGIN_SECRET_SHA256_OLD`.
    pub fn from(environment: &Environment) -> Result<Self, SettingError> {
        let today = environment.required("ORIGIN_SECRET_SHA256")?;
        let old = environment.optional("ORIGIN_SECRET_SHA256_OLD");
        Ok(Self {
            public_origin: environment.required("PUBLIC_ORIGIN")?.to_owned(),
            secrets_sha256: [today].into_iter().chain(old).map(str::to_ascii_lowercase).collect(),
        })
    }

    /// The API answers only what the CDN forwards: it alone knows the secret.
    fn check_secret(&self, call: &Call) -> Result<(), ApiError> {
        let secret = call.headers().get("x-origin-secret").map(|value| value.as_bytes()).unwrap_or_default();
        match self.knows(secret) {
            true => Ok(()),
            false => {
                Err(ApiError::new(StatusCode::FORBIDDEN, "not-through-the-site", "Passez par le site du portail."))
            }
        }
    }

    fn knows(&self, secret: &[u8]) -> bool {
        let digest: String = Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect();
        self.secrets_sha256.contains(&digest)
    }

    /// A request that changes something must come from our own pages: `Sec-Fetch-Site` first, else `Origin`.
    fn check_same_origin(&self, call: &Call) -> Result<(), ApiError> {
        let header = |name| call.headers().get(name).and_then(|value| value.to_str().ok());
        let ours = match header("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => header("origin") == Some(self.public_origin.as_str()),
        };
        match ours {
            true => Ok(()),
            false => Err(ApiError::new(StatusCode::FORBIDDEN, "cross-site", "Cette demande ne vient pas du portail.")),
        }
    }
}

type Bound = Arc<dyn Fn(Call) -> Operating + Send + Sync>;

struct Inner {
    routes: BTreeMap<&'static str, (Bound, Callers)>,
    edge: Edge,
    clock: Clock,
}

/// A function that answers requests of the HTTP API.
#[derive(Clone)]
pub struct HttpFunction(Arc<Inner>);

impl HttpFunction {
    /// Answers one request; a failure becomes a problem, and is logged once, here.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let route = route_key(&request);
        let result = self.route(&route, request).await;
        result.map(Reply::into_response).unwrap_or_else(|error| {
            let (status, code) = (error.status.as_u16(), error.code);
            match &error.cause {
                Some(cause) if status >= 500 => tracing::error!(route, status, code, cause),
                _ => tracing::info!(route, status, code),
            }
            problem_response(&error)
        })
    }

    async fn route(&self, route: &str, request: Request) -> Result<Reply, ApiError> {
        let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
        let call = Call::new(request, self.0.clock.now());
        self.0.edge.check_secret(&call)?;
        let (operation, callers) = self.0.routes.get(route).ok_or_else(ApiError::not_found)?;
        if changes && *callers == Callers::Pages {
            self.0.edge.check_same_origin(&call)?;
        }
        if call.body_length() > BODY_LIMIT {
            let detail = "La demande est trop longue : 64 Ko au plus.";
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail));
        }
        operation(call).await
    }
}

fn route_key(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(ApiGatewayV2httpRequestContext { route_key: Some(key), .. })) => key.clone(),
        _ => String::new(),
    }
}

impl From<HttpFunction> for lambda::Function {
    fn from(function: HttpFunction) -> Self {
        Self::http(move |request| {
            let function = function.clone();
            async move { function.answer(request).await }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(old: &str) -> Edge {
        let digest = |secret: &str| Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let old = if old.is_empty() { String::new() } else { digest(old) };
        let settings = [
            ("PUBLIC_ORIGIN", "https://portail.example.fr".to_owned()),
            ("ORIGIN_SECRET_SHA256", digest("new").to_uppercase()),
            ("ORIGIN_SECRET_SHA256_OLD", old),
        ];
        Edge::from(&settings.into_iter().collect()).unwrap()
    }

    #[test]
    fn while_the_secret_changes_both_are_known_and_then_the_new_one_alone() {
        assert!(edge("old").knows(b"new") && edge("old").knows(b"old"));
        assert!(edge("").knows(b"new") && !edge("").knows(b"old"));
        for stranger in [b"".as_slice(), b"other"] {
            assert!(!edge("old").knows(stranger) && !edge("").knows(stranger), "{stranger:?}");
        }
    }
}
