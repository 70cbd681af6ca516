//! What lies around an app, remembered for a moment: whoever creates many apps at once, or checks again and again, must not
//! make the cluster list everything each time. What was read as a person is told to nobody else.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::balancer::Listener;
use super::hosts::Everything;
use super::nodes::{Node, Usage};
use super::selectors::Selecting;
use crate::cluster::{ClusterError, Listed};
use crate::identity::Person;

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
    pub(super) served: Recent<Everything>,
    /// Ports of existing load balancers that are used.
    pub(super) listeners: Recent<Listed<Listener>>,
    /// What selects pods in a namespace, by its kind, as a person sees it.
    pub(super) selecting: RecentOf<(Person, String, &'static str), Listed<Selecting>>,
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
            Some((at, answer)) if young(*at) => Ok(Arc::clone(answer)),
            _ => {
                let answer = Arc::new(ask.await?);
                *last = Some((Instant::now(), Arc::clone(&answer)));
                Ok(answer)
            }
        }
    }

    /// Whether there is an answer that may be given again, or somebody is asking.
    fn is_young(&self) -> bool {
        let Ok(last) = self.0.try_lock() else { return true };
        last.as_ref().is_some_and(|(at, _)| young(*at))
    }
}

fn young(at: Instant) -> bool {
    at.elapsed() < REMEMBERED
}

/// The last answers to questions of one kind.
#[derive(Debug)]
pub(super) struct RecentOf<K, T>(std::sync::Mutex<HashMap<K, Arc<Recent<T>>>>);

impl<K, T> Default for RecentOf<K, T> {
    fn default() -> Self {
        Self(std::sync::Mutex::default())
    }
}

impl<K: Eq + Hash, T> RecentOf<K, T> {
    /// The answer to one of them. Those that are not young any more are forgotten.
    pub(super) fn of(&self, question: K) -> Arc<Recent<T>> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, recent| Arc::strong_count(recent) > 1 || recent.is_young());
        Arc::clone(answers.entry(question).or_default())
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

    #[tokio::test]
    async fn one_question_has_one_answer_and_another_has_its_own() {
        let recent = RecentOf::default();
        let ask = async |who: &'static str, says: u8| *recent.of(who).get(async { Ok(says) }).await.unwrap();

        assert_eq!(ask("ann", 1).await, 1);
        assert_eq!(ask("ben", 2).await, 2);
        assert_eq!(ask("ann", 3).await, 1);
    }

    #[tokio::test]
    async fn what_was_never_answered_is_forgotten() {
        let recent = RecentOf::<_, u8>::default();
        let failed = recent
            .of("ann")
            .get(async { Err(ClusterError::Unreachable("gone".to_owned())) })
            .await;
        assert!(failed.is_err());

        recent.of("ben");
        assert!(!recent.0.lock().unwrap().contains_key("ann"));
    }
}
