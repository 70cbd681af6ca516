//! Who is asked, and as whom.
//!
//! Everything about the namespace is asked as the person. What lies beyond it (nodes, classes, hosts that are served
//! elsewhere, listeners of load balancers) an app team can seldom read, although the cluster answers with it as soon as
//! something is created there: the scheduler with counts of nodes, a controller with a refusal. Such things are asked
//! with the rights of this server, and only the verdict is told: names of objects that the person may not see are not.

use std::time::Duration;

use slipway_api::{CheckCode, Fact, FactCode};
use slipway_plan::ObjectKey;

use super::report::Finding;
use crate::cluster::{Access, ClusterError};
use crate::identity::Person;

/// How long one read may take.
const READ: Duration = Duration::from_secs(3);
/// How long a check may take with all its reads.
const CHECK: Duration = Duration::from_secs(6);

/// Whom to ask.
#[derive(Clone)]
pub(super) struct Witness {
    /// As the person.
    pub(super) person: Access,
    /// With the rights of this server.
    pub(super) own: Access,
    /// Who the person is.
    pub(super) who: Person,
}

impl Witness {
    pub(super) fn new(person: &Access, own: &Access, who: Person) -> Self {
        Self {
            person: person.within(READ),
            own: own.within(READ),
            who,
        }
    }

    /// The owner of something outside, as namespace and name; nothing if the person may not see it.
    pub(super) async fn owner(&self, key: &ObjectKey) -> Result<String, ClusterError> {
        let seen = self.person.is_allowed("get", key).await?;
        let namespace = key.namespace.as_deref().unwrap_or_default();
        Ok(if seen {
            format!("{namespace}/{}", key.name)
        } else {
            String::new()
        })
    }
}

/// A check that always ends, and whose failure is its own.
pub(super) async fn guarded(
    code: CheckCode,
    check: impl Future<Output = Result<Vec<Finding>, ClusterError>>,
) -> Vec<Finding> {
    ended(CHECK, code, check).await
}

/// The same for a check that may take so long.
pub(super) async fn ended(
    time: Duration,
    code: CheckCode,
    check: impl Future<Output = Result<Vec<Finding>, ClusterError>>,
) -> Vec<Finding> {
    match tokio::time::timeout(time, check).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(error)) => vec![Finding::unknown(code, &error)],
        Err(_) => {
            let late = Fact::new(FactCode::Late, []);
            vec![Finding::of(code).could_not(None).seen(late)]
        }
    }
}

#[cfg(test)]
mod tests {
    use slipway_api::CheckState;

    use super::*;

    #[tokio::test]
    async fn a_check_that_hangs_ends_and_says_so() {
        let found = ended(Duration::ZERO, CheckCode::Quota, std::future::pending()).await;

        assert_eq!(found[0].view().state, CheckState::CouldNotCheck);
        assert_eq!(found[0].view().facts[0].code, FactCode::Late);
    }

    #[tokio::test]
    async fn a_check_that_fails_says_why_and_fails_alone() {
        let message = "quotas are forbidden".to_owned();
        let found = guarded(CheckCode::Quota, async {
            Err(ClusterError::Forbidden { message })
        })
        .await;

        assert_eq!(found[0].view().state, CheckState::CouldNotCheck);
        assert_eq!(
            found[0].view().evidence.as_deref(),
            Some("not allowed: quotas are forbidden")
        );
    }
}
