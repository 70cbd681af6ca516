//! Small work that comes round again: the write-ahead log, old figures, the age of sessions.

use std::error::Error;
use std::time::Duration;

use crate::state::AppState;

/// How often. With a forced checkpoint the log stays small even while somebody always reads.
const EVERY: Duration = Duration::from_mins(1);
/// In which rounds the age of sessions is stored. A use of one stores it, too.
const SESSIONS_EVERY: usize = 10;

/// Starts it.
pub(crate) fn start(state: &AppState) {
    let (db, sessions, stopping) = (
        state.db.clone(),
        state.entrance.sessions.clone(),
        state.tasks.stopping(),
    );
    state.tasks.spawn("upkeep", async move {
        let mut rounds = (0..SESSIONS_EVERY).cycle();
        while stopping
            .run_until_cancelled(tokio::time::sleep(EVERY))
            .await
            .is_some()
        {
            crate::metrics::tidy();
            if rounds.next() == Some(0)
                && let Err(error) = sessions.keep_time().await
            {
                tracing::warn!(error = &error as &dyn Error, "the age of sessions is not stored");
            }
            if let Err(error) = db.checkpoint().await {
                tracing::warn!(error = &error as &dyn Error, "the checkpoint failed");
            }
        }
    });
}
