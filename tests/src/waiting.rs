//! How a test waits: it asks again when something has moved, and gives up in the end.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// What never comes is not waited for any longer; a busy machine is.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often one asks while nothing is heard: storage and the fate of a mail move without a function.
const GLANCE: Duration = Duration::from_millis(100);

/// Asks until there is an answer, again after each move; panics when there is none in the end.
pub async fn until<T, Asking: Future<Output = Option<T>>>(
    moved: &Notify,
    what: &str,
    mut ask: impl FnMut() -> Asking,
) -> T {
    let asking = async {
        loop {
            let mut next = pin!(moved.notified());
            // What moves while we ask counts.
            next.as_mut().enable();
            if let Some(found) = ask().await {
                return found;
            }
            timeout(GLANCE, next).await.unwrap_or_default();
        }
    };
    timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}
