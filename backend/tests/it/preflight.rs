//! What the cluster says beforehand.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use local_cluster::{Asked, Fault};
use serde_json::json;
use slipway_api::{CheckCode, CheckState, ChecksView, DraftView, paths};
use slipway_model::{Problem, Severity};

use crate::stage::{Stage, allow, draft_of};

async fn checks(stage: &Stage, draft: &DraftView) -> ChecksView {
    stage
        .dev()
        .post_empty(&paths::draft_checks(&draft.id))
        .await
        .json(200)
}

#[tokio::test]
async fn the_guides_example_passes_every_check() {
    let stage = Stage::new().await;
    // Other tests serve the guide's own host.
    let host = format!("{}.example", stage.namespace);
    let draft = stage
        .draft(|draft| draft["ingresses"][0]["rules"][0]["host"] = json!(host))
        .await;

    let view = checks(&stage, &draft).await;

    assert_eq!(view.issues, []);
    assert!(
        view.checks.iter().all(|check| check.state == CheckState::Passed),
        "{:#?}",
        view.checks
    );
    let codes: std::collections::BTreeSet<CheckCode> = view.checks.iter().map(|check| check.code).collect();
    let expected = [
        CheckCode::Namespace,
        CheckCode::Names,
        CheckCode::Rights,
        CheckCode::Quota,
        CheckCode::Limits,
        CheckCode::PodSecurity,
        CheckCode::Hosts,
        CheckCode::IngressClass,
        CheckCode::Metrics,
        CheckCode::Nodes,
        CheckCode::Selectors,
        CheckCode::DryRun,
        CheckCode::PodDryRun,
    ];
    assert_eq!(codes, expected.into(), "others have nothing to look at");
    assert!(stage.objects().await.is_empty(), "nothing was created");
}

#[tokio::test]
async fn a_question_whose_connection_broke_is_asked_again_at_once() {
    let proxy = crate::support::documented_proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    proxy.times(
        1,
        |asked: &Asked| asked.path.ends_with("/limitranges"),
        Fault::Cut,
    );
    proxy.times(1, Asked::dry_run, Fault::Cut);

    let view = checks(&stage, &draft).await;

    let unknown = view
        .checks
        .iter()
        .filter(|check| check.state == CheckState::CouldNotCheck);
    assert_eq!(unknown.count(), 0, "{:#?}", view.checks);
    let cut = proxy
        .passed()
        .into_iter()
        .filter(|passed| passed.status.is_none());
    assert_eq!(cut.count(), 2, "both were cut");
}

#[tokio::test]
async fn a_namespace_that_is_not_there_is_blamed_at_its_field() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| draft["basics"]["namespace"] = json!("nowhere-at-all"))
        .await;
    allow_to_read_namespaces(&stage).await;

    let view = crate::support::eventually("the right is known", async || {
        let view = checks(&stage, &draft).await;
        let named = view.issues.first().map(|issue| &issue.problem);
        (named == Some(&Problem::NamespaceMissing {})).then_some(view)
    })
    .await;

    assert_eq!(view.issues[0].field, "basics.namespace");
    assert_eq!(view.issues.len(), 1, "{:#?}", view.issues);
}

