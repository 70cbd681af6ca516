//! What a member may do, asked as the member.

use serde_json::{Value, json};
use slipway_plan::ObjectKey;

use super::{Access, ClusterError};

impl Access {
    /// Whether the one who acts may do `verb` to an object. A right may be for some names only; but what is to be made is
    /// asked for by its kind alone, as the API server does, which does not know the name yet when it looks at rights.
    pub async fn is_allowed(&self, verb: &str, key: &ObjectKey) -> Result<bool, ClusterError> {
        let name = if verb == "create" { "" } else { key.name.as_str() };
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": {
                "verb": verb, "group": key.group(), "version": key.version(),
                "resource": key.plural(), "namespace": key.namespace, "name": name,
            } },
        });
        let answer: Value = self.review("selfsubjectaccessreviews", &review).await?;
        Ok(answer["status"]["allowed"] == true)
    }

    /// Whether a namespace is there, and not on its way out.
    pub async fn namespace_state(&self, name: &str) -> Result<NamespaceState, ClusterError> {
        let key = ObjectKey::cluster_wide("v1", "Namespace", name);
        match self.object::<Value>(&key).await {
            Ok(namespace) if namespace["status"]["phase"] == "Terminating" => Ok(NamespaceState::Terminating),
            Ok(_) => Ok(NamespaceState::Active),
            Err(ClusterError::Missing { .. }) => Ok(NamespaceState::Missing),
            Err(error) => Err(error),
        }
    }
}

/// Whether a namespace can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamespaceState {
    /// It is there.
    Active,
    /// It is being deleted.
    Terminating,
    /// It is not there.
    Missing,
}
