//! Apps of very many objects, and of objects with very long lists.

use serde_json::{Value, json};
use slipway_model::Draft;
use slipway_model::app::WorkloadKind;
use slipway_plan::{LABEL_APP, Ownership};

/// An app of so many objects or elements.
type Objects = fn(usize) -> Vec<Value>;

/// What there can be very many of.
pub(crate) const CASES: [(&str, Objects); 11] = [
    ("Ingresses to one Service", ingresses),
    ("Services, and an Ingress to each", services),
    ("Ingresses beside others", canaries),
    ("HTTPRoutes", routes),
    ("HTTPRoutes that are one row", further_routes),
    ("claims", claims),
    ("volumes", volumes),
    ("rules and certificates of an Ingress", rules),
    ("paths of an Ingress, to ports by name", named_ports),
    ("rules of an HTTPRoute", route_rules),
    ("elements of lists in a container", elements),
];

fn labels() -> Value {
    json!({ "app": "web", LABEL_APP: Ownership::at("shop", WorkloadKind::Deployment, "web").mark() })
}

fn object(api_version: &str, kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": { "name": name, "namespace": "shop", "labels": labels() },
        "spec": spec,
    })
}

fn served(mut object: Value) -> Value {
    object["metadata"]["uid"] = "1".into();
    object
}

fn deployment(pod: &Value) -> Value {
    let template = json!({ "metadata": { "labels": labels() }, "spec": pod });
    let spec = json!({ "selector": { "matchLabels": labels() }, "template": template });
    object("apps/v1", "Deployment", "web", &spec)
}

fn plain_deployment() -> Value {
    served(deployment(
        &json!({ "containers": [{ "name": "web", "image": "nginx:1" }] }),
    ))
}

fn service(name: &str, ports: &Value) -> Value {
    let spec = json!({ "type": "ClusterIP", "selector": labels(), "ports": ports });
    served(object("v1", "Service", name, &spec))
}

fn plain_service(name: &str) -> Value {
    service(
        name,
        &json!([{ "port": 80, "protocol": "TCP", "targetPort": 80 }]),
    )
}

