//! What a refusal is about: the object, the rights of a person, or the credentials of this server.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::path::{Path, PathBuf};

use k8s_openapi::api::admissionregistration::v1::{
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding,
};
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::{Service, ServiceAccount};
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use local_cluster::{Fault, Proxy, shared};
use serde_json::{Value, json};
use slipway_api::{ClusterState, ClusterView, OperationState, OperationView, paths};
use slipway_model::Problem;

use crate::stage::{Stage, creates, draft_of, ended_in_the_end, objects, submit, tried};
use crate::support::{TestApp, eventually};

/// Lets no Ingress be created or changed in the namespace any more, for the reason that a policy gives and in words that look like
/// those of a missing right.
pub(crate) async fn forbid_ingresses(stage: &Stage, reason: &str) {
    let policy = json!({
        "metadata": { "name": stage.namespace },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": stage.namespace } },
                "resourceRules": [{
                    "apiGroups": ["networking.k8s.io"], "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"], "resources": ["ingresses"],
                }],
            },
            "validations": [{
                "expression": "false",
                "message": "forbidden: User \"shop-dev\" cannot create resource \"ingresses\" in API group \"\"",
                "reason": reason,
            }],
        },
    });
    let binding = json!({
        "metadata": { "name": stage.namespace },
        "spec": { "policyName": stage.namespace, "validationActions": ["Deny"] },
    });
    let params = PostParams::default();
    let policies: Api<ValidatingAdmissionPolicy> = Api::all(stage.kube.clone());
    policies
        .create(&params, &serde_json::from_value(policy).unwrap())
        .await
        .unwrap();
    let bindings: Api<ValidatingAdmissionPolicyBinding> = Api::all(stage.kube.clone());
    bindings
        .create(&params, &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
    let probe = json!({
        "metadata": { "name": "probe" },
        "spec": { "defaultBackend": { "service": { "name": "none", "port": { "number": 1 } } } },
    });
    let probe: Ingress = serde_json::from_value(probe).unwrap();
    let dry = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    eventually("the policy is in effect", async || {
        stage
            .api::<Ingress>()
            .create(&dry, &probe)
            .await
            .err()
            .map(|_| ())
    })
    .await;
}

async fn state(client: &crate::support::Client) -> ClusterState {
    let view: ClusterView = client.get(&paths::cluster("test")).await.json(200);
    view.state
}

#[tokio::test]
async fn what_a_policy_refuses_is_not_a_missing_right_whatever_it_says() {
    for reason in ["Forbidden", "Invalid"] {
        let stage = Stage::new().await;
        forbid_ingresses(&stage, reason).await;
        let draft = stage.draft(|_| {}).await;

        let problem = stage.submit(&draft, "k").await.problem(422);

        assert_eq!(problem.code, "draft_has_issues", "{reason}");
        let errors: Vec<_> = problem.issues.iter().filter(|issue| issue.is_error()).collect();
        assert!(!errors.is_empty(), "{reason}");
        for issue in errors {
            assert!(
                matches!(&issue.problem, Problem::Refused { kind, .. } if kind == "Ingress"),
                "{reason}: {issue:?}"
            );
        }
        assert!(stage.objects().await.is_empty());
    }
}

#[tokio::test]
async fn an_operation_that_a_policy_refuses_is_taken_back_and_says_so() {
    for reason in ["Forbidden", "RequestEntityTooLarge"] {
        let proxy = Proxy::start(shared().await).await.unwrap();
        let stage = Stage::behind(&proxy).await;
        let draft = stage.draft(|_| {}).await;
        let mut held = proxy.hold(creates("ingresses"));
        let started: OperationView = stage.submit(&draft, "k").await.json(202);
        held.arrived().await.unwrap();

        forbid_ingresses(&stage, reason).await;
        held.release();
        let ended = stage.ended(&started.id).await;

        assert_eq!(
            (ended.state, ended.failure.as_deref()),
            (OperationState::Undone, Some("refused")),
            "{ended:#?}"
        );
        assert_eq!(ended.steps[3].outcome.as_deref(), Some("refused"));
        let words = ended.steps[3].message.as_deref().unwrap();
        assert!(words.contains("ValidatingAdmissionPolicy"), "{words}");
        assert!(stage.objects().await.is_empty());
        assert_eq!(state(&stage.dev()).await, ClusterState::Reachable);
    }
}

