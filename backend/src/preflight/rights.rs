//! The namespace, and what the person may do in it.

use std::collections::BTreeMap;

use futures::future::{join, join_all};
use slipway_api::CheckCode;
use slipway_model::{App, Problem};
use slipway_plan::PlannedObject;

use super::report::Finding;
use super::subject::Part;
use crate::cluster::{Access, ClusterError, NamespaceState};

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
pub(super) async fn rights(access: &Access, parts: &[Part<'_>]) -> Result<Vec<Finding>, ClusterError> {
    let parts = parts.iter().rev();
    let kinds: BTreeMap<&str, &Part> = parts.map(|part| (part.object.key.kind.as_str(), part)).collect();
    let asked = kinds.values().map(|part| async move {
        let key = &part.object.key;
        let kind = key.kind.clone();
        let (make, delete) = join(may_make(access, part.object), access.is_allowed("delete", key)).await;
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
    join_all(asked).await.into_iter().collect()
}

/// Whether the person may make an object, and release it if it is made suspended. If not, the verb that is missing.
async fn may_make(access: &Access, object: &PlannedObject) -> Result<Result<(), &'static str>, ClusterError> {
    if !access.is_allowed("create", &object.key).await? {
        return Ok(Err("create"));
    }
    let released = object.release().is_none() || access.is_allowed("patch", &object.key).await?;
    Ok(released.then_some(()).ok_or("patch"))
}
