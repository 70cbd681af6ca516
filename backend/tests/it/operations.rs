//! Creating an app, whatever comes between.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ResourceQuota, Service};
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use local_cluster::{Cluster, Fault, Options, Proxy};
use serde_json::json;
use slipway_api::{OperationState, OperationView, StepState, paths};
use slipway_model::Problem;

use crate::stage::{ALL, Stage, creates, steps, succeeded};

/// A way to the shared cluster on which faults can be made.
pub(crate) async fn proxy() -> Proxy {
    Proxy::start(local_cluster::shared().await).await.unwrap()
}

#[tokio::test]
async fn creating_makes_the_objects_field_by_field_and_marks_them() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;

    let operation = stage.created(&draft).await;

    succeeded(&operation);
    assert_eq!(stage.objects().await, ALL);
    let service: Service = stage.api().get("nginx-svc").await.unwrap();
    let deployment: Deployment = stage.api().get("nginx").await.unwrap();
    let autoscaler: HorizontalPodAutoscaler = stage.api().get("nginx").await.unwrap();
    let ingress: Ingress = stage.api().get("nginx-ingress").await.unwrap();
    let spec = service.spec.unwrap();
    assert_eq!(spec.type_.as_deref(), Some("ClusterIP"));
    assert_eq!(spec.ports.unwrap()[0].port, 80);
    let template = deployment.spec.as_ref().unwrap().template.clone();
    let container = &template.spec.unwrap().containers[0];
    assert_eq!(container.image.as_deref(), Some("nginx:1.27"));
    assert_eq!(container.ports.as_ref().unwrap()[0].container_port, 80);
    assert_eq!(container.env.as_ref().unwrap()[0].value.as_deref(), Some("UTC"));
    assert_eq!(
        container.resources.as_ref().unwrap().requests.as_ref().unwrap()["cpu"].0,
        "100m"
    );
    assert_eq!(
        deployment.spec.as_ref().unwrap().replicas,
        Some(2),
        "with an autoscaler, the number to start with"
    );
    let labels = template.metadata.unwrap().labels.unwrap();
    assert!(
        spec.selector
            .unwrap()
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value)),
        "it finds the pods"
    );
    let scaling = autoscaler.spec.unwrap();
    assert_eq!((scaling.min_replicas, scaling.max_replicas), (Some(2), 5));
    let rule = ingress.spec.unwrap().rules.unwrap().remove(0);
    assert_eq!(rule.host.as_deref(), Some("foo.bar.com"));
    let backend = rule.http.unwrap().paths.remove(0).backend.service.unwrap();
    assert_eq!(
        (backend.name.as_str(), backend.port.unwrap().number),
        ("nginx-svc", Some(80))
    );
    for metadata in [
        &service.metadata,
        &deployment.metadata,
        &autoscaler.metadata,
        &ingress.metadata,
    ] {
        let marks = metadata.annotations.as_ref().unwrap();
        assert_eq!(marks["slipway.dev/operation"], operation.id);
        assert_eq!(marks["slipway.dev/revision"], "1");
        assert!(marks.contains_key("slipway.dev/installation") && marks.contains_key("slipway.dev/app-id"));
        assert!(marks.contains_key("slipway.dev/plan-hash"));
    }
    let uids: Vec<_> = operation.steps.iter().map(|step| step.uid.clone()).collect();
    assert_eq!(uids[0], service.metadata.uid);
    assert_eq!(uids[1], deployment.metadata.uid);
}

#[tokio::test]
async fn the_audit_log_shows_the_person_on_every_write() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;

    succeeded(&stage.created(&draft).await);

    stage
        .cluster
        .audited(|entry| entry.object_ref.name == "nginx-ingress" && !entry.dry_run())
        .await
        .unwrap();
    let audit = stage.cluster.audit().unwrap();
    let ours: Vec<_> = audit
        .iter()
        .filter(|entry| {
            entry.object_ref.namespace == stage.namespace
                && entry.request_uri.contains("fieldManager=slipway")
        })
        .collect();
    assert!(ours.len() > ALL.len(), "dry runs and writes: {}", ours.len());
    for entry in ours {
        assert_eq!(
            entry
                .impersonated_user
                .as_ref()
                .map(|user| user.username.as_str()),
            Some("shop-dev"),
            "{entry:?}"
        );
    }
}

