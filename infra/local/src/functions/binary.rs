//! A function whose binary runs, as several processes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lambda::clock::{Clock, SHIFT_SETTING};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::InvokeError;
use super::desk::Waiting;
use super::process::Environment;
use crate::background::Background;
use crate::error::StartError;
use crate::template::DeployedFunction;

/// How many processes of a function run: enough to see that calls run side by side.
const PROCESSES: usize = 2;

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
