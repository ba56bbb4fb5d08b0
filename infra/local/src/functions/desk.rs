//! Where one execution environment takes its calls and hands in its answers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::InvokeError;

/// A call that waits for an environment.
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) event: Value,
    pub(super) reply: Reply,
}

pub(super) type Reply = oneshot::Sender<Result<Value, InvokeError>>;

/// The calls of one function, shared by its environments.
pub(super) type Queue = Arc<AsyncMutex<mpsc::UnboundedReceiver<Waiting>>>;

/// The desk of one process, from its start to its end.
pub(super) struct Desk {
    queue: Queue,
    timeout: Duration,
    current: Mutex<Option<(String, Reply)>>,
    /// Given once the process has ended: nothing more is handed out.
    pub(super) closed: CancellationToken,
    /// Told when a call has taken too long: the process must go.
    pub(super) overdue: Notify,
}

impl Desk {
    pub(super) fn new(queue: Queue, timeout: Duration) -> Arc<Self> {
        let (current, closed, overdue) = Default::default();
        Arc::new(Self { queue, timeout, current, closed, overdue })
    }

    /// The next call; nothing once the desk is closed.
    pub(super) async fn next(self: &Arc<Self>) -> Option<(String, Value)> {
        let next = async { self.queue.lock().await.recv().await };
        let Waiting { id, event, reply } = tokio::select! {
            biased;
            () = self.closed.cancelled() => None,
            next = next => next,
        }?;
        *self.current() = Some((id.clone(), reply));
        self.clone().watch(id.clone());
        Some((id, event))
    }

    /// Hands in the answer of a call; whether it was the current one.
    pub(super) fn answer(&self, id: &str, answer: Result<Value, InvokeError>) -> bool {
        match self.current().take_if(|(current, _)| current == id) {
            Some((_, reply)) => {
                // Whoever called may have gone; Lambda does not care either.
                let _ = reply.send(answer);
                true
            }
            None => false,
        }
    }

    /// The process has ended: its current call fails.
    pub(super) fn close(&self, reason: InvokeError) {
        self.closed.cancel();
        if let Some((_, reply)) = self.current().take() {
            let _ = reply.send(Err(reason));
        }
    }

    fn watch(self: Arc<Self>, id: String) {
        tokio::spawn(async move {
            let late = self.closed.run_until_cancelled(tokio::time::sleep(self.timeout)).await.is_some();
            if late && self.current().as_ref().is_some_and(|(current, _)| *current == id) {
                self.overdue.notify_one();
            }
        });
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<(String, Reply)>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