#[tokio::test]
async fn a_name_taken_by_somebody_else_is_refused_before_anything_is_created() {
    let stage = Stage::new().await;
    let theirs = stage.foreign_service("nginx-svc").await;
    let draft = stage.draft(|_| {}).await;

    let problem = stage.submit(&draft, "k").await.problem(409);

    assert_eq!(problem.code, "name_taken");
    assert_eq!(problem.issues[0].field, "services.4.name");
    assert!(matches!(&problem.issues[0].problem, Problem::NameTaken { owner, .. } if owner == "Helm theirs"));
    assert_eq!(stage.objects().await, ["Service nginx-svc"]);
    assert_eq!(
        stage.api::<Service>().get("nginx-svc").await.unwrap(),
        theirs,
        "untouched"
    );
}

#[tokio::test]
async fn a_name_taken_between_check_and_create_is_refused_and_untouched() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("services"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    let theirs = stage.foreign_service("nginx-svc").await;
    held.release();
    let ended = stage.ended(&started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Undone, Some("name_taken"))
    );
    assert_eq!(ended.issues[0].field, "services.4.name");
    assert_eq!(stage.objects().await, ["Service nginx-svc"]);
    assert_eq!(
        stage.api::<Service>().get("nginx-svc").await.unwrap(),
        theirs,
        "untouched"
    );
}

#[tokio::test]
async fn what_was_made_before_a_refusal_is_taken_back() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("ingresses"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();
    assert_eq!(stage.objects().await.len(), 3, "all but the Ingress");

    no_more_ingresses(&stage).await;
    held.release();
    let ended = stage.ended(&started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Undone, Some("refused")),
        "{ended:#?}"
    );
    assert_eq!(stage.objects().await, [""; 0]);
    let outcomes: Vec<_> = ended
        .steps
        .iter()
        .map(|step| step.outcome.as_deref().unwrap())
        .collect();
    assert_eq!(outcomes, ["deleted", "deleted", "deleted", "refused"]);
    assert_eq!(ended.issues[0].field, "ingresses.6.name");
    let again = stage.submit(&draft, "another try").await;
    assert_eq!(
        again.problem(422).issues[0].field,
        "ingresses.6.name",
        "the dry run sees the quota now"
    );
}

#[tokio::test]
async fn what_somebody_else_has_changed_meanwhile_is_kept_and_named() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("ingresses"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    let label = json!({ "metadata": { "labels": { "mine": "now" } } });
    let params = PatchParams {
        field_manager: Some("kubectl-label".into()),
        ..PatchParams::default()
    };
    stage
        .api::<Service>()
        .patch("nginx-svc", &params, &Patch::Merge(label))
        .await
        .unwrap();
    no_more_ingresses(&stage).await;
    held.release();
    let ended = stage.ended(&started.id).await;

    assert_eq!(ended.state, OperationState::Stuck);
    assert_eq!(stage.objects().await, ["Service nginx-svc"]);
    assert_eq!(ended.steps[0].outcome.as_deref(), Some("kept_changed_by_others"));
    assert_eq!(ended.steps[0].message.as_deref(), Some("kubectl-label"));
}

/// Lets no further Ingress be created in the namespace.
async fn no_more_ingresses(stage: &Stage) {
    let quota = json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "none" },
        "spec": { "hard": { "count/ingresses.networking.k8s.io": "0" } },
    });
    let api = stage.api::<ResourceQuota>();
    api.create(&PostParams::default(), &serde_json::from_value(quota).unwrap())
        .await
        .unwrap();
    // Known to admission only when it says so itself.
    let probe = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": "probe" },
        "spec": { "defaultBackend": { "service": { "name": "none", "port": { "number": 1 } } } },
    });
    let probe: Ingress = serde_json::from_value(probe).unwrap();
    let dry = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    let refused = async { while stage.api::<Ingress>().create(&dry, &probe).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(30), refused)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_lost_answer_makes_nothing_twice() {
    for plural in ["services", "deployments"] {
        let proxy = proxy().await;
        let stage = Stage::behind(&proxy).await;
        let draft = stage.draft(|_| {}).await;
        proxy.times(1, creates(plural), Fault::LoseAnswer);

        let ended = stage.created(&draft).await;

        succeeded(&ended);
        assert_eq!(stage.objects().await, ALL);
        assert!(
            ended
                .steps
                .iter()
                .any(|step| step.outcome.as_deref() == Some("already_ours")),
            "{ended:#?}"
        );
    }
}

