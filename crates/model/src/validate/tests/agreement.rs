//! Pairs of fields that must agree, which nobody but the form checks.

use serde_json::json;

use super::guide::{errors, shop, warnings, with};
use crate::app::{Exposure, StatefulUpdate, Workload, WorkloadKind};
use crate::{Draft, Problem, validate};

fn draft(value: serde_json::Value) -> Draft {
    let mut draft: Draft = serde_json::from_value(value).unwrap();
    draft.give_ids();
    draft
}

/// A Service of type LoadBalancer in front of a small app.
pub(super) fn balanced(service: &serde_json::Value) -> Draft {
    let mut whole = json!({
        "basics": { "namespace": "default", "name": "web", "replicas": 1 },
        "containers": [{ "image": "nginx:1.27", "ports": [{ "number": 80 }] }],
        "services": [{ "id": 5, "name": "web", "kind": "LoadBalancer", "reach": "private",
                       "ports": [{ "id": 6, "port": 80 }] }],
    });
    for (key, value) in service.as_object().unwrap() {
        whole["services"][0][key] = value.clone();
    }
    draft(whole)
}

pub(super) fn problems(issues: &[crate::Issue]) -> Vec<(&str, &Problem)> {
    issues
        .iter()
        .map(|issue| (issue.field.as_str(), &issue.problem))
        .collect()
}

#[test]
fn scaling_by_a_metric_needs_a_request_or_a_limit_for_it_in_every_container_that_keeps_running() {
    let without = [
        ("containers.1.resources.memory_request", ""),
        ("containers.1.resources.memory_limit", ""),
    ];
    let errors_without = errors(&with(shop(), &without));

    let container = "shop".to_owned();
    let problem = Problem::RequestNeeded {
        metric: "memory".into(),
        container,
    };
    assert_eq!(
        problems(&errors_without),
        [("containers.1.resources.memory_request", &problem)]
    );
    assert_eq!(
        errors(&with(shop(), &without[..1])),
        [],
        "a limit is reserved as well"
    );
}

#[test]
fn headless_and_traffic_policy_do_something_for_their_types_only() {
    let not_for = |kind: &str| Problem::NotForType { kind: kind.into() };
    let headless = balanced(&json!({ "kind": "NodePort", "headless": true }));
    let policy = balanced(&json!({ "kind": "ClusterIP", "traffic_policy": "Local" }));

    assert_eq!(
        problems(&warnings(&headless)),
        [("services.5.headless", &not_for("NodePort"))]
    );
    assert_eq!(
        problems(&warnings(&policy)),
        [("services.5.traffic_policy", &not_for("ClusterIP"))]
    );
    let none = balanced(&json!({ "kind": "ClusterIP", "headless": true, "ports": [] }));
    assert_eq!(
        validate(&none).app.unwrap().services[0].exposure,
        Exposure::Headless
    );
}

#[test]
fn an_init_container_has_no_health_checks_and_no_lifecycle_but_a_sidecar_has() {
    let container = |kind: &str| {
        draft(json!({
            "basics": { "namespace": "default", "name": "web", "replicas": 1 },
            "containers": [
                { "image": "nginx:1.27" },
                { "id": 7, "name": "first", "kind": kind, "image": "busybox:1.36",
                  "startup": { "enabled": true, "kind": "tcp", "port": 80 },
                  "pre_stop": [{ "text": "true" }] }],
        }))
    };

    let never = Problem::NotForInitContainer {};
    assert_eq!(
        problems(&errors(&container("init"))),
        [
            ("containers.7.startup.enabled", &never),
            ("containers.7.pre_stop", &never)
        ]
    );
    assert_eq!(errors(&container("sidecar")), []);
    assert_eq!(errors(&container("main")), []);
}

#[test]
fn one_container_keeps_running() {
    let errors = errors(&with(
        shop(),
        &[("containers.1.kind", "sidecar"), ("containers.2.kind", "init")],
    ));

    assert_eq!(
        problems(&errors),
        [("containers", &Problem::NeedsMainContainer {})]
    );
}

