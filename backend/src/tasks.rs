//! Work beside the requests, and the order in which everything stops.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// The one place that starts tasks, so that stopping waits for all of them.
///
/// A task that goes on for ever selects on [`stopping`](Self::stopping) and ends by itself.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Tasks {
    /// Starts a task. `name` stands in its log lines.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker
            .spawn(task.instrument(tracing::info_span!("task", task = name)));
    }

    /// Cancelled when tasks shall end.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Asks all tasks to end and waits, but no longer than `limit`. Answers whether all did.
    pub async fn stop(&self, limit: Duration) -> bool {
        self.stopping.cancel();
        self.tracker.close();
        tokio::time::timeout(limit, self.tracker.wait()).await.is_ok()
    }
}

/// Told to event streams before anything else stops: an open stream would hold up the requests that drain after it.
#[derive(Clone, Debug, Default)]
pub struct StreamsEnd(CancellationToken);

impl StreamsEnd {
    /// Resolves when streams shall say goodbye and end.
    pub async fn ended(&self) {
        self.0.cancelled().await;
    }

    /// Ends all streams, now and from now on.
    pub fn end(&self) {
        self.0.cancel();
    }
}
