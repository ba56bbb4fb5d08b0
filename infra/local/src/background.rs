//! Tasks that run beside the requests, and end together when asked.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A group of tasks with one signal to end; dropping the group gives the signal.
#[derive(Debug, Default)]
pub(crate) struct Background {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Background {
    /// The signal, for a task to watch.
    pub(crate) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a task that watches the signal itself.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Starts a task that can be dropped wherever it waits.
    pub(crate) fn spawn_until_stop(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop();
        self.tasks.spawn(async move { stop.run_until_cancelled_owned(task).await.unwrap_or_default() });
    }

    /// Gives the signal and waits for the tasks, but no longer than `limit`.
    pub(crate) async fn end(&self, limit: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(limit, self.tasks.wait()).await.is_err() {
            tracing::warn!("des tâches n’ont pas fini à temps");
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
