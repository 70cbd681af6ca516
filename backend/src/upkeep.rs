//! Small work that comes round again: the write-ahead log, old figures.

use std::error::Error;
use std::time::Duration;

use crate::state::AppState;

/// How often. With a forced checkpoint the log stays small even while somebody always reads.
const EVERY: Duration = Duration::from_mins(1);

/// Starts it.
pub(crate) fn start(state: &AppState) {
    let (db, stopping) = (state.db.clone(), state.tasks.stopping());
    state.tasks.spawn("upkeep", async move {
        while stopping
            .run_until_cancelled(tokio::time::sleep(EVERY))
            .await
            .is_some()
        {
            crate::metrics::tidy();
            if let Err(error) = db.checkpoint().await {
                tracing::warn!(error = &error as &dyn Error, "the checkpoint failed");
            }
        }
    });
}
