//! Lambda's Runtime API: a function's binary asks here for its next call and posts its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lambda::clock::{Clock, SHIFT_SETTING};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::InvokeError;
use super::desk::{Desk, Waiting};
use super::process::Environment;
use crate::background::Background;
use crate::error::StartError;
use crate::template::{DeployedFunction, REGION};

/// How many processes of a function run: enough to see that calls run side by side.
const PROCESSES: usize = 2;

/// The largest answer Lambda takes.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024;

/// A function whose binary runs.
#[derive(Clone)]
pub(crate) struct Binary {
    calls: mpsc::UnboundedSender<Waiting>,
    count: Arc<AtomicU64>,
}

impl Binary {
    /// Starts the function's processes.
    pub(super) fn start(
        function: &DeployedFunction,
        mut settings: BTreeMap<String, String>,
        clock: Clock,
        background: &Background,
    ) -> Result<Self, StartError> {
        let program = super::process::beside_this_program(&function.package)?;
        settings.extend(lambda_settings(function));
        if !clock.shift().is_zero() {
            settings.insert(SHIFT_SETTING.to_owned(), clock.shift().num_seconds().to_string());
        }
        let (calls, queue) = mpsc::unbounded_channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..PROCESSES {
            let (name, program, settings) = (function.package.clone(), program.clone(), settings.clone());
            let environment = Environment { name, program, settings, queue: queue.clone(), timeout: function.timeout };
            background.spawn(environment.keep_running(background.stop()));
        }
        Ok(Self { calls, count: Arc::default() })
    }

    /// Queues a call and waits for its answer.
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let ended = |_| InvokeError::Failed("ses processus se sont arrêtés".to_owned());
        let (reply, answer) = oneshot::channel();
        // Shaped like the UUIDs of Lambda, which the runtime passes on as text.
        let id = format!("00000000-0000-4000-8000-{:012x}", self.count.fetch_add(1, Ordering::Relaxed));
        self.calls.send(Waiting { id, event, reply }).map_err(|_| InvokeError::Failed("arrêtée".to_owned()))?;
        answer.await.map_err(ended)?
    }
}

fn lambda_settings(function: &DeployedFunction) -> [(String, String); 4] {
    let settings = [
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        // As in this process: a person's terminal shows problems only.
        // Quiet unless the person who starts the program asks for more.
        ("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned())),
    ];
    settings.map(|(name, value)| (name.to_owned(), value))
}

/// What one process sees of the Runtime API.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) name: String,
    pub(super) desk: Arc<Desk>,
    pub(super) timeout: Duration,
}

/// The Runtime API of one process.
pub(super) fn router(door: Door) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(failure))
        .route("/2018-06-01/runtime/init/error", post(init_failure))
        .layer(DefaultBodyLimit::max(ANSWER_LIMIT + 1024))
        .with_state(door)
}

async fn next(State(door): State<Door>) -> Response {
    let Some((id, event)) = door.desk.next().await else {
        // The process is about to be killed: an answer without a call would only make it panic first.
        return std::future::pending().await;
    };
    let deadline = SystemTime::now() + door.timeout;
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", id),
        ("Lambda-Runtime-Deadline-Ms", deadline.to_string()),
        ("Lambda-Runtime-Invoked-Function-Arn", format!("arn:aws:lambda:{REGION}:000000000000:function:{}", door.name)),
    ];
    (headers, axum::Json(event)).into_response()
}

async fn response(State(door): State<Door>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let answer = match body.len() {
        ..=ANSWER_LIMIT => serde_json::from_slice(&body).map_err(|error| InvokeError::Failed(error.to_string())),
        _ => Err(InvokeError::Failed("réponse de plus de 6 Mo".to_owned())),
    };
    accepted(door.desk.answer(&id, answer))
}

async fn failure(State(door): State<Door>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let reason = String::from_utf8_lossy(&body).into_owned();
    accepted(door.desk.answer(&id, Err(InvokeError::Failed(reason))))
}

async fn init_failure(State(door): State<Door>, body: Bytes) -> StatusCode {
    let reason = String::from_utf8_lossy(&body);
    tracing::error!(function = door.name, %reason, "une fonction ne démarre pas");
    StatusCode::ACCEPTED
}

fn accepted(current: bool) -> StatusCode {
    if current { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST }
}
