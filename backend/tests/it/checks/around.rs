//! What lies around an app: other apps, components of the cluster, the namespace itself.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams};
use local_cluster::Fault;
use serde_json::{Value, json};
use slipway_api::{CheckCode, CheckState, ChecksView};
use slipway_model::Problem;

use super::{checked, put, put_in, run, said};
use crate::preflight::allow_to_read_namespaces;
use crate::stage::{Stage, allow};
use crate::support::{documented_proxy, eventually};

/// An answer of the API server that is none.
fn failing(code: u16, reason: &'static str) -> Fault {
    Fault::Answer {
        code,
        reason,
        retry_after: None,
    }
}

/// Who serves the host already, as far as it is told.
fn owners(view: &ChecksView) -> Vec<String> {
    let owner = |issue: &slipway_model::Issue| match &issue.problem {
        Problem::HostTaken { owner, .. } | Problem::ListenerInUse { owner, .. } => Some(owner.clone()),
        _ => None,
    };
    view.issues.iter().filter_map(owner).collect()
}

#[tokio::test]
async fn a_host_that_is_served_elsewhere_is_told_without_telling_what_may_not_be_seen() {
    let stage = Stage::new().await;
    let host = format!("{}.example", stage.namespace);
    let elsewhere = stage.cluster.namespace("bank").await.unwrap();
    let backend = json!({ "service": { "name": "theirs", "port": { "number": 80 } } });
    let paths = json!([{ "path": "/", "pathType": "Prefix", "backend": backend }]);
    let spec = json!({ "rules": [{ "host": host, "http": { "paths": paths } }] });
    put_in::<Ingress>(
        &stage,
        &elsewhere,
        json!({ "metadata": { "name": "theirs" }, "spec": spec }),
    )
    .await;
    let draft = stage
        .draft(|draft| {
            draft["ingresses"][0]["rules"] =
                json!([{ "id": 7, "host": host }, { "id": 8, "host": host, "path": "/more" }]);
        })
        .await;

    let hidden = run(&stage, &draft).await;
    allow(&stage.kube, &elsewhere, "shop-dev", "view").await;
    let seen = run(&stage, &draft).await;

    let told = ["Ingress nginx-ingress Warning ingresses.6.rules.7.path=host_taken"];
    assert_eq!(said(&hidden, CheckCode::Hosts), told);
    assert_eq!(owners(&hidden), [""]);
    let words = serde_json::to_string(&hidden).unwrap();
    assert!(
        !words.contains(&elsewhere) && !words.contains("theirs"),
        "{words}"
    );
    assert_eq!(said(&seen, CheckCode::Hosts), told);
    assert_eq!(owners(&seen), [format!("{elsewhere}/theirs")]);
}

#[tokio::test]
async fn a_class_that_nobody_carries_out_is_told() {
    let stage = Stage::new().await;

    let view = checked(&stage, |draft| draft["ingresses"][0]["class"] = json!("nowhere")).await;

    assert_eq!(
        said(&view, CheckCode::IngressClass),
        ["Ingress nginx-ingress Warning ingresses.6.class=absent"]
    );
}

#[tokio::test]
async fn a_port_of_a_load_balancer_that_another_service_uses_is_refused() {
    let stage = Stage::new().await;
    let id = format!("lb-{}", stage.namespace);
    let elsewhere = stage.cluster.namespace("bank").await.unwrap();
    let annotations = json!({ "service.beta.kubernetes.io/alicloud-loadbalancer-id": id });
    let theirs = json!({
        "metadata": { "name": "theirs", "annotations": annotations },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
    });
    put_in::<Service>(&stage, &elsewhere, theirs).await;

    let view = checked(&stage, |draft| {
        draft["ingresses"] = json!([]);
        draft["services"][0]["kind"] = json!("LoadBalancer");
        draft["services"][0]["balancer"] = json!({ "kind": "existing", "instance": id });
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::LoadBalancer),
        [
            "Service nginx-svc Failed services.4.balancer.instance=component_missing \
             services.4.ports.5.port=listener_in_use"
        ]
    );
    assert_eq!(owners(&view), [""], "it is in a namespace that may not be seen");
}

#[tokio::test]
async fn scaling_without_its_figures_is_told() {
    let proxy = documented_proxy().await;
    let stage = Stage::behind(&proxy).await;
    let metrics = |asked: &local_cluster::Asked| asked.path.starts_with("/apis/metrics.k8s.io");
    proxy.on(metrics, failing(503, "ServiceUnavailable"));

    let view = checked(&stage, |_| {}).await;

    assert_eq!(
        said(&view, CheckCode::Metrics),
        ["HorizontalPodAutoscaler nginx Warning scaling.metric.enabled=component_missing"]
    );
}

