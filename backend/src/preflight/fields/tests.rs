use serde_json::json;
use slipway_model::{Draft, validate};
use slipway_plan::{AccessMechanism, CanaryMechanism, Target, plan};

use super::*;

/// Two containers and an Ingress whose rules share a host, with ids that differ from every position.
fn draft() -> Draft {
    serde_json::from_value(json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 2 },
        "containers": [
            { "id": 11, "name": "side", "image": "busybox:1.36", "resources": { "cpu_request": "10m" } },
            { "id": 12, "name": "web", "image": "nginx:1.27", "resources": { "cpu_request": "100m" },
              "ports": [{ "id": 21, "number": 80, "name": "http" }, { "id": 22, "number": 81, "name": "more" }],
              "env": [{ "id": 23, "name": "TZ", "value": "UTC" }] }],
        "services": [{ "id": 31, "name": "web-svc", "kind": "NodePort",
                       "ports": [{ "id": 32, "name": "http", "port": 80, "target": "http" },
                                 { "id": 33, "name": "more", "port": 81, "node_port": 30081 }] }],
        "ingresses": [{ "id": 41, "name": "web-ingress", "rules": [
            { "id": 42, "host": "a.example", "path": "/" },
            { "id": 43, "host": "b.example", "path": "/" },
            { "id": 44, "host": "a.example", "path": "/more", "port": 81 }] }],
        "scaling": { "metric": { "enabled": true, "min": 2, "max": 4, "metrics": [{ "id": 51, "utilization": 60 }] } },
    }))
    .unwrap()
}

fn map(kind: &str) -> FieldMap {
    let verdict = validate(&draft());
    let app = verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues));
    let plan = plan(&app, &Target::default());
    let object = plan
        .objects
        .iter()
        .find(|object| object.key.kind == kind)
        .unwrap();
    FieldMap::of(&app, object)
}

fn demand(kind: &str, cases: &[(&str, &str)]) {
    for (path, field) in cases {
        assert_eq!(map(kind).field(path), *field, "{kind} {path}");
    }
}

#[test]
fn a_path_in_the_workload_leads_to_the_field_of_its_row() {
    let top = [
        ("metadata.name", "basics.name"),
        ("metadata.namespace", "basics.namespace"),
        ("metadata.labels", "basics.labels"),
        ("spec.replicas", "basics.replicas"),
    ];
    demand("Deployment", &top);
    let inside = [
        ("[1].image", "containers.12.image"),
        ("[0].name", "containers.11.name"),
        ("[1].ports[0].name", "containers.12.ports.21.name"),
        ("[1].ports[1].containerPort", "containers.12.ports.22.number"),
        ("[1].env[0].name", "containers.12.env.23.name"),
        (
            "[1].resources.requests[cpu]",
            "containers.12.resources.cpu_request",
        ),
        (
            "[1].resources.requests[memory]",
            "containers.12.resources.memory_request",
        ),
    ];
    for (path, field) in inside {
        demand(
            "Deployment",
            &[(&format!("spec.template.spec.containers{path}"), field)],
        );
    }
}

#[test]
fn a_path_around_the_workload_leads_to_the_field_of_its_row() {
    let service = [
        ("metadata.name", "services.31.name"),
        ("spec.ports[1].nodePort", "services.31.ports.33.node_port"),
        ("spec.ports[0].targetPort", "services.31.ports.32.target"),
        ("spec.type", "services.31.kind"),
    ];
    demand("Service", &service);
    let ingress = [
        ("spec.rules[1].host", "ingresses.41.rules.43.host"),
        ("spec.rules[0].http.paths[1].path", "ingresses.41.rules.44.path"),
        (
            "spec.rules[0].http.paths[1].backend.service.port.number",
            "ingresses.41.rules.44.port",
        ),
    ];
    demand("Ingress", &ingress);
    let autoscaler = [
        ("spec.maxReplicas", "scaling.metric.max"),
        (
            "spec.metrics[0].resource.target.averageUtilization",
            "scaling.metric.metrics.51.utilization",
        ),
    ];
    demand("HorizontalPodAutoscaler", &autoscaler);
}