#[test]
fn a_canary_says_which_requests_it_takes() {
    let silent = [
        ("ingresses.6.canary.weight", ""),
        ("ingresses.6.canary.header", ""),
        ("ingresses.6.canary.cookie", ""),
    ];
    let found = errors(&with(shop(), &silent));
    assert_eq!(
        problems(&found),
        [("ingresses.6.canary.weight", &Problem::CanaryWithoutRule {})]
    );

    let nothing = errors(&with(
        shop(),
        &[("ingresses.6.weight", "0"), ("ingresses.6.canary.weight", "0")],
    ));
    assert_eq!(
        problems(&nothing),
        [("ingresses.6.canary.weight", &Problem::WeightsAllZero {})]
    );
}

#[test]
fn the_ingress_of_a_canary_needs_its_name() {
    let mut draft = shop();
    let mut other = draft.ingresses[0].clone();
    other.id = 60;
    other.name.set("shop-canary");
    other.canary = crate::draft::Canary::default();
    other.annotations.clear();
    draft.ingresses.push(other);
    draft.give_ids();

    assert_eq!(
        problems(&errors(&draft)),
        [("ingresses.6.canary.enabled", &Problem::Duplicate {})]
    );
}

#[test]
fn log_files_get_a_volume_where_there_is_none() {
    let issues = warnings(&with(shop(), &[("containers.1.logs.21.path", "/srv/logs/a.log")]));

    let directory = "/srv/logs".to_owned();
    assert!(issues.iter().any(|issue| issue.problem
        == Problem::LogVolumeAdded {
            directory: directory.clone()
        }));
    assert!(
        !warnings(&shop())
            .iter()
            .any(|issue| matches!(issue.problem, Problem::LogVolumeAdded { .. }))
    );
}

#[test]
fn an_existing_load_balancer_needs_its_id_and_no_answer_who_can_reach_it() {
    let existing = |instance: &str| {
        balanced(&json!({ "reach": "", "balancer": { "kind": "existing", "instance": instance } }))
    };

    assert_eq!(
        problems(&warnings(&existing("lb-bp1"))),
        [("services.5.balancer.instance", &Problem::ListenersOverwritten {})]
    );
    assert_eq!(
        problems(&errors(&existing(""))),
        [("services.5.balancer.instance", &Problem::Missing {})]
    );
    let prefix = "lb-".to_owned();
    assert_eq!(
        problems(&errors(&existing("nlb-1"))),
        [(
            "services.5.balancer.instance",
            &Problem::CloudIdMalformed { prefix }
        )]
    );
}

#[test]
fn two_services_never_share_a_listener() {
    let mut draft = balanced(&json!({ "balancer": { "kind": "existing", "instance": "lb-bp1" } }));
    let mut second = draft.services[0].clone();
    second.id = 50;
    second.name.set("other");
    second.ports[0].id = 51;
    draft.services.push(second);

    assert_eq!(
        problems(&errors(&draft)),
        [("services.50.ports.51.port", &Problem::ListenerTaken {})]
    );
    draft.services[1].ports[0].port.set("81");
    assert_eq!(errors(&draft), []);
}

#[test]
fn an_annotation_that_does_nothing_alone_is_told() {
    let annotated = |key: &str| {
        let annotations = json!([{ "id": 9, "key": key, "value": "20" }]);
        balanced(&json!({ "annotations": annotations }))
    };
    let guide = annotated("service.beta.kubernetes.io/alicloud-loadbalancer-bandwidth");
    let other =
        "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-charge-type: paybybandwidth".to_owned();
    assert_eq!(
        problems(&warnings(&guide)),
        [(
            "services.5.annotations.9.key",
            &Problem::AnnotationNeedsAnother { other }
        )]
    );

    let again = annotated("service.beta.kubernetes.io/alicloud-loadbalancer-address-type");
    let by = "services.5.reach".to_owned();
    assert_eq!(
        problems(&errors(&again)),
        [(
            "services.5.annotations.9.key",
            &Problem::AnnotationSetByField { by }
        )]
    );
}

