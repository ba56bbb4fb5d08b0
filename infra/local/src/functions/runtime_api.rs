//! Lambda's Runtime API: a function's binary asks here for its next call and posts its answer.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::InvokeError;
use super::desk::Desk;
use crate::template::REGION;

/// The largest answer Lambda takes.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024;

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
