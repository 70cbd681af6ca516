//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::bail;

/// How long a page may take for what it does by itself.
pub const SOON: Duration = Duration::from_secs(15);
/// How long the cluster may take for what it does.
pub const LONG: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(50);

/// Asks until there is an answer; fails with what was waited for. An error while asking counts as "not yet".
pub async fn until<T, F>(what: &str, within: Duration, mut ask: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    let end = Instant::now() + within;
    loop {
        let answer = ask().await;
        if let Ok(Some(answer)) = answer {
            return Ok(answer);
        }
        if Instant::now() > end {
            match answer {
                Err(error) => return Err(error.context(format!("{what}: not within {within:?}"))),
                Ok(_) => bail!("{what}: not within {within:?}"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