#[test]
fn a_disk_is_for_one_pod() {
    let many = with(shop(), &[("scaling.metric.max", "3")]);

    assert!(problems(&warnings(&many)).contains(&("volumes.3.kind", &Problem::OnePodOnly {})));
    assert!(!problems(&warnings(&shop())).contains(&("volumes.3.kind", &Problem::OnePodOnly {})));
    let shared = with(many, &[("volumes.3.access", "ReadWriteMany")]);
    assert!(!problems(&warnings(&shared)).contains(&("volumes.3.kind", &Problem::OnePodOnly {})));
}

#[test]
fn timed_scaling_beyond_the_autoscalers_bounds_is_told() {
    let issues = warnings(&with(shop(), &[("scaling.timed.jobs.30.replicas", "9")]));

    let moved = Problem::MovesBounds { min: 1, max: 1 };
    assert!(problems(&issues).contains(&("scaling.timed.jobs.30.replicas", &moved)));
}

#[test]
fn a_job_does_not_scale() {
    let draft = with(shop(), &[("basics.kind", "Job")]);
    let issues = warnings(&draft);
    let app = validate(&draft).app.unwrap();

    let not_for = Problem::NotForType { kind: "Job".into() };
    assert!(problems(&issues).contains(&("scaling.metric.enabled", &not_for)));
    assert!(problems(&issues).contains(&("scaling.timed.enabled", &not_for)));
    assert_eq!((app.kind(), app.timed), (WorkloadKind::Job, None));
}

#[test]
fn pods_of_a_stateful_set_get_names_by_a_headless_service() {
    let stateful = with(shop(), &[("basics.kind", "StatefulSet")]);
    let told = |draft: &Draft| {
        problems(&warnings(draft)).contains(&("workload.stateful.service", &Problem::NeedsHeadless {}))
    };

    assert!(told(&stateful));
    assert!(!told(&with(stateful, &[("services.5.headless", "true")])));
}

#[test]
fn the_service_that_was_named_for_the_pods_is_looked_at() {
    let said = |service: &str, headless: &str| {
        let draft = with(
            shop(),
            &[
                ("basics.kind", "StatefulSet"),
                ("services.5.headless", headless),
                ("workload.stateful.service", service),
            ],
        );
        let all = warnings(&draft);
        let of_field = all
            .iter()
            .filter(|issue| issue.field == "workload.stateful.service");
        of_field.map(|issue| issue.problem.clone()).collect::<Vec<_>>()
    };
    let name = shop().services[0].name.to_string();

    assert_eq!(said(&name, "true"), []);
    assert_eq!(said(&name, ""), [Problem::NeedsHeadless {}]);
    assert_eq!(said("nobody", "true"), [Problem::UnknownService {}]);
}

#[test]
fn an_update_that_nobody_spoke_of_is_left_to_the_cluster() {
    let update = |kind: &str| {
        let draft = with(
            shop(),
            &[
                ("basics.kind", "StatefulSet"),
                ("services.5.headless", "true"),
                ("workload.update.kind", kind),
                ("workload.update.partition", ""),
            ],
        );
        match validate(&draft).app.unwrap().workload {
            Workload::StatefulSet(stateful) => stateful.update,
            other => panic!("{other:?}"),
        }
    };

    assert_eq!(update(""), None);
    assert_eq!(
        update("RollingUpdate"),
        Some(StatefulUpdate::Rolling { partition: None })
    );
}

#[test]
fn restricted_pods_do_nothing_the_standard_forbids() {
    let restricted = [
        ("pod.security.restricted", "true"),
        ("pod.security.user", "0"),
        ("containers.1.security.user", "0"),
        ("volumes.4.kind", "host_path"),
        ("volumes.4.path", "/var/log"),
    ];

    let errors = errors(&with(shop(), &restricted));

    let forbidden = Problem::RestrictedForbids {};
    assert_eq!(
        problems(&errors),
        [
            ("containers.1.security.user", &forbidden),
            ("containers.1.security.capabilities.23.text", &forbidden),
            ("volumes.4.kind", &forbidden),
            ("pod.security.user", &forbidden),
        ]
    );
}

#[test]
fn a_certificate_is_for_hosts_of_the_rules() {
    let all = with(shop(), &[("ingresses.6.tls.27.host", "")]);

    let tls = &validate(&all).app.unwrap().ingresses[0].tls[0];

    assert_eq!(
        tls.hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["a.example.com"]
    );
}

