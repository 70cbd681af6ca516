//! The cluster behind a test app.

use std::path::{Path, PathBuf};

use k8s_openapi::api::rbac::v1::{RoleBinding, RoleRef, Subject};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};

use super::TestApp;

impl TestApp {
    /// A fresh namespace of the shared cluster in which a team may do everything, as it could by its role bindings.
    pub async fn namespace_of(&self, team: &str) -> String {
        let cluster = local_cluster::shared().await;
        let namespace = cluster.namespace(team).await.expect("a namespace");
        let api: Api<RoleBinding> = Api::namespaced(cluster.client().await.expect("a client"), &namespace);
        let binding = RoleBinding {
            metadata: ObjectMeta {
                name: Some("team".to_owned()),
                ..ObjectMeta::default()
            },
            role_ref: RoleRef {
                api_group: "rbac.authorization.k8s.io".to_owned(),
                kind: "ClusterRole".to_owned(),
                name: "admin".to_owned(),
            },
            subjects: Some(vec![Subject {
                api_group: Some("rbac.authorization.k8s.io".to_owned()),
                kind: "Group".to_owned(),
                name: format!("{team}-team"),
                ..Subject::default()
            }]),
        };
        api.create(&PostParams::default(), &binding)
            .await
            .expect("the team's rights");
        namespace
    }
}

/// A kubeconfig whose cluster does not answer: nothing listens on that port of this machine.
pub fn kubeconfig_to_nowhere(folder: &Path) -> PathBuf {
    kubeconfig_with(folder, "{}")
}

/// The same with credentials, written as YAML.
pub fn kubeconfig_with(folder: &Path, credentials: &str) -> PathBuf {
    let file = folder.join("kubeconfig");
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: nowhere\n\
         clusters: [{{name: nowhere, cluster: {{server: 'https://127.0.0.1:1'}}}}]\n\
         users: [{{name: nobody, user: {credentials}}}]\n\
         contexts: [{{name: nowhere, context: {{cluster: nowhere, user: nobody}}}}]\n"
    );
    std::fs::write(&file, text).expect("a file");
    file
}