/// Every case of the plan and every example, for each kind of cluster.
fn every_object() -> Vec<(Draft, FieldMap, PlannedObject)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = ["crates/plan/tests/cases", "examples"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for file in files {
        let read = slipway_model::file::read(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let draft = read.draft().clone();
        let app = validate(&draft)
            .app
            .unwrap_or_else(|| panic!("{}", file.display()));
        for target in targets() {
            for object in plan(&app, &target).objects {
                found.push((draft.clone(), FieldMap::of(&app, &object), object));
            }
        }
    }
    found
}

fn targets() -> Vec<Target> {
    let canaries = [
        CanaryMechanism::None,
        CanaryMechanism::Nginx,
        CanaryMechanism::AckWeights,
        CanaryMechanism::Alb,
    ];
    let gateway = AccessMechanism::HttpRoute {
        namespace: "infra".to_owned(),
        gateway: "public".to_owned(),
    };
    let by_ingress = canaries.map(|canary| Target {
        canary,
        ..Target::default()
    });
    let by_route = Target {
        access: gateway,
        ..Target::default()
    };
    by_ingress.into_iter().chain([by_route]).collect()
}

#[test]
fn every_field_is_one_of_the_draft() {
    let mut kinds = std::collections::BTreeSet::new();
    for (draft, map, object) in every_object() {
        for (path, field) in map.paths() {
            // What may be typed there and was not is a field all the same.
            let is_list = draft.rows(field).is_some();
            assert!(
                draft.leaf(field).is_some() || is_list,
                "{} {path} → {field}",
                object.key
            );
        }
        kinds.insert(object.key.kind);
    }
    assert_eq!(kinds.len(), 11, "{kinds:?}");
}

/// The field behind the first place in any object where this text stands.
fn behind(case: &str, target: &Target, pointer: &str, path: &str) -> Vec<String> {
    let mut draft: Draft = serde_saphyr::from_str(case).unwrap();
    draft.give_ids();
    let app = validate(&draft).app.unwrap();
    let objects = plan(&app, target).objects;
    let of_kind = objects.iter().filter(|object| object.key.kind == pointer);
    of_kind
        .map(|object| FieldMap::of(&app, object).field(path).to_owned())
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line for each path")]
fn a_path_of_every_further_kind_leads_to_its_field() {
    let case = json!({
        "basics": { "namespace": "shop", "name": "db", "kind": "StatefulSet", "replicas": 1 },
        "workload": { "update": { "partition": 1 } },
        "containers": [
            { "id": 11, "image": "db:1", "mounts": [{ "id": 12, "volume": "data", "path": "/data" }],
              "logs": [{ "id": 13, "store": "a", "path": "stdout", "shards": 2 }],
              "env": [{ "id": 14, "kind": "secret", "name": "P", "object": "s", "key": "k" },
                      { "id": 15, "kind": "config_map", "object": "c" }],
              "liveness": { "enabled": true, "kind": "http", "port": 80 } },
            { "id": 16, "name": "first", "kind": "init", "image": "busybox:1" }],
        "volumes": [{ "id": 21, "name": "data", "kind": "claim_template", "size": "20Gi" },
                    { "id": 22, "name": "disk", "kind": "disk", "disk": "d-1" },
                    { "id": 23, "name": "conf", "kind": "config_map", "object": "c", "mode": "0400" },
                    { "id": 24, "name": "own", "kind": "new_claim", "object": "claimed", "size": "1Gi" }],
        "services": [{ "id": 31, "name": "db", "headless": true, "ports": [{ "id": 32, "port": 80 }] }],
        "ingresses": [{ "id": 41, "name": "db", "rules": [{ "id": 42, "host": "a.example" }],
                        "tls": [{ "id": 43, "host": "a.example", "secret": "t" }],
                        "canary": { "enabled": true, "service": "next", "weight": 5 } }],
        "scaling": { "timed": { "enabled": true, "jobs": [{ "id": 51, "name": "up", "schedule": "@hourly", "replicas": 3 }] } },
        "pod": { "affinity": [{ "id": 61, "kind": "node", "strength": "required", "key": "zone", "operator": "In", "values": "a" },
                              { "id": 62, "kind": "apart", "strength": "preferred" }],
                 "tolerations": [{ "id": 63, "key": "gpu" }],
                 "spread": [{ "id": 64, "topology": "zone" }] },
    })
    .to_string();
    let template = "spec.template.spec";
    let cases = [
        (
            "StatefulSet",
            "spec.updateStrategy.rollingUpdate.partition".to_owned(),
            "workload.update.partition",
        ),
        (
            "StatefulSet",
            "spec.volumeClaimTemplates[0].spec.accessModes".to_owned(),
            "volumes.21.access",
        ),
        (
            "StatefulSet",
            format!("{template}.initContainers[0].image"),
            "containers.16.image",
        ),
        (
            "StatefulSet",
            format!("{template}.containers[0].volumeMounts[0].mountPath"),
            "containers.11.mounts.12.path",
        ),
        (
            "StatefulSet",
            format!("{template}.containers[0].env[0].valueFrom.secretKeyRef.key"),
            "containers.11.env.14.key",
        ),
        (
            "StatefulSet",
            format!("{template}.containers[0].env[2].value"),
            "containers.11.logs.13.shards",
        ),
        (
            "StatefulSet",
            format!("{template}.containers[0].envFrom[0].configMapRef.name"),
            "containers.11.env.15.object",
        ),
        (
            "StatefulSet",
            format!("{template}.containers[0].livenessProbe.httpGet.port"),
            "containers.11.liveness.port",
        ),
        (
            "StatefulSet",
            format!("{template}.volumes[0].persistentVolumeClaim.claimName"),
            "volumes.22.name",
        ),
        (
            "StatefulSet",
            format!("{template}.volumes[1].configMap.defaultMode"),
            "volumes.23.mode",
        ),
        (
            "StatefulSet",
            format!("{template}.volumes[2].persistentVolumeClaim.claimName"),
            "volumes.24.object",
        ),
        (
            "StatefulSet",
            format!(
                "{template}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values"
            ),
            "pod.affinity.61.values",
        ),
        (
            "StatefulSet",
            format!(
                "{template}.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight"
            ),
            "pod.affinity.62.weight",
        ),
        (
            "StatefulSet",
            format!("{template}.tolerations[0].operator"),
            "pod.tolerations.63.value",
        ),
        (
            "StatefulSet",
            format!("{template}.topologySpreadConstraints[0].topologyKey"),
            "pod.spread.64.topology",
        ),
        (
            "PersistentVolume",
            "spec.csi.volumeHandle".to_owned(),
            "volumes.22.disk",
        ),
        (
            "Ingress",
            "spec.tls[0].hosts[0]".to_owned(),
            "ingresses.41.tls.43.host",
        ),
        (
            "CronHorizontalPodAutoscaler",
            "spec.jobs[0].targetSize".to_owned(),
            "scaling.timed.jobs.51.replicas",
        ),
    ];
    for (kind, path, field) in cases {
        assert_eq!(
            behind(&case, &targets()[0], kind, &path)[0],
            field,
            "{kind} {path}"
        );
    }
    let claims = behind(&case, &targets()[0], "PersistentVolumeClaim", "metadata.name");
    assert_eq!(claims, ["volumes.22.name", "volumes.24.object"]);
}

#[test]
fn a_canary_is_blamed_at_its_own_fields_whichever_way_the_cluster_does_it() {
    let case = include_str!("../../../../crates/plan/tests/cases/canary.yaml");
    let [_, nginx, ack, _, route] = targets().try_into().unwrap();
    let service = |target, kind, path| behind(case, target, kind, path).pop().unwrap();

    let beside = service(
        &nginx,
        "Ingress",
        "spec.rules[0].http.paths[0].backend.service.name",
    );
    let within = service(
        &ack,
        "Ingress",
        "spec.rules[0].http.paths[1].backend.service.name",
    );
    let routed = service(&route, "HTTPRoute", "spec.rules[0].backendRefs[0].name");

    for field in [beside, within, routed] {
        assert!(field.ends_with(".canary.service"), "{field}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each path")]
fn a_label_and_the_like_is_found_by_what_the_server_quotes() {
    let case = json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 1,
                    "labels": [{ "id": 1, "key": "a", "value": "b" }, { "id": 2, "key": "tier", "value": "front" }] },
        "containers": [{ "id": 11, "image": "nginx:1",
            "pull_secrets": [{ "id": 12, "name": "one" }, { "id": 13 }, { "id": 14, "name": "two" }],
            "liveness": { "enabled": true, "kind": "http", "port": 80,
                          "headers": [{ "id": 15, "name": "X-A", "value": "1" }, { "id": 16, "name": "X-B" }] } }],
        "volumes": [{ "id": 21, "name": "conf", "kind": "config_map", "object": "c",
                      "items": [{ "id": 22, "key": "k", "path": "p" }, { "id": 23, "key": "l", "path": "p/q" }] }],
        "pod": { "annotations": [{ "id": 31, "key": "a", "value": "x" }, { "id": 32, "key": "b/c", "value": "y" }],
                 "node_selector": [{ "id": 33, "key": "zone", "value": "z" }] },
    });
    let mut draft: Draft = serde_json::from_value(case).unwrap();
    draft.give_ids();
    let verdict = validate(&draft);
    let app = verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues));
    let objects = plan(&app, &Target::default()).objects;
    let map = FieldMap::of(&app, objects.iter().find(|o| o.key.kind == "Deployment").unwrap());

    let pod = "spec.template.spec";
    for (path, words, field) in [
        (
            "metadata.labels".to_owned(),
            "Invalid value: \"front\": a valid label",
            "basics.labels.2.value",
        ),
        (
            "metadata.labels".to_owned(),
            "Invalid value: \"a\": name part",
            "basics.labels.1.key",
        ),
        (
            "metadata.labels".to_owned(),
            "Invalid value: \"?\": name part",
            "basics.name",
        ),
        (
            "spec.template.labels".to_owned(),
            "Invalid value: \"front\": of the pods",
            "basics.name",
        ),
        (
            "metadata.annotations[b/c]".to_owned(),
            "Invalid value: \"?\"",
            "basics.annotations",
        ),
        (
            "spec.template.annotations".to_owned(),
            "Invalid value: \"b/c\": name part",
            "pod.annotations.32.key",
        ),
        (
            "spec.template.annotations[b/c]".to_owned(),
            "Invalid value: \"?\"",
            "pod.annotations.32.value",
        ),
        (
            format!("{pod}.nodeSelector"),
            "Invalid value: \"zone\": name part",
            "pod.node_selector.33.key",
        ),
        (
            format!("{pod}.imagePullSecrets[1].name"),
            "Required value",
            "containers.11.pull_secrets.14.name",
        ),
        (
            format!("{pod}.volumes[0].configMap.items[1].path"),
            "Invalid value: \"?\"",
            "volumes.21.items.23.path",
        ),
        (
            format!("{pod}.volumes[0].configMap.items[1].mode"),
            "Invalid value: 1",
            "volumes.21.items.23.key",
        ),
        (
            format!("{pod}.containers[0].livenessProbe.httpGet.httpHeaders"),
            "Invalid value: \"X-B\": a valid HTTP header",
            "containers.11.liveness.headers.16.name",
        ),
    ] {
        assert_eq!(map.of_cause(&path, words), field, "{path}: {words}");
    }
    assert_eq!(
        FieldMap(vec![("spec.jobs[0].targetSize".to_owned(), "a.b".to_owned())]).of_cause(
            "<nil>",
            "Invalid value: \"\": Checked value must be of type integer in spec.jobs[0].targetSize"
        ),
        "a.b"
    );
    let twice = "Duplicate value: \"a\"";
    assert_eq!(
        map.of_pod().of_cause("metadata.annotations", twice),
        "pod.annotations.31.key"
    );
}