/// Lets `shop-dev` see that a namespace is missing, and nothing else: other tests have the same person.
pub(crate) async fn allow_to_read_namespaces(stage: &Stage) {
    use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
    let name = format!("{}-namespaces", stage.namespace);
    let role = json!({
        "metadata": { "name": name },
        "rules": [{ "apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"] }],
    });
    let binding = json!({
        "metadata": { "name": name },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "shop-dev" }],
    });
    let params = kube::api::PostParams::default();
    let roles: kube::Api<ClusterRole> = kube::Api::all(stage.kube.clone());
    roles
        .create(&params, &serde_json::from_value(role).unwrap())
        .await
        .unwrap();
    let bindings: kube::Api<ClusterRoleBinding> = kube::Api::all(stage.kube.clone());
    bindings
        .create(&params, &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_right_that_is_missing_is_named_before_anything_is_tried() {
    let stage = Stage::new().await;
    let bank = stage.app.member_of("bank");
    allow(&stage.kube, &stage.namespace, "bank-dev", "view").await;
    let draft = draft_of(&bank, &stage.slug(), &stage.namespace, |_| {}).await;

    let problem = crate::stage::submit(&bank, &draft, "k").await.problem(422);

    let forbidden = |kind: &str| Problem::Forbidden {
        verb: "create".into(),
        kind: kind.into(),
    };
    assert!(
        problem
            .issues
            .iter()
            .any(|issue| issue.problem == forbidden("Deployment")),
        "{:#?}",
        problem.issues
    );
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn what_would_stay_is_said_beforehand() {
    let stage = Stage::new().await;
    creator_who_may_not_delete(&stage).await;
    let bank = stage.app.member_of("bank");
    let draft = draft_of(&bank, &stage.slug(), &stage.namespace, |_| {}).await;

    let view: ChecksView = bank.post_empty(&paths::draft_checks(&draft.id)).await.json(200);

    let stays = |issue: &&slipway_model::Issue| matches!(issue.problem, Problem::WouldStay { .. });
    let stays: Vec<_> = view.issues.iter().filter(stays).collect();
    assert_eq!(stays.len(), 4, "{:#?}", view.issues);
    assert!(stays.iter().all(|issue| issue.severity == Severity::Warning));
    let pods = view
        .checks
        .iter()
        .find(|check| check.code == CheckCode::PodDryRun)
        .unwrap();
    assert_eq!(pods.state, CheckState::CouldNotCheck, "no right to create pods");
}

/// Lets `bank-dev` create and change what an app needs, and nothing more.
pub(crate) async fn creator_who_may_not_delete(stage: &Stage) {
    use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": { "name": "creator" },
        "rules": [{
            "apiGroups": ["", "apps", "autoscaling", "networking.k8s.io"],
            "resources": ["services", "deployments", "horizontalpodautoscalers", "ingresses"],
            "verbs": ["get", "create", "patch"],
        }],
    });
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": { "name": "creator" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "creator" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bank-dev" }],
    });
    let params = kube::api::PostParams::default();
    stage
        .api::<Role>()
        .create(&params, &serde_json::from_value(role).unwrap())
        .await
        .unwrap();
    stage
        .api::<RoleBinding>()
        .create(&params, &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn pods_that_would_be_refused_are_found_by_their_template() {
    let stage = Stage::new().await;
    let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(stage.kube.clone());
    let strict = json!({ "metadata": { "labels": { "pod-security.kubernetes.io/enforce": "restricted" } } });
    let params = kube::api::PatchParams::default();
    namespaces
        .patch(&stage.namespace, &params, &kube::api::Patch::Merge(strict))
        .await
        .unwrap();
    let draft = stage.draft(|_| {}).await;

    let view = checks(&stage, &draft).await;

    let pod = view
        .checks
        .iter()
        .find(|check| check.code == CheckCode::PodDryRun)
        .unwrap();
    assert_eq!(pod.state, CheckState::Failed, "{:#?}", view.checks);
    assert!(pod.evidence.as_deref().unwrap().contains("violates PodSecurity"));
    let errors: Vec<_> = view.issues.iter().filter(|issue| issue.is_error()).collect();
    assert!(!errors.is_empty());
    for error in errors {
        assert_eq!(error.field, "pod.security.restricted", "{error:?}");
        assert!(matches!(error.problem, Problem::PodSecurity { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_blamed_at_the_field_it_came_from() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["services"][0]["kind"] = json!("NodePort");
            draft["services"][0]["ports"][0]["node_port"] = json!(1);
        })
        .await;

    let view = checks(&stage, &draft).await;

    assert_eq!(
        view.issues[0].field, "services.4.ports.5.node_port",
        "{:#?}",
        view.issues
    );
}

#[tokio::test]
async fn pods_of_every_type_of_workload_are_tried() {
    let stage = Stage::new().await;
    let extras = json!({
        "volumes": [{ "name": "data", "kind": "claim_template", "size": "1Gi" }],
        "mounts": [{ "volume": "data", "path": "/data" }],
    });
    for kind in ["StatefulSet", "Job", "CronJob"] {
        let draft = stage
            .draft(|draft| {
                draft["basics"]["kind"] = json!(kind);
                draft["scaling"] = json!({});
                draft["workload"] = json!({ "cron": { "schedule": "@daily" } });
                if kind == "StatefulSet" {
                    draft["volumes"] = extras["volumes"].clone();
                    draft["containers"][0]["mounts"] = extras["mounts"].clone();
                }
            })
            .await;

        let view = checks(&stage, &draft).await;

        let errors: Vec<_> = view.issues.iter().filter(|issue| issue.is_error()).collect();
        assert!(errors.is_empty(), "{kind}: {errors:#?}");
        let pods = view
            .checks
            .iter()
            .find(|check| check.code == CheckCode::PodDryRun);
        assert_eq!(pods.unwrap().state, CheckState::Passed, "{kind}");
    }
}

#[tokio::test]
async fn a_volume_of_the_whole_cluster_needs_a_right_of_its_own() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["volumes"] = json!([{ "id": 9, "name": "disk", "kind": "disk", "disk": "d-bp1" }]);
        })
        .await;

    let view = checks(&stage, &draft).await;

    let forbidden = Problem::Forbidden {
        verb: "create".into(),
        kind: "PersistentVolume".into(),
    };
    let blamed = view.issues.iter().find(|issue| issue.problem == forbidden);
    assert_eq!(blamed.unwrap().field, "volumes.9.name", "{:#?}", view.issues);
}