#[tokio::test]
async fn faults_that_pass_are_waited_for() {
    let faults = [
        ("services", Fault::too_many_requests(1)),
        ("deployments", Fault::Cut),
        ("ingresses", Fault::internal_error()),
        ("horizontalpodautoscalers", Fault::conflict()),
    ];
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    for (plural, fault) in faults {
        proxy.times(1, creates(plural), fault);
    }

    let ended = stage.created(&draft).await;

    succeeded(&ended);
    assert_eq!(stage.objects().await, ALL);
    assert!(ended.steps.iter().all(|step| step.attempts >= 2), "{ended:#?}");
}

#[tokio::test]
async fn an_operation_is_watched_to_its_end() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    let member = stage.app.state.members.find_person("shop-dev").unwrap();
    let stranger = stage.app.state.members.find_person("bank-dev").unwrap();
    let id = slipway_backend::apply::OperationId(started.id.parse().unwrap());

    assert!(
        stage
            .app
            .state
            .operations
            .watch(&stranger, id)
            .await
            .unwrap()
            .is_none()
    );
    let watched = stage
        .app
        .state
        .operations
        .watch(&member, id)
        .await
        .unwrap()
        .unwrap();
    let seen: Vec<OperationView> = watched.collect().await;

    succeeded(seen.last().unwrap());
    let done = |view: &OperationView| {
        view.steps
            .iter()
            .filter(|step| step.state == StepState::Done)
            .count()
    };
    assert!(seen.is_sorted_by_key(done), "it only moves on");
}

#[tokio::test]
async fn the_plan_of_a_draft_is_what_is_created() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;

    let plan: slipway_api::PlanView = stage.dev().get(&paths::draft_plan(&draft.id)).await.json(200);

    let kinds: Vec<_> = plan.objects.iter().map(|object| object.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["Service", "Deployment", "HorizontalPodAutoscaler", "Ingress"]
    );
    assert_eq!(plan.issues, []);
    assert!(plan.yaml.contains("kind: Deployment") && plan.hash.is_some());
    let operation = stage.created(&draft).await;
    let deployment: Deployment = stage.api().get("nginx").await.unwrap();
    assert_eq!(
        Some(&deployment.metadata.annotations.unwrap()["slipway.dev/plan-hash"]),
        plan.hash.as_ref()
    );
    let draft: slipway_api::DraftView = stage.dev().get(&paths::draft(&draft.id)).await.json(200);
    assert_eq!(
        draft.operation.as_ref(),
        Some(&operation.id),
        "the draft leads to its operation"
    );
    assert_eq!(steps(&operation)[1], ("Deployment".into(), "created".into()));
}

#[tokio::test]
async fn rights_that_end_half_way_leave_a_record_of_what_is_left() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("ingresses"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    stage
        .api::<RoleBinding>()
        .delete("shop-dev-edit", &DeleteParams::default())
        .await
        .unwrap();
    until_forbidden(&stage).await;
    held.release();
    let ended = stage.ended(&started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stuck, Some("permission_lost"))
    );
    let outcomes: Vec<_> = ended
        .steps
        .iter()
        .map(|step| step.outcome.as_deref().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        [
            "kept_not_allowed",
            "kept_not_allowed",
            "kept_not_allowed",
            "not_allowed"
        ]
    );
    assert!(
        ended.steps[..3].iter().all(|step| step.uid.is_some()),
        "each thing left is named"
    );
    assert_eq!(stage.objects().await.len(), 3);
}

/// Waits until the API server has noticed that `shop-dev` may nothing any more.
async fn until_forbidden(stage: &Stage) {
    let theirs = stage.cluster.client_for("shop-dev", &[]).await.unwrap();
    let services: Api<Service> = Api::namespaced(theirs, &stage.namespace);
    let forbidden = async { while services.get("nginx-svc").await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(30), forbidden)
        .await
        .unwrap();
}

#[tokio::test]
async fn another_cluster_behind_the_same_context_stops_operations_and_gets_nothing() {
    let proxy = proxy().await;
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::copy(proxy.kubeconfig(), &kubeconfig).unwrap();
    let mut stage = Stage::with(kubeconfig.clone()).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("services"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    let other = Cluster::start(Options::default()).await.unwrap();
    std::fs::copy(other.kubeconfig(), &kubeconfig).unwrap();
    stage.app = stage.app.restarted().await;
    let ended = stage.ended(&started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stopped, Some("cluster_replaced"))
    );
    assert!(
        !other
            .audit()
            .unwrap()
            .iter()
            .any(|entry| entry.request_uri.contains("fieldManager=slipway"))
    );
    let kept: slipway_api::DraftView = stage.dev().get(&paths::draft(&draft.id)).await.json(200);
    assert_eq!(kept.content, draft.content, "its draft stays");
    other.stop().await.unwrap();
}
