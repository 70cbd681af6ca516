//! The namespace, and what the person may do in it.

use std::collections::BTreeMap;

use futures::future::join;
use slipway_api::CheckCode;
use slipway_model::{App, Problem};
use slipway_plan::{ObjectKey, PlannedObject};

use super::report::Finding;
use super::subject::{Part, Subject};
use crate::cluster::{Access, ClusterError, NamespaceState, Rules, few_at_once};

/// Whether the namespace can be used. Without the right to look, the dry runs will tell.
pub(super) async fn namespace(access: &Access, app: &App) -> Result<(Finding, bool), ClusterError> {
    let finding = Finding::of(CheckCode::Namespace);
    let failed = |finding: Finding, problem| (finding.failed("basics.namespace", problem), false);
    Ok(match access.namespace_state(app.namespace.as_str()).await {
        Ok(NamespaceState::Active) => (finding, true),
        Ok(NamespaceState::Terminating) => failed(finding, Problem::NamespaceTerminating {}),
        Ok(NamespaceState::Missing) => failed(finding, Problem::NamespaceMissing {}),
        Err(ClusterError::Forbidden { message }) => (finding.could_not(Some(message)), true),
        Err(error) => return Err(error),
    })
}

/// Whether the person may create each kind, and take it back should a later object be refused.
pub(super) async fn rights(access: &Access, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let parts = subject.parts.iter().rev();
    let kinds: BTreeMap<&str, &Part> = parts.map(|part| (part.object.key.kind.as_str(), part)).collect();
    let rights = &Rights::of(access, subject.namespace).await;
    let asked = kinds.values().map(|part| async move {
        let key = &part.object.key;
        let kind = key.kind.clone();
        let (make, delete) = join(rights.make(part.object), rights.allow("delete", key)).await;
        let finding = Finding::about(CheckCode::Rights, key);
        Ok(match (make?, delete?) {
            (Ok(()), true) => finding,
            (Ok(()), false) => finding.warned(part.fields.name(), Problem::WouldStay { kind }),
            (Err(verb), _) => {
                let verb = verb.to_owned();
                finding.failed(part.fields.name(), Problem::Forbidden { verb, kind })
            }
        })
    });
    few_at_once(asked).await.into_iter().collect()
}

/// What the person may do, found out with one question where its answer says enough.
struct Rights<'a> {
    access: &'a Access,
    rules: Option<Rules>,
}

impl<'a> Rights<'a> {
    async fn of(access: &'a Access, namespace: &str) -> Self {
        let rules = access.rules(namespace).await.ok();
        Self { access, rules }
    }

    /// What the rules do not say may still be allowed: not every authorizer can list them.
    async fn allow(&self, verb: &str, key: &ObjectKey) -> Result<bool, ClusterError> {
        let covered = self.rules.as_ref().is_some_and(|rules| rules.cover(verb, key));
        Ok(covered || self.access.is_allowed(verb, key).await?)
    }

    /// Whether an object may be made, and released if it is made suspended. If not, the verb that is missing.
    async fn make(&self, object: &PlannedObject) -> Result<Result<(), &'static str>, ClusterError> {
        if !self.allow("create", &object.key).await? {
            return Ok(Err("create"));
        }
        let released = object.release().is_none() || self.allow("patch", &object.key).await?;
        Ok(released.then_some(()).ok_or("patch"))
    }
}
