//! What lies around a namespace, read with the rights of this server and remembered for a moment: whoever creates many
//! apps at once, or checks again and again, must not make the cluster list everything each time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::balancer::Listener;
use super::hosts::Served;
use super::nodes::{Node, Usage};
use crate::cluster::{ClusterError, Listed};

/// How long it is remembered: less than somebody needs to change something and to check again.
const REMEMBERED: Duration = Duration::from_secs(3);

/// What was read last of one cluster.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The nodes.
    pub(super) nodes: Recent<Listed<Node>>,
    /// What is used of them.
    pub(super) usage: Recent<Listed<Usage>>,
    /// Hosts and paths that are served.
    pub(super) served: Recent<Listed<Served>>,
    /// Ports of existing load balancers that are used.
    pub(super) listeners: Recent<Listed<Listener>>,
}

/// The last answer to a question. Those who ask at once wait for the same answer.
#[derive(Debug)]
pub(super) struct Recent<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Recent<T> {
    /// The last answer if it is young, else a new one. A failure is not remembered.
    pub(super) async fn get(
        &self,
        ask: impl Future<Output = Result<T, ClusterError>>,
    ) -> Result<Arc<T>, ClusterError> {
        let mut last = self.0.lock().await;
        match last.as_ref() {
            Some((at, answer)) if at.elapsed() < REMEMBERED => Ok(Arc::clone(answer)),
            _ => {
                let answer = Arc::new(ask.await?);
                *last = Some((Instant::now(), Arc::clone(&answer)));
                Ok(answer)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_remembered_and_a_failure_is_not() {
        let recent = Recent::default();
        let failed = recent
            .get(async { Err(ClusterError::Unreachable("gone".to_owned())) })
            .await;
        assert!(failed.is_err());

        let first = recent.get(async { Ok(1) }).await.unwrap();
        let second = recent.get(async { Ok(2) }).await.unwrap();

        assert_eq!((*first, *second), (1, 1));
    }
}
