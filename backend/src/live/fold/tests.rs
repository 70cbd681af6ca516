#![expect(clippy::needless_pass_by_value, reason = "JSON reads best where it stands")]

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use slipway_api::{Access, AppDetail, AppRow, EndpointKind, Health};

use super::*;

fn read<T: DeserializeOwned>(object: Value) -> T {
    serde_json::from_value(object).unwrap()
}

/// An app with nothing wrong, until a test says otherwise.
struct Case {
    deployment: Value,
    pods: Vec<Value>,
    services: Vec<Value>,
    ingresses: Vec<Value>,
    autoscaler: Option<Value>,
    simulated: bool,
}

fn an_app() -> Case {
    Case {
        deployment: json!({
            "metadata": { "name": "web", "namespace": "shop", "generation": 1, "creationTimestamp": "2026-01-02T03:04:05Z",
                          "labels": { "app": "web" } },
            "spec": { "replicas": 2, "selector": {}, "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "web", "image": "nginx:1.29" }] } } },
            "status": { "observedGeneration": 1, "replicas": 2, "readyReplicas": 2, "updatedReplicas": 2,
                        "availableReplicas": 2,
                        "conditions": [progressing("True", "NewReplicaSetAvailable")] },
        }),
        pods: vec![a_pod("web-1"), a_pod("web-2")],
        services: Vec::new(),
        ingresses: Vec::new(),
        autoscaler: None,
        simulated: false,
    }
}

fn progressing(status: &str, reason: &str) -> Value {
    json!({ "type": "Progressing", "status": status, "reason": reason, "message": reason })
}

fn a_pod(name: &str) -> Value {
    json!({
        "metadata": { "name": name, "namespace": "shop" },
        "spec": { "containers": [{ "name": "web" }] },
        "status": { "phase": "Running", "podIP": "10.1.0.9", "hostIP": "10.0.0.7", "containerStatuses": [container(true, json!({ "running": {} }))] },
    })
}

fn container(ready: bool, state: Value) -> Value {
    json!({ "name": "web", "image": "nginx", "imageID": "", "ready": ready, "restartCount": 3, "state": state })
}

fn waiting(name: &str, reason: &str) -> Value {
    let mut pod = a_pod(name);
    pod["status"]["phase"] = json!("Pending");
    let state = json!({ "waiting": { "reason": reason, "message": format!("about {reason}") } });
    pod["status"]["containerStatuses"] = json!([container(false, state)]);
    pod
}

impl Case {
    /// So many pods serve; the rest of what is wanted does not.
    fn with_ready(mut self, ready: u32) -> Self {
        let status = &mut self.deployment["status"];
        status["readyReplicas"] = json!(ready);
        status["availableReplicas"] = json!(ready);
        self
    }

    fn with_pods(mut self, pods: Vec<Value>) -> Self {
        self.pods = pods;
        self
    }

    fn with_condition(mut self, condition: Value) -> Self {
        self.deployment["status"]["conditions"] = json!([condition]);
        self
    }

    fn with_service(mut self, name: &str, kind: &str, ports: Value) -> Self {
        self.services.push(json!({
            "metadata": { "name": name, "namespace": "shop" },
            "spec": { "type": kind, "clusterIP": "10.96.0.5", "selector": { "app": "web" }, "ports": ports },
            "status": {},
        }));
        self
    }

    fn with_ingress(mut self, ingress: Value) -> Self {
        self.ingresses.push(ingress);
        self
    }

    fn judged<T>(&self, judge: impl FnOnce(&AppObjects<'_>) -> T) -> T {
        let deployment = DeploymentRecord::from(read::<Deployment>(self.deployment.clone()));
        let pods: Vec<PodRecord> = self
            .pods
            .iter()
            .map(|pod| read::<Pod>(pod.clone()).into())
            .collect();
        let services: Vec<ServiceRecord> = self
            .services
            .iter()
            .map(|service| read::<Service>(service.clone()).into())
            .collect();
        let ingresses: Vec<IngressRecord> = self
            .ingresses
            .iter()
            .map(|ingress| read::<Ingress>(ingress.clone()).into())
            .collect();
        let autoscaler: Option<AutoscalerRecord> = self
            .autoscaler
            .as_ref()
            .map(|one| read::<HorizontalPodAutoscaler>(one.clone()).into());
        judge(&AppObjects {
            cluster: "prod",
            simulated: self.simulated,
            deployment: &deployment,
            pods: pods.iter().collect(),
            services: services.iter().collect(),
            ingresses: ingresses.iter().collect(),
            autoscaler: autoscaler.as_ref(),
        })
    }

    fn row(&self) -> AppRow {
        self.judged(app_row)
    }

    fn detail(&self) -> AppDetail {
        self.judged(|objects| app_detail(objects, Access::default()))
    }

    fn health(&self) -> (Health, Option<String>) {
        let row = self.row();
        (row.health, row.reason.map(|reason| reason.code))
    }
}

fn because(health: Health, code: &str) -> (Health, Option<String>) {
    (health, Some(code.to_owned()))
}

#[test]
fn an_app_whose_pods_all_serve_is_running_and_gives_no_reason() {
    let row = an_app().row();

    assert_eq!((row.health, row.reason), (Health::Running, None));
    assert_eq!((row.wanted, row.ready, row.updated), (2, 2, 2));
    assert_eq!(row.images, ["nginx:1.29"]);
    assert_eq!(row.created_at, 1_767_323_045_000);
}

#[test]
fn what_keeps_a_pod_from_starting_is_the_reason_of_the_app() {
    for (said, code) in [
        ("ErrImagePull", "image_pull_failed"),
        ("ImagePullBackOff", "image_pull_failed"),
        ("InvalidImageName", "invalid_image"),
        ("CreateContainerConfigError", "config_missing"),
        ("RunContainerError", "start_failed"),
        ("CrashLoopBackOff", "crash_looping"),
    ] {
        let app = an_app().with_ready(0).with_pods(vec![waiting("web-1", said)]);

        assert_eq!(app.health(), because(Health::Failed, code), "{said}");
    }
}

#[test]
fn an_app_that_still_serves_in_part_is_degraded_not_failed() {
    let app = an_app()
        .with_ready(1)
        .with_pods(vec![a_pod("web-1"), waiting("web-2", "ImagePullBackOff")]);

    let row = app.row();

    assert_eq!(row.health, Health::Degraded);
    let reason = row.reason.unwrap();
    assert_eq!(
        (reason.object.as_str(), reason.message.as_deref()),
        ("Pod web-2", Some("about ImagePullBackOff"))
    );
}

#[test]
fn of_several_reasons_the_one_to_mend_first_is_named() {
    let pods = vec![
        waiting("web-1", "CrashLoopBackOff"),
        waiting("web-2", "ErrImagePull"),
    ];

    let app = an_app()
        .with_ready(0)
        .with_pods(pods)
        .with_condition(progressing("False", "ProgressDeadlineExceeded"));

    assert_eq!(app.health(), because(Health::Failed, "image_pull_failed"));
}

#[test]
fn a_pod_that_finds_no_room_may_still_find_it() {
    let mut pod = a_pod("web-1");
    pod["status"] = json!({ "phase": "Pending", "conditions": [
        { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available" }] });

    let app = an_app().with_ready(0).with_pods(vec![pod]);

    assert_eq!(app.health(), because(Health::Degraded, "unschedulable"));
}

#[test]
fn pods_that_a_quota_forbids_are_named_as_such() {
    let failure = |message: &str| json!({ "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message });

    let quota = an_app()
        .with_ready(0)
        .with_pods(vec![])
        .with_condition(failure("pods is forbidden: exceeded quota: q"));
    let policy = an_app()
        .with_ready(0)
        .with_pods(vec![])
        .with_condition(failure("violates PodSecurity"));

    assert_eq!(quota.health(), because(Health::Failed, "quota_exceeded"));
    assert_eq!(policy.health(), because(Health::Failed, "pods_refused"));
}

#[test]
fn a_roll_out_that_takes_too_long_says_so() {
    let app = an_app()
        .with_ready(0)
        .with_condition(progressing("False", "ProgressDeadlineExceeded"));

    assert_eq!(
        app.health(),
        because(Health::Failed, "progress_deadline_exceeded")
    );
}

#[test]
fn a_new_app_is_on_its_way() {
    let mut app = an_app().with_pods(vec![]);
    app.deployment["status"] = json!({});

    assert_eq!(app.health(), because(Health::Progressing, "rolling_out"));
}

#[test]
fn an_app_replacing_its_pods_is_on_its_way() {
    let mut app = an_app().with_condition(progressing("True", "ReplicaSetUpdated"));
    app.deployment["status"]["updatedReplicas"] = json!(1);
    app.deployment["status"]["replicas"] = json!(3);

    assert_eq!(app.health(), because(Health::Progressing, "rolling_out"));
}

#[test]
fn a_pod_that_stops_being_ready_later_degrades_the_app() {
    let app = an_app().with_ready(1);

    assert_eq!(app.health(), because(Health::Degraded, "not_ready"));
}

#[test]
fn an_app_scaled_to_zero_is_stopped_once_its_pods_are_gone() {
    let mut app = an_app().with_ready(0);
    app.deployment["spec"]["replicas"] = json!(0);
    assert_eq!(app.health(), because(Health::Progressing, "scaling_down"));

    app.deployment["status"]["replicas"] = json!(0);
    assert_eq!(app.health(), because(Health::Stopped, "scaled_to_zero"));
}

#[test]
fn an_evicted_pod_that_was_replaced_is_no_trouble_any_more() {
    let mut evicted = a_pod("web-0");
    evicted["status"] = json!({ "phase": "Failed", "reason": "Evicted" });

    let app = an_app().with_pods(vec![evicted, a_pod("web-1"), a_pod("web-2")]);

    assert_eq!(app.health(), (Health::Running, None));
}

#[test]
fn a_pod_is_described_as_kubectl_does() {
    let mut leaving = a_pod("web-3");
    leaving["metadata"]["deletionTimestamp"] = json!("2026-01-02T03:04:05Z");
    let mut starting = a_pod("web-4");
    starting["status"] = json!({ "phase": "Pending", "initContainerStatuses": [
        container(false, json!({ "terminated": { "exitCode": 0 } })), container(false, json!({ "running": {} }))] });
    let mut ended = a_pod("web-5");
    ended["status"]["containerStatuses"] =
        json!([container(false, json!({ "terminated": { "exitCode": 7 } }))]);

    let app = an_app().with_pods(vec![
        a_pod("web-1"),
        waiting("web-2", "ErrImagePull"),
        leaving,
        starting,
        ended,
    ]);

    let said: Vec<String> = app.detail().pods.into_iter().map(|pod| pod.status).collect();
    assert_eq!(
        said,
        ["Running", "ErrImagePull", "Terminating", "Init:1/2", "ExitCode:7"]
    );
}

#[test]
fn an_ingress_host_is_the_first_endpoint_and_names_its_address() {
    let app = an_app().with_service("web-svc", "ClusterIP", json!([{ "port": 80, "targetPort": 80 }])).with_ingress(json!({
        "metadata": { "name": "web-ingress", "namespace": "shop" },
        "spec": { "ingressClassName": "sim",
            "tls": [{ "hosts": ["*.bar.com"] }],
            "rules": [
                { "host": "foo.bar.com", "http": { "paths": [
                    { "path": "/shop", "pathType": "Prefix", "backend": { "service": { "name": "web-svc", "port": { "number": 80 } } } },
                    { "path": "/other", "pathType": "Prefix", "backend": { "service": { "name": "other", "port": { "number": 80 } } } }] } }] },
        "status": { "loadBalancer": { "ingress": [{ "ip": "192.0.2.10" }] } },
    }));

    let detail = app.detail();

    let kinds: Vec<EndpointKind> = detail.endpoints.iter().map(|endpoint| endpoint.kind).collect();
    assert_eq!(
        kinds,
        [EndpointKind::Ingress, EndpointKind::ClusterIp],
        "the path of another Service is not this app's"
    );
    let first = detail.row.endpoint.unwrap();
    assert_eq!(
        (first.scheme.as_str(), first.host.as_str(), first.port),
        ("https", "foo.bar.com", 443)
    );
    assert_eq!(
        (first.path.as_str(), first.address.as_deref()),
        ("/shop", Some("192.0.2.10"))
    );
    assert!(first.external);
}

#[test]
fn a_load_balancer_without_an_address_is_pending() {
    let app = an_app().with_service("web-svc", "LoadBalancer", json!([{ "port": 6379 }]));

    let first = app.row().endpoint.unwrap();

    assert_eq!(
        (first.kind, first.host.as_str(), first.address),
        (EndpointKind::LoadBalancer, "", None)
    );
    assert_eq!((first.scheme.as_str(), first.path.as_str()), ("tcp", ""));
}

#[test]
fn a_node_port_is_reached_at_a_node_of_its_pods() {
    let app = an_app().with_service("web-svc", "NodePort", json!([{ "port": 80, "nodePort": 30080 }]));

    let first = app.row().endpoint.unwrap();

    assert_eq!(
        (first.kind, first.host.as_str(), first.port),
        (EndpointKind::NodePort, "10.0.0.7", 30080)
    );
    assert_eq!(first.scheme, "http");
}

#[test]
fn an_address_inside_the_cluster_is_not_external() {
    let app = an_app().with_service("dns", "ClusterIP", json!([{ "port": 53, "protocol": "UDP" }]));

    let first = app.row().endpoint.unwrap();

    assert_eq!(
        (first.host.as_str(), first.scheme.as_str(), first.external),
        ("dns.shop.svc", "udp", false)
    );
    assert_eq!(first.address.as_deref(), Some("10.96.0.5"));
}

#[test]
fn addresses_of_a_simulated_cluster_say_so() {
    let mut app = an_app().with_service("web-svc", "LoadBalancer", json!([{ "port": 80 }]));
    assert!(app.detail().endpoints.iter().all(|endpoint| !endpoint.simulated));

    app.simulated = true;

    let detail = app.detail();
    assert!(detail.services.iter().all(|service| service.simulated));
    assert!(detail.endpoints.iter().all(|endpoint| endpoint.simulated));
}

#[test]
fn an_autoscaler_shows_its_target_and_why_it_does_not_work() {
    let mut app = an_app();
    app.autoscaler = Some(json!({
        "metadata": { "name": "web", "creationTimestamp": "2026-01-02T03:04:05Z" },
        "spec": { "minReplicas": 2, "maxReplicas": 5, "scaleTargetRef": { "kind": "Deployment", "name": "web" },
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 70 } } }] },
        "status": { "desiredReplicas": 3, "currentMetrics": null, "conditions": [
            { "type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "no metrics" }] },
    }));

    let autoscaler = app.detail().autoscaler.unwrap();

    assert_eq!((autoscaler.min, autoscaler.max, autoscaler.desired), (2, 5, 3));
    assert_eq!(
        (autoscaler.target_utilization, autoscaler.current_utilization),
        (Some(70), None)
    );
    assert_eq!(autoscaler.reason.unwrap().code, "metrics_missing");
    assert_eq!(autoscaler.created_at, 1_767_323_045_000);
}

#[test]
fn the_tool_that_looks_after_an_app_is_recognised() {
    let managed = |meta: Value| {
        let mut app = an_app();
        for (key, value) in meta.as_object().unwrap() {
            app.deployment["metadata"][key] = value.clone();
        }
        app.row().managed_by
    };
    assert_eq!(managed(json!({})), None);
    assert_eq!(
        managed(json!({ "labels": { "app.kubernetes.io/managed-by": "slipway" } })).as_deref(),
        Some("slipway")
    );
    assert_eq!(
        managed(json!({ "labels": { "app.kubernetes.io/managed-by": "Helm" } })).as_deref(),
        Some("helm")
    );
    let owner = |controller: bool| json!([{ "apiVersion": "example.com/v1", "kind": "Shop", "name": "web", "uid": "u", "controller": controller }]);
    let of_operator =
        json!({ "ownerReferences": owner(true), "labels": { "app.kubernetes.io/managed-by": "Helm" } });
    assert_eq!(managed(of_operator).as_deref(), Some("shop"));
    assert_eq!(managed(json!({ "ownerReferences": owner(false) })), None);
    let argo = json!({ "annotations": { "argocd.argoproj.io/tracking-id": "a" }, "labels": { "app.kubernetes.io/managed-by": "Helm" } });
    assert_eq!(
        managed(argo).as_deref(),
        Some("argocd"),
        "what it would revert counts, not what rendered it"
    );
}
