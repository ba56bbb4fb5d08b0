//! How a function starts and how an event becomes an answer: the same in Lambda and in the local program.

pub mod access;
pub mod budget;
pub mod clock;
pub mod credentials;
pub mod environment;
pub mod stream;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use lambda_http::lambda_runtime::{self, LambdaEvent};
use lambda_http::request::LambdaRequest;
use lambda_http::tower::ServiceExt;
use lambda_http::{Body, Context, IntoResponse, Request, Response, service_fn};
use serde_json::Value;

use crate::clock::Clock;
use crate::environment::Environment;

/// Any error of a function's start or of the runtime.
pub type Error = lambda_http::Error;

/// What a function is given when it starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// Its settings, from the template.
    pub environment: Environment,
    /// Where it reads the time.
    pub clock: Clock,
    /// Replaces the AWS SDK's HTTP client: tests count calls and inject faults with it.
    pub http_client: Option<SharedHttpClient>,
    /// Replaces the way to who is not AWS, likewise.
    pub outside: Option<SharedHttpConnector>,
}

type Answerer = Arc<dyn Fn(Request) -> Answering + Send + Sync>;
type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;
type Handler = Arc<dyn Fn(Value) -> Handling + Send + Sync>;
type Handling = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

/// A started function, ready for events.
#[derive(Clone)]
pub enum Function {
    /// Answers requests of the HTTP API.
    Http(Answerer),
    /// Works on batches and schedules.
    Events(Handler),
    /// Answers requests, and works on schedules too: what it alone may do is asked for in both ways.
    Both(Answerer, Handler),
}

impl Function {
    /// A function that answers requests of the HTTP API.
    pub fn http<F, Fut>(answer: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        Self::Http(Arc::new(move |request| Box::pin(answer(request))))
    }

    /// A function that works on events which are not requests.
    pub fn events<F, Fut>(handle: F) -> Self
    where
        F: Fn(Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        Self::Events(Arc::new(move |event| Box::pin(handle(event))))
    }

    /// Adds work on events which are not requests.
    pub fn with_events<F, Fut>(self, handle: F) -> Self
    where
        F: Fn(Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |event| Box::pin(handle(event)));
        match self {
            Self::Http(answer) | Self::Both(answer, _) => Self::Both(answer, handler),
            Self::Events(_) => Self::Events(handler),
        }
    }

    /// Hands one event over, as the Lambda runtime would, and returns the answer as it would be sent.
    pub async fn invoke(&self, event: Value) -> Result<Value, Error> {
        match self {
            Self::Events(handle) => handle(event).await,
            Self::Both(_, handle) if event.get("requestContext").is_none() => handle(event).await,
            Self::Http(answer) | Self::Both(answer, _) => as_the_runtime_would(answer.clone(), event).await,
        }
    }
}

/// Hands an event to what answers requests, and returns the answer as it would be sent.
fn as_the_runtime_would(answer: Answerer, event: Value) -> Handling {
    Box::pin(async move {
        let request: LambdaRequest = serde_json::from_value(event)?;
        let service = service_fn(move |request: Request| Answered(answer(request)));
        let answer = lambda_http::Adapter::from(service).oneshot(LambdaEvent::new(request, Context::default())).await?;
        Ok(serde_json::to_value(answer)?)
    })
}

/// An answer that cannot fail, as the runtime asks for it.
struct Answered(Answering);

impl Future for Answered {
    type Output = Result<AsWritten, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        self.0.as_mut().poll(context).map(|answer| Ok(AsWritten(answer)))
    }
}

/// An answer that is sent as it is: lambda_http would read every text anew, and take off the mark by which a spreadsheet knows
/// its letters.
struct AsWritten(Response<Body>);

impl IntoResponse for AsWritten {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(std::future::ready(self.0))
    }
}

/// Runs a function binary: starts it, then serves the Lambda runtime until it ends.
pub async fn run<F, Fut>(start: F) -> Result<(), Error>
where
    F: FnOnce(Start) -> Fut,
    Fut: Future<Output = Result<Function, Error>>,
{
    lambda_http::tracing::init_default_subscriber();
    let environment = Environment::of_process();
    let clock = Clock::of_binary(&environment);
    match start(Start { environment, clock, http_client: None, outside: None }).await? {
        Function::Http(answer) => lambda_http::run(service_fn(move |request| Answered(answer(request)))).await,
        both @ Function::Both(..) => {
            lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
                let both = both.clone();
                async move { both.invoke(event.payload).await }
            }))
            .await
        }
        Function::Events(handle) => {
            lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| handle(event.payload))).await
        }
    }
}
