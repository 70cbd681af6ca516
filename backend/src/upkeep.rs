//! Small work that comes round again: the write-ahead log, old figures, the age of sessions.

use std::error::Error;
use std::time::Duration;

use crate::db::Db;
use crate::state::AppState;

/// How often. With a forced checkpoint the log stays small even while somebody always reads.
const EVERY: Duration = Duration::from_mins(1);
/// In which rounds the age of sessions is stored. A use of one stores it, too.
const SESSIONS_EVERY: usize = 10;
/// How soon after something was deleted. Much that is deleted in a row costs one checkpoint.
const SOON: Duration = Duration::from_secs(1);

/// Starts it.
pub(crate) fn start(state: &AppState) {
    let (db, sessions, stopping) = (
        state.db.clone(),
        state.entrance.sessions.clone(),
        state.tasks.stopping(),
    );
    state.tasks.spawn("upkeep", async move {
        let mut rounds = (0..SESSIONS_EVERY).cycle();
        let mut wait = EVERY;
        while let Some(next) = stopping.run_until_cancelled(round(&db, wait)).await {
            wait = next;
            if rounds.next() == Some(0)
                && let Err(error) = sessions.keep_time().await
            {
                tracing::warn!(error = &error as &dyn Error, "the age of sessions is not stored");
            }
        }
    });
}

/// Waits until it is time and does what is to be done. Answers how long to wait before the next time.
async fn round(db: &Db, wait: Duration) -> Duration {
    wanted(db, wait).await;
    crate::metrics::tidy();
    let next = match db.checkpoint().await {
        Ok(true) => EVERY,
        // Somebody reads what is in the log.
        Ok(false) => SOON,
        Err(error) => {
            tracing::warn!(error = &error as &dyn Error, "the checkpoint failed");
            EVERY
        }
    };
    db.refill_reserve().await;
    next
}

/// Waits until it is time, or something was deleted a moment ago.
async fn wanted(db: &Db, wait: Duration) {
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = db.scrub_wanted() => tokio::time::sleep(SOON).await,
    }
}