#[test]
fn an_ingress_needs_a_port_of_its_service_even_of_a_headless_one() {
    let mut draft = balanced(&json!({ "kind": "ClusterIP", "headless": true, "ports": [] }));
    draft.ingresses.push(crate::draft::Ingress::default());
    draft.ingresses[0].name.set("web");
    draft.give_ids();
    let field = format!(
        "ingresses.{}.rules.{}.port",
        draft.ingresses[0].id, draft.ingresses[0].rules[0].id
    );

    assert_eq!(
        problems(&errors(&draft)),
        [(field.as_str(), &Problem::UnknownPort {})]
    );
}

#[test]
fn two_services_never_share_a_port_of_every_node() {
    let mut whole = balanced(&json!({ "ports": [{ "id": 6, "port": 80, "node_port": 30080 }] }));
    let mut second = whole.services[0].clone();
    (second.id, second.ports[0].id) = (50, 51);
    second.name.set("other");
    whole.services.push(second);

    assert_eq!(
        problems(&errors(&whole)),
        [("services.50.ports.51.node_port", &Problem::Duplicate {})]
    );
    whole.services[1].ports[0].protocol.set("UDP");
    assert_eq!(errors(&whole).len(), 1, "whatever the protocol");
    whole.services[1].ports[0].node_port.set("30081");
    assert_eq!(errors(&whole), []);
}

/// As the API server has it: see `a_port_of_every_node_is_shared_by_two_protocols_of_one_port_only` beside it.
#[test]
fn two_protocols_of_one_port_share_a_port_of_every_node() {
    let ports = |second: serde_json::Value| {
        let mut port =
            json!({ "id": 7, "name": "b", "port": 53, "protocol": "UDP", "node_port": 30080, "target": 80 });
        for (key, value) in second.as_object().unwrap() {
            port[key] = value.clone();
        }
        errors(&balanced(&json!({ "kind": "NodePort", "ports": [
            { "id": 6, "name": "a", "port": 53, "protocol": "TCP", "node_port": 30080, "target": 80 }, port] })))
    };
    let duplicate = |field| vec![(field, &Problem::Duplicate {})];

    assert_eq!(ports(json!({})), []);
    assert_eq!(
        problems(&ports(json!({ "port": 54 }))),
        duplicate("services.5.ports.7.node_port")
    );
    assert_eq!(
        problems(&ports(json!({ "port": 54, "protocol": "TCP" }))),
        duplicate("services.5.ports.7.node_port")
    );
}

#[test]
fn two_volumes_never_bring_the_same_claim() {
    let with_volumes = |volumes: serde_json::Value| {
        let mut whole = balanced(&json!({}));
        whole.volumes = serde_json::from_value(volumes).unwrap();
        errors(&whole)
    };
    let typed = with_volumes(json!([
        { "id": 21, "name": "a", "kind": "new_claim", "object": "data", "size": "1Gi" },
        { "id": 22, "name": "b", "kind": "new_claim", "object": "data", "size": "1Gi" }]));
    let made = with_volumes(json!([
        { "id": 21, "name": "a", "kind": "new_claim", "object": "web-b", "size": "1Gi" },
        { "id": 22, "name": "b", "kind": "disk", "disk": "d-1" }]));

    assert_eq!(problems(&typed), [("volumes.22.object", &Problem::Duplicate {})]);
    assert_eq!(problems(&made), [("volumes.22.name", &Problem::Duplicate {})]);
}

#[test]
fn two_containers_with_one_port_are_warned_of_each_other() {
    let mut whole = balanced(&json!({}));
    let mut second = whole.containers[0].clone();
    (second.id, second.ports[0].id) = (60, 61);
    second.name.set("side");
    whole.containers.push(second);
    let at = "containers.60.ports.61.number";

    assert!(problems(&warnings(&whole)).contains(&(at, &Problem::Duplicate {})));
    assert_eq!(errors(&whole), [], "one may end before the other starts");
    whole.containers[1].ports[0].protocol.set("UDP");
    assert!(!problems(&warnings(&whole)).contains(&(at, &Problem::Duplicate {})));
}