#[tokio::test]
async fn a_read_that_fails_is_told_and_hides_nothing_else() {
    let proxy = documented_proxy().await;
    let stage = Stage::behind(&proxy).await;
    let quotas = |asked: &local_cluster::Asked| asked.path.ends_with("/resourcequotas");
    proxy.on(quotas, failing(500, "InternalError"));
    let limits = |asked: &local_cluster::Asked| asked.path.ends_with("/limitranges");
    proxy.on(limits, Fault::Delay(Duration::from_mins(1)));

    // A host that no other test serves.
    let host = format!("{}.example", stage.namespace);
    let view = checked(&stage, |draft| {
        draft["ingresses"][0]["rules"][0]["host"] = json!(host);
    })
    .await;

    let went = |code| {
        let mut of_code = view.checks.iter().filter(|check| check.code == code);
        of_code
            .next()
            .map(|check| (check.state, check.evidence.clone().unwrap_or_default()))
    };
    let (quota, words) = went(CheckCode::Quota).unwrap();
    assert_eq!(quota, CheckState::CouldNotCheck);
    assert!(words.contains("the cluster failed"), "{words}");
    let unknown = view
        .checks
        .iter()
        .filter(|check| check.state == CheckState::CouldNotCheck);
    assert_eq!(unknown.count(), 2, "one hangs, one fails: {:#?}", view.checks);
    assert_eq!(went(CheckCode::DryRun).unwrap().0, CheckState::Passed);
    assert!(view.issues.is_empty(), "{:#?}", view.issues);
}

#[tokio::test]
async fn a_dry_run_that_is_not_answered_is_told_and_hides_nothing_else() {
    let proxy = documented_proxy().await;
    let stage = Stage::behind(&proxy).await;
    let created = |asked: &local_cluster::Asked| {
        asked.method == http::Method::POST && asked.path.ends_with("/ingresses")
    };
    proxy.on(created, Fault::Cut);

    let view = checked(&stage, |_| {}).await;

    let tried = said(&view, CheckCode::DryRun);
    assert!(
        tried
            .iter()
            .any(|line| line.starts_with("Ingress nginx-ingress CouldNotCheck")),
        "{tried:?}"
    );
    assert!(tried.contains(&"Deployment nginx Passed".to_owned()), "{tried:?}");
    assert!(
        !view.issues.iter().any(slipway_model::Issue::is_error),
        "{:#?}",
        view.issues
    );
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_beside_what_is_refused() {
    let stage = Stage::new().await;
    stage.foreign_service("nginx-svc").await;
    super::pods::quota(&stage, json!({ "services": "1" })).await;

    let view = checked(&stage, |_| {}).await;

    let names = said(&view, CheckCode::Names);
    let taken = "Service nginx-svc Failed services.4.name=name_taken";
    assert!(names.iter().any(|line| line == taken), "{names:?}");
    let tried = said(&view, CheckCode::DryRun);
    assert!(
        tried
            .iter()
            .any(|line| line.starts_with("Service nginx-svc Failed")),
        "{tried:?}"
    );
}

#[tokio::test]
async fn whatever_else_selects_the_pods_is_named() {
    let stage = Stage::new().await;
    let service = json!({ "metadata": { "name": "old-svc" }, "spec": { "selector": { "app": "nginx" }, "ports": [{ "port": 9 }] } });
    put::<Service>(&stage, service).await;
    let labels = json!({ "app": "nginx" });
    let template = json!({ "metadata": { "labels": labels }, "spec": { "containers": [{ "name": "c", "image": "nginx:1.27" }] } });
    let spec = json!({ "replicas": 0, "selector": { "matchLabels": labels }, "template": template });
    put::<Deployment>(&stage, json!({ "metadata": { "name": "old" }, "spec": spec })).await;

    let view = checked(&stage, |_| {}).await;
    let other = checked(&stage, |draft| {
        draft["basics"]["name"] = json!("other");
        draft["pod"] = json!({ "labels": [{ "id": 11, "key": "app", "value": "quite-other" }] });
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::Selectors),
        ["- Warning pod.labels=also_selected pod.labels=also_selected"]
    );
    assert_eq!(said(&other, CheckCode::Selectors), ["- Passed"]);
}

#[tokio::test]
async fn a_namespace_on_its_way_out_takes_nothing() {
    let stage = Stage::new().await;
    allow_to_read_namespaces(&stage).await;
    let kept = json!({ "metadata": { "name": "kept", "finalizers": ["test.example/keep"] } });
    put::<ConfigMap>(&stage, kept).await;
    let namespaces: Api<Namespace> = Api::all(stage.kube.clone());
    let draft = stage.draft(|_| {}).await;
    namespaces
        .delete(&stage.namespace, &DeleteParams::default())
        .await
        .unwrap();

    let view = eventually("it is seen to go", async || {
        let view = run(&stage, &draft).await;
        let gone = view
            .checks
            .iter()
            .any(|check| check.code == CheckCode::Namespace && check.state == CheckState::Failed);
        gone.then_some(view)
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::Namespace),
        ["- Failed basics.namespace=namespace_terminating"]
    );
    let none: Value = json!({ "metadata": { "finalizers": null } });
    let maps: Api<ConfigMap> = stage.api();
    maps.patch("kept", &PatchParams::default(), &Patch::Merge(none))
        .await
        .unwrap();
}
