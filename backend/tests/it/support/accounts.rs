//! The account of the server on a cluster: with the rights that `docs/rbac.yaml` gives it, or with others.

use std::path::PathBuf;

use k8s_openapi::api::authorization::v1::SubjectAccessReview;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule};
use kube::Api;
use kube::api::PostParams;
use local_cluster::{Cluster, Proxy, shared};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::eventually;

/// What operators apply, as they do.
const DOCUMENTED: &str = include_str!("../../../../docs/rbac.yaml");
/// The namespace of the account.
const NAMESPACE: &str = "slipway";

/// The kubeconfig of the documented account on the cluster that all tests share.
pub async fn documented() -> PathBuf {
    static KUBECONFIG: OnceCell<PathBuf> = OnceCell::const_new();
    let kubeconfig = KUBECONFIG.get_or_init(async || server_account(shared().await, "slipway", None).await);
    kubeconfig.await.clone()
}

/// A proxy that speaks as the documented account.
pub async fn documented_proxy() -> Proxy {
    Proxy::start_as(shared().await, &documented().await)
        .await
        .expect("a proxy")
}

/// The documented rights.
pub fn documented_rules() -> Vec<PolicyRule> {
    one::<ClusterRole>("ClusterRole").rules.expect("rules")
}

/// The kubeconfig of an account of a cluster, with the documented rights or with these.
pub async fn server_account(cluster: &Cluster, name: &str, rules: Option<Vec<PolicyRule>>) -> PathBuf {
    let client = cluster.client().await.expect("a client");
    cluster.ensure_namespace(NAMESPACE).await.expect("a namespace");
    let mut account: ServiceAccount = one("ServiceAccount");
    let mut role: ClusterRole = one("ClusterRole");
    let mut binding: ClusterRoleBinding = one("ClusterRoleBinding");
    assert_eq!(account.metadata.namespace.as_deref(), Some(NAMESPACE));
    account.metadata.name = Some(name.to_owned());
    role.metadata.name = Some(name.to_owned());
    role.rules = rules.or(role.rules);
    binding.metadata.name = Some(name.to_owned());
    name.clone_into(&mut binding.role_ref.name);
    for subject in binding.subjects.iter_mut().flatten() {
        name.clone_into(&mut subject.name);
    }
    let known = role.rules.as_ref().and_then(|rules| rules.first()).cloned();
    let params = PostParams::default();
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), NAMESPACE);
    accounts.create(&params, &account).await.expect("an account");
    let all: Api<ClusterRole> = Api::all(client.clone());
    all.create(&params, &role).await.expect("a role");
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    bindings.create(&params, &binding).await.expect("a binding");
    if let Some(rule) = known {
        let user = format!("system:serviceaccount:{NAMESPACE}:{name}");
        eventually("the binding is known", async || {
            allowed(&client, &user, &rule).await.then_some(())
        })
        .await;
    }
    let kubeconfig = cluster.kubeconfig_of_account(NAMESPACE, name).await;
    kubeconfig.expect("a token")
}

/// Whether the API server knows that a user has the first right of a rule.
async fn allowed(client: &kube::Client, user: &str, rule: &PolicyRule) -> bool {
    let first = |list: &Option<Vec<String>>| list.iter().flatten().next().cloned();
    let wish = json!({ "verb": rule.verbs[0], "group": first(&rule.api_groups), "resource": first(&rule.resources) });
    let review = json!({ "metadata": {}, "spec": { "user": user, "resourceAttributes": wish } });
    let reviews: Api<SubjectAccessReview> = Api::all(client.clone());
    let review = serde_json::from_value(review).expect("a review");
    let review = reviews
        .create(&PostParams::default(), &review)
        .await
        .expect("an answer");
    review.status.is_some_and(|status| status.allowed)
}

/// The one object of a kind in the file.
fn one<T: DeserializeOwned>(kind: &str) -> T {
    let objects = DOCUMENTED.split("\n---\n").map(|text| {
        let object: Value = serde_saphyr::from_str(text).expect("YAML");
        object
    });
    let found: Vec<Value> = objects.filter(|object| object["kind"] == kind).collect();
    let [object] = found.as_slice() else {
        panic!("{} objects of kind {kind}", found.len())
    };
    serde_json::from_value(object.clone()).expect("an object")
}
