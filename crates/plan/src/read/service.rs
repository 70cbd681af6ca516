//! Services, and what their annotations tell the cloud about a load balancer.

use serde_json::{Value, json};
use slipway_model::draft::{Balancer, Service, ServicePort};

use super::owner::{Owner, annotations};
use super::part::{Part, is_leaf};

/// How the annotations start that tell the cloud about a load balancer; the second one is older and still read.
const PREFIXES: [&str; 2] = [
    "service.beta.kubernetes.io/alibaba-cloud-",
    "service.beta.kubernetes.io/alicloud-",
];

/// How other clouds are told that a load balancer is private.
const PRIVATE: [(&str, &str); 4] = [
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
    ("networking.gke.io/load-balancer-type", "Internal"),
];

/// Reads a Service. One of another type than the form has is left as it is.
pub(super) fn read(part: &mut Part, owner: &Owner) -> Option<Service> {
    part.attempt(|part| {
        let mut metadata = part.inner("metadata");
        let mut row = Service {
            id: metadata.id(),
            name: metadata.text("name"),
            ..Service::default()
        };
        let kind = part
            .inner("spec")
            .word("type", &["ClusterIP", "NodePort", "LoadBalancer"]);
        if part.inner("spec").peek("type").is_some() {
            return None;
        }
        let kind = kind.unwrap_or_else(|| "ClusterIP".to_owned());
        let mut metadata = part.inner("metadata");
        if kind == "LoadBalancer" {
            balancer(&mut metadata.inner("annotations"), &mut row);
        }
        row.labels = owner.labels(&mut metadata);
        row.annotations = annotations(&mut metadata);
        spec(&mut part.inner("spec"), &kind, owner, &mut row);
        row.kind = kind.into();
        Some(row)
    })
    .inspect(|row| part.note(row.id.to_string()))
}

fn spec(spec: &mut Part, kind: &str, owner: &Owner, row: &mut Service) {
    for (key, default) in [
        ("sessionAffinity", json!("None")),
        ("internalTrafficPolicy", json!("Cluster")),
        ("allocateLoadBalancerNodePorts", json!(true)),
    ] {
        spec.forget(key, default);
    }
    if owner.selects(spec.peek("selector")) {
        spec.take("selector");
    }
    if spec.take_if("clusterIP", "None") {
        row.headless = "true".into();
        spec.take_if("clusterIPs", json!(["None"]));
    }
    // Which families there are is for the cluster to say, unless somebody did.
    for key in [
        "clusterIP",
        "clusterIPs",
        "healthCheckNodePort",
        "ipFamilies",
        "ipFamilyPolicy",
    ] {
        spec.leave_if_written(key);
    }
    let on_nodes = kind != "ClusterIP";
    if on_nodes {
        row.traffic_policy = spec.unless("externalTrafficPolicy", "Cluster");
    }
    row.ports = spec
        .rows("ports")
        .iter_mut()
        .filter_map(|port| self::port(port, on_nodes))
        .collect();
}

fn port(part: &mut Part, on_nodes: bool) -> Option<ServicePort> {
    part.attempt(|part| {
        let protocol = part.word("protocol", &["TCP", "UDP"]);
        if part.peek("protocol").is_some() {
            return None;
        }
        let number = part.text("port");
        let target = part.port("targetPort")?;
        Some(ServicePort {
            id: part.id(),
            name: part.text("name"),
            // Left empty it would follow the port.
            target,
            port: number,
            protocol: protocol.unwrap_or_else(|| "TCP".to_owned()).into(),
            node_port: if on_nodes {
                part.chosen("nodePort")
            } else {
                "".into()
            },
        })
    })
}

/// Takes what the plan says with what was told, where it is just that.
fn said(annotations: &mut Part, key: &str, value: &str) {
    for prefix in PREFIXES {
        annotations.take_if(&format!("{prefix}{key}"), value);
    }
}

/// Reads what the cloud was told. What it was not told stays as it is.
fn balancer(annotations: &mut Part, row: &mut Service) {
    let told = |annotations: &mut Part, key: &str| {
        let mut keys = PREFIXES.iter().map(|prefix| format!("{prefix}{key}"));
        let found = keys.find(|key| annotations.peek(key).and_then(Value::as_str).is_some_and(is_leaf));
        found.and_then(|key| annotations.string(&key)).unwrap_or_default()
    };
    let instance = told(annotations, "loadbalancer-id");
    if !instance.is_empty() {
        said(annotations, "loadbalancer-force-override-listeners", "true");
        row.balancer = Balancer {
            kind: "existing".into(),
            instance: instance.into(),
            ..Balancer::default()
        };
        return;
    }
    let private = PRIVATE.iter().any(|(key, value)| annotations.is(key, value));
    let mut types = PREFIXES
        .iter()
        .map(|prefix| format!("{prefix}loadbalancer-address-type"));
    let reach = types.find_map(|key| annotations.word(&key, &["internet", "intranet"]));
    let reach = match reach.as_deref() {
        Some("internet") => "public",
        Some("intranet") => "private",
        _ if private => "private",
        _ => "",
    };
    row.reach = reach.into();
    row.balancer.specification = told(annotations, "loadbalancer-spec").into();
    if !row.balancer.specification.is_blank() {
        said(annotations, "loadbalancer-instance-charge-type", "PayBySpec");
    }
    // What is no number stays an annotation.
    let is_number = |key: &str| {
        let found = annotations.peek(key).and_then(Value::as_str);
        found.is_none_or(|text| text.parse::<u32>().is_ok())
    };
    let counts = PREFIXES
        .iter()
        .all(|prefix| is_number(&format!("{prefix}loadbalancer-bandwidth")));
    if reach == "public" && counts {
        row.balancer.bandwidth = told(annotations, "loadbalancer-bandwidth").into();
        if !row.balancer.bandwidth.is_blank() {
            said(annotations, "loadbalancer-charge-type", "paybybandwidth");
        }
    }
}
