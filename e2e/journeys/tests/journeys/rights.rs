//! What members may do in the cluster.

use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::PostParams;
use local_cluster::Cluster;
use serde_json::json;

/// Gives a person one of the roles that every cluster has, in one namespace. All journeys share one cluster, so those that
/// grant something have people of their own.
pub(crate) async fn allow(
    cluster: &Cluster,
    namespace: &str,
    person: &str,
    role: &str,
) -> anyhow::Result<()> {
    let binding: RoleBinding = serde_json::from_value(json!({
        "metadata": { "name": person },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": person }],
    }))?;
    Api::namespaced(cluster.client().await?, namespace)
        .create(&PostParams::default(), &binding)
        .await?;
    Ok(())
}
