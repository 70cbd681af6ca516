//! A cluster that is silent for a while: on a machine with too much to do that is nobody's fault.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::support::{Answer, PATIENCE};

const PAUSE: Duration = Duration::from_millis(200);

/// Asks again while the answer is that the cluster cannot be reached. If it stays so, that is the answer.
pub(super) async fn patiently(ask: impl AsyncFn() -> Answer) -> Answer {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        let silent = answer.status == 503 && answer.problem(503).code == "cluster_unreachable";
        if !silent || Instant::now() > deadline {
            return answer;
        }
        sleep(PAUSE).await;
    }
}

/// The same for the API server itself, whose connections may break: only for what may be asked twice.
pub(super) async fn unbroken<T>(ask: impl AsyncFn() -> kube::Result<T>) -> kube::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        let broken = answer
            .as_ref()
            .is_err_and(|error| !matches!(error, kube::Error::Api(_)));
        if !broken || Instant::now() > deadline {
            return answer;
        }
        sleep(PAUSE).await;
    }
}