fn rule(host: &str, service: &str, port: &Value) -> Value {
    let backend = json!({ "service": { "name": service, "port": port } });
    json!({ "host": host, "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] } })
}

fn ingress(name: &str, rules: &[Value]) -> Value {
    served(object(
        "networking.k8s.io/v1",
        "Ingress",
        name,
        &json!({ "rules": rules }),
    ))
}

fn plain_ingress(name: &str, service: &str) -> Value {
    ingress(
        name,
        &[rule(
            &format!("{name}.example.com"),
            service,
            &json!({ "number": 80 }),
        )],
    )
}

fn route(name: &str, rules: &[Value]) -> Value {
    let spec = json!({ "parentRefs": [{ "name": "edge" }], "hostnames": [format!("{name}.example.com")], "rules": rules });
    served(object("gateway.networking.k8s.io/v1", "HTTPRoute", name, &spec))
}

fn route_rule(path: &str) -> Value {
    let matches = json!([{ "path": { "type": "PathPrefix", "value": path } }]);
    json!({ "matches": matches, "backendRefs": [{ "name": "web", "port": 80 }] })
}

/// A workload, what stands before the others, and so many others.
fn around(first: Vec<Value>, number: usize, other: impl Fn(usize) -> Value) -> Vec<Value> {
    let others = (2..number + 2).map(other);
    std::iter::once(plain_deployment())
        .chain(first)
        .chain(others)
        .collect()
}

fn ingresses(number: usize) -> Vec<Value> {
    around(vec![plain_service("web")], number, |n| {
        plain_ingress(&format!("i{n}"), "web")
    })
}

fn services(number: usize) -> Vec<Value> {
    let mut objects = around(Vec::new(), number / 2, |n| plain_service(&format!("s{n}")));
    objects.extend((2..number / 2 + 2).map(|n| plain_ingress(&format!("i{n}"), &format!("s{n}"))));
    objects
}

fn canaries(number: usize) -> Vec<Value> {
    let mut objects = ingresses(number / 2);
    objects.extend((2..number / 2 + 2).map(|n| plain_ingress(&format!("i{n}-canary"), "other")));
    objects
}

fn routes(number: usize) -> Vec<Value> {
    around(vec![plain_service("web")], number, |n| {
        route(&format!("r{n}"), &[route_rule("/")])
    })
}

fn further_routes(number: usize) -> Vec<Value> {
    let first = vec![plain_service("web"), route("r", &[route_rule("/")])];
    around(first, number, |n| route(&format!("r-{n}"), &[route_rule("/")]))
}

fn claims(number: usize) -> Vec<Value> {
    let volume = |n: usize| {
        let claim = json!({ "claimName": format!("c{n}") });
        json!({ "name": format!("v{n}"), "persistentVolumeClaim": claim })
    };
    let claim = |n: usize| {
        let spec =
            json!({ "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } });
        object("v1", "PersistentVolumeClaim", &format!("c{n}"), &spec)
    };
    let pod = json!({ "containers": [{ "name": "web", "image": "nginx:1" }], "volumes": (0..number).map(volume).collect::<Vec<_>>() });
    std::iter::once(deployment(&pod))
        .chain((0..number).map(claim))
        .collect()
}

fn volumes(number: usize) -> Vec<Value> {
    let volume = |n: usize| {
        let claim = json!({ "claimName": format!("web-v{n}") });
        json!({ "name": format!("v{n}"), "persistentVolumeClaim": claim })
    };
    let pod = json!({ "containers": [{ "name": "web", "image": "nginx:1" }], "volumes": (0..number).map(volume).collect::<Vec<_>>() });
    let mut objects = vec![deployment(&pod)];
    let ownership = Ownership::at("shop", WorkloadKind::Deployment, "web");
    for n in 0..number {
        let name = ownership.wide_name(&format!("v{n}"));
        let csi = json!({ "driver": "diskplugin.csi.alibabacloud.com", "volumeHandle": format!("d-{n}"), "fsType": "ext4" });
        let spec = json!({
            "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "20Gi" }, "csi": csi,
            "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "",
        });
        objects.push(object("v1", "PersistentVolume", &name, &spec));
        let spec = json!({
            "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "20Gi" } }, "storageClassName": "",
            "selector": { "matchLabels": { "alicloud-pvname": name } },
        });
        objects.push(object("v1", "PersistentVolumeClaim", &format!("web-v{n}"), &spec));
    }
    objects
}

fn rules(number: usize) -> Vec<Value> {
    let rules: Vec<Value> = (0..number)
        .map(|n| rule(&format!("h{n}.example.com"), "web", &json!({ "number": 80 })))
        .collect();
    let mut main = ingress("i", &rules);
    let tls =
        (0..number).map(|n| json!({ "hosts": [format!("h{n}.example.com")], "secretName": format!("s{n}") }));
    main["spec"]["tls"] = tls.collect();
    let mut beside = ingress("i-canary", &rules);
    beside["metadata"]["annotations"] = json!({ "nginx.ingress.kubernetes.io/canary": "true" });
    vec![plain_deployment(), plain_service("web"), main, beside]
}

fn named_ports(number: usize) -> Vec<Value> {
    let port =
        |n: usize| json!({ "name": format!("p{n}"), "port": 1 + n, "protocol": "TCP", "targetPort": 80 });
    let rules: Vec<Value> = (0..number)
        .map(|n| {
            rule(
                &format!("h{n}.example.com"),
                "web",
                &json!({ "name": format!("p{n}") }),
            )
        })
        .collect();
    let ports: Value = (0..number).map(port).collect();
    vec![plain_deployment(), service("web", &ports), ingress("i", &rules)]
}

fn route_rules(number: usize) -> Vec<Value> {
    let rules: Vec<Value> = (0..number).map(|n| route_rule(&format!("/{n}"))).collect();
    vec![plain_deployment(), plain_service("web"), route("r", &rules)]
}

fn elements(number: usize) -> Vec<Value> {
    let list = |element: &dyn Fn(usize) -> Value| (0..number).map(element).collect::<Value>();
    let pod = json!({
        "containers": [{
            "name": "web", "image": "nginx:1",
            "env": list(&|n| json!({ "name": format!("V{n}"), "value": "1" })),
            "ports": list(&|n| json!({ "containerPort": 1 + n, "unknownField": 1 })),
            "volumeMounts": list(&|n| json!({ "name": "v", "mountPath": format!("/m/{n}"), "unknownField": 1 })),
            "resizePolicy": list(&|n| json!({ "resourceName": format!("r{n}"), "restartPolicy": "x" })),
        }],
        "volumes": [{ "name": "v", "emptyDir": {} }],
        "hostAliases": list(&|n| json!({ "ip": format!("10.0.0.{n}"), "hostnames": ["a"] })),
        "tolerations": list(&|n| json!({ "key": format!("k{n}"), "operator": "Exists" })),
    });
    vec![served(deployment(&pod))]
}

/// An app that is reached by a route for each of so many hosts.
pub(crate) fn routed(hosts: usize) -> Draft {
    let rules = (0..hosts).map(
        |n| json!({ "host": format!("h{n}.example.com"), "path": "/", "path_kind": "Prefix", "port": 80 }),
    );
    let mut draft: Draft = serde_json::from_value(json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 1 },
        "containers": [{ "name": "web", "image": "nginx:1.27" }],
        "services": [{ "name": "web", "kind": "ClusterIP", "ports": [{ "port": 80, "target": 80, "protocol": "TCP" }] }],
        "ingresses": [{
            "name": "web", "kind": "HTTPRoute", "service": "web", "gateways": [{ "name": "edge" }],
            "rules": rules.collect::<Vec<_>>(),
        }],
    }))
    .unwrap();
    draft.give_ids();
    draft
}

/// An app whose lists are long.
pub(crate) fn long_lists(rows: usize) -> Draft {
    let list = |row: &dyn Fn(usize) -> Value| (1..=rows).map(row).collect::<Value>();
    let mut draft: Draft = serde_json::from_value(json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 1 },
        "containers": [{
            "name": "web", "image": "nginx:1.27",
            "env": list(&|n| json!({ "name": format!("V{n}"), "value": "1" })),
            "ports": list(&|n| json!({ "name": format!("p{n}"), "number": n })),
            "mounts": list(&|n| json!({ "volume": "v", "path": format!("/m/{n}") })),
        }],
        "volumes": [{ "name": "v", "kind": "empty_dir" }],
        "pod": { "labels": list(&|n| json!({ "key": format!("k{n}"), "value": "1" })) },
        "services": [{
            "name": "web", "kind": "NodePort",
            "ports": list(&|n| json!({ "name": format!("p{n}"), "port": n, "target": format!("p{n}"), "protocol": "TCP" })),
        }],
        "ingresses": [{
            "name": "web", "kind": "Ingress", "service": "web",
            "rules": list(&|n| json!({ "host": format!("h{n}.example.com"), "path": "/", "path_kind": "Prefix", "port": n })),
            "tls": list(&|n| json!({ "host": format!("h{n}.example.com"), "secret": format!("s{n}") })),
        }],
    }))
    .unwrap();
    draft.give_ids();
    draft
}