/// A kubeconfig of a service account that may change everything in its namespace. It is good for as long as the account
/// is there.
async fn kubeconfig_of_an_account(folder: &Path, namespace: &str) -> PathBuf {
    let cluster = shared().await;
    let kube = cluster.client().await.unwrap();
    let params = PostParams::default();
    let accounts: Api<ServiceAccount> = Api::namespaced(kube.clone(), namespace);
    let account = json!({ "metadata": { "name": "robot" } });
    accounts
        .create(&params, &serde_json::from_value(account).unwrap())
        .await
        .unwrap();
    let binding = json!({
        "metadata": { "name": "robot" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit" },
        "subjects": [{ "kind": "ServiceAccount", "name": "robot", "namespace": namespace }],
    });
    let bindings: Api<RoleBinding> = Api::namespaced(kube, namespace);
    bindings
        .create(&params, &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
    let request = TokenRequest::default();
    let answer = accounts
        .create_token_request("robot", &params, &request)
        .await
        .unwrap();
    let text = std::fs::read_to_string(cluster.kubeconfig()).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    config["users"][0]["user"] = json!({ "token": answer.status.unwrap().token });
    let file = folder.join("robot.kubeconfig");
    std::fs::write(&file, config.to_string()).unwrap();
    let services: Api<Service> = Api::namespaced(client_of(&file).await, namespace);
    eventually("the account may look", async || {
        services.list(&ListParams::default()).await.ok().map(|_| ())
    })
    .await;
    file
}

async fn client_of(kubeconfig: &Path) -> kube::Client {
    let file = Kubeconfig::read_from(kubeconfig).unwrap();
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(file, &options)
        .await
        .unwrap();
    kube::Client::try_from(config).unwrap()
}

/// Takes the account away, and waits until the API server does not know it any more.
async fn dismiss(namespace: &str, kubeconfig: &Path) {
    let kube = shared().await.client().await.unwrap();
    let accounts: Api<ServiceAccount> = Api::namespaced(kube, namespace);
    accounts.delete("robot", &DeleteParams::default()).await.unwrap();
    let services: Api<Service> = Api::namespaced(client_of(kubeconfig).await, namespace);
    eventually("its token opens nothing", async || {
        match services.list(&ListParams::default()).await {
            Err(kube::Error::Api(status)) if status.code == 401 => Some(()),
            _ => None,
        }
    })
    .await;
}

#[tokio::test]
async fn credentials_that_have_run_out_end_an_operation_with_that_reason_and_are_no_missing_right() {
    let cluster = shared().await;
    let folder = tempfile::tempdir().unwrap();
    let namespace = cluster.namespace("robot").await.unwrap();
    let kubeconfig = kubeconfig_of_an_account(folder.path(), &namespace).await;
    let proxy = Proxy::start_as(cluster, &kubeconfig).await.unwrap();
    let app = TestApp::with(|config, _| {
        config.clusters[0].kubeconfig = Some(proxy.kubeconfig().to_owned());
        config.clusters[0].namespaces = vec![namespace.clone()];
    })
    .await;
    let owner = app.owner().await;
    let draft = draft_of(&owner, "test", &namespace, |_| {}).await;
    proxy.on(creates("services"), Fault::unavailable());
    let started: OperationView = submit(&owner, &draft, "k").await.json(202);
    tried(&owner, &started.id).await;

    dismiss(&namespace, &kubeconfig).await;
    proxy.clear();
    let ended = ended_in_the_end(&app, &owner, &started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stopped, Some("cluster_credentials_refused")),
        "{ended:#?}"
    );
    let kube = cluster.client().await.unwrap();
    assert!(objects(&kube, &namespace).await.is_empty());
    eventually("the cluster is known to refuse us", async || {
        (state(&owner).await == ClusterState::Forbidden).then_some(())
    })
    .await;
    let checks = owner.post_empty(&paths::draft_checks(&draft.id)).await;
    assert_eq!(checks.problem(503).code, "cluster_credentials_refused");
    owner.get(paths::SESSION).await.demand(200);
}
