//! Asks a cluster what somebody may do.

use http::Method;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, ResourceRule, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
    SelfSubjectRulesReview, SelfSubjectRulesReviewSpec,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use slipway_plan::ObjectKey;

use super::{Access, ApiPath, ClusterError};

/// Where questions about rights are sent.
pub(super) const REVIEWS: &str = "/apis/authorization.k8s.io/v1/";

/// A kind, as rights name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceName {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The plural of the kind.
    pub resource: &'static str,
}

/// What somebody may do in one namespace.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<ResourceRule>,
    incomplete: bool,
}

impl Access {
    /// Whether whoever acts may do this to objects of a kind, in a namespace or, without one, in the whole cluster.
    pub async fn allows(
        &self,
        verb: &str,
        kind: ResourceName,
        namespace: Option<&str>,
    ) -> Result<bool, ClusterError> {
        let asked = ResourceAttributes {
            verb: Some(verb.to_owned()),
            group: Some(kind.group.to_owned()),
            resource: Some(kind.resource.to_owned()),
            namespace: namespace.map(ToOwned::to_owned),
            ..ResourceAttributes::default()
        };
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(asked),
                non_resource_attributes: None,
            },
            ..SelfSubjectAccessReview::default()
        };
        let answer: SelfSubjectAccessReview = self.review("selfsubjectaccessreviews", &review).await?;
        Ok(answer
            .status
            .is_some_and(|status| status.allowed && status.denied != Some(true)))
    }

    /// Everything whoever acts may do in a namespace.
    pub async fn rules(&self, namespace: &str) -> Result<Rules, ClusterError> {
        let review = SelfSubjectRulesReview {
            spec: SelfSubjectRulesReviewSpec {
                namespace: Some(namespace.to_owned()),
            },
            ..SelfSubjectRulesReview::default()
        };
        let answer: SelfSubjectRulesReview = self.review("selfsubjectrulesreviews", &review).await?;
        let status = answer.status.unwrap_or_default();
        Ok(Rules {
            rules: status.resource_rules,
            incomplete: status.incomplete,
        })
    }

    /// Asks a question about rights.
    pub(super) async fn review<Q, A>(&self, plural: &'static str, question: &Q) -> Result<A, ClusterError>
    where
        Q: Serialize + Sync,
        A: DeserializeOwned,
    {
        let path = ApiPath::group("authorization.k8s.io/v1").segment(plural);
        let body = serde_json::to_vec(question).map_err(|error| ClusterError::Failed {
            message: format!("a question that cannot be written: {error}"),
        })?;
        self.request(Method::POST, &path, Some("application/json"), body)
            .await?
            .json()
    }
}

impl Rules {
    /// Whether they say that objects of a kind, whatever their names, may be treated so.
    pub fn allow(&self, verb: &str, kind: ResourceName) -> bool {
        self.contain(verb, kind.group, kind.resource)
    }

    /// The same for the kind of an object in the namespace they are about. What is of the whole cluster they do not cover.
    pub fn cover(&self, verb: &str, key: &ObjectKey) -> bool {
        key.namespace.is_some() && self.contain(verb, key.group(), &key.plural())
    }

    fn contain(&self, verb: &str, group: &str, resource: &str) -> bool {
        let among = |list: &[String], wanted: &str| list.iter().any(|one| one == "*" || one == wanted);
        self.rules.iter().any(|rule| {
            among(&rule.verbs, verb)
                && rule
                    .api_groups
                    .as_deref()
                    .is_some_and(|groups| among(groups, group))
                && rule
                    .resources
                    .as_deref()
                    .is_some_and(|resources| among(resources, resource))
                && rule.resource_names.as_deref().unwrap_or_default().is_empty()
        })
    }

    /// Whether there may be more rights than these: an authorizer that cannot list its rules.
    pub fn incomplete(&self) -> bool {
        self.incomplete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: ResourceName = ResourceName {
        group: "",
        resource: "pods",
    };

    fn rules(rule: ResourceRule) -> Rules {
        Rules {
            rules: vec![rule],
            incomplete: false,
        }
    }

    fn rule(group: &str, resource: &str, verb: &str) -> ResourceRule {
        ResourceRule {
            api_groups: Some(vec![group.to_owned()]),
            resources: Some(vec![resource.to_owned()]),
            verbs: vec![verb.to_owned()],
            resource_names: None,
        }
    }

    #[test]
    fn a_rule_allows_its_verb_on_its_kind() {
        assert!(rules(rule("", "pods", "list")).allow("list", PODS));
        assert!(rules(rule("*", "*", "*")).allow("list", PODS));
        for other in [
            rule("apps", "pods", "list"),
            rule("", "secrets", "list"),
            rule("", "pods", "get"),
            rule("", "pods/log", "list"),
        ] {
            assert!(!rules(other.clone()).allow("list", PODS), "{other:?}");
        }
    }

    #[test]
    fn a_rule_for_some_names_does_not_allow_the_kind() {
        let named = ResourceRule {
            resource_names: Some(vec!["one".to_owned()]),
            ..rule("", "pods", "list")
        };
        assert!(!rules(named).allow("list", PODS));
    }

    #[test]
    fn what_is_of_the_whole_cluster_is_not_covered_by_the_rules_of_a_namespace() {
        let all = rules(rule("*", "*", "*"));
        assert!(all.cover(
            "create",
            &ObjectKey::namespaced("apps/v1", "Deployment", "shop", "web")
        ));
        assert!(!all.cover(
            "create",
            &ObjectKey::cluster_wide("v1", "PersistentVolume", "disk")
        ));
    }
}