#[test]
fn an_unknown_path_belongs_to_what_is_around_it() {
    assert_eq!(
        map("Deployment").field("spec.template.spec.containers[1].terminationMessagePath"),
        "containers.12.image"
    );
    assert_eq!(
        map("Deployment").field("spec.template.spec.hostNetwork"),
        "containers"
    );
    assert_eq!(map("Deployment").field(""), "basics.name");
    assert_eq!(map("Service").field("spec.sessionAffinity"), "services.31.name");
    assert_eq!(
        map("Deployment").field("spec.template.spec.containers[10].image"),
        "containers",
        "10 is not 1"
    );
}

#[test]
fn a_pod_of_the_template_has_the_same_fields() {
    let pod = map("Deployment").of_pod();

    assert_eq!(
        pod.field("spec.containers[1].ports[0].name"),
        "containers.12.ports.21.name"
    );
    assert_eq!(pod.field("spec.securityContext"), "pod.security.restricted");
    assert_eq!(pod.field("spec.hostNetwork"), "containers");
    assert_eq!(pod.field(""), "containers");
}

#[test]
fn a_warning_that_begins_with_a_path_is_about_that() {
    let map = map("Deployment");
    let duplicate = "spec.template.spec.containers[1].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]";

    assert_eq!(map.of_warning(duplicate), "containers.12.ports.22.number");
    assert_eq!(map.of_warning("deprecated: use something else"), "basics.name");
}

#[test]
fn a_request_above_its_limit_is_found_by_the_name_of_the_resource() {
    let map = map("Deployment");
    let path = "spec.template.spec.containers[1].resources.requests";
    let of = |words: &str| map.of_cause(path, words).to_owned();

    assert_eq!(
        of("Invalid value: \"1Gi\": must be less than or equal to memory limit of 512Mi"),
        "containers.12.resources.memory_request"
    );
    assert_eq!(
        of("Invalid value: \"2\": must be less than or equal to cpu limit of 1"),
        "containers.12.resources.cpu_request"
    );
}
