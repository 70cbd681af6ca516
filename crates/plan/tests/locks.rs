//! Whatever runs can be changed: what Kubernetes accepts and our rules refuse is a warning where it stands already, and
//! keeps nobody from changing anything else, or from repairing it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use serde_json::{Value, json};
use slipway_model::draft::Origin;
use slipway_model::{Draft, Verdict, validate, validate_running};
use slipway_plan::read::Opened;
use slipway_plan::{Change, Target, changes, read};

/// An app as a server shows it: a Deployment, its Service, its Ingress and its autoscaler.
fn objects() -> Vec<Value> {
    let labels = json!({ "app": "web" });
    let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
    let cpu = json!({ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 } } });
    vec![
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": { "name": "web", "namespace": "shop", "uid": "1", "annotations": { "team": "shop" } },
            "spec": {
                "replicas": 2, "selector": { "matchLabels": labels },
                "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } },
                "template": { "metadata": { "labels": labels }, "spec": pods() },
            },
        }),
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": { "name": "web", "namespace": "shop", "uid": "2" },
            "spec": { "type": "LoadBalancer", "selector": labels, "clusterIP": "10.0.0.9",
                      "ports": [{ "name": "http", "port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 30080 }] },
        }),
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": { "name": "web", "namespace": "shop", "uid": "3" },
            "spec": { "rules": [{ "host": "shop.example.com", "http": { "paths": [
                { "path": "/", "pathType": "ImplementationSpecific",
                  "backend": { "service": { "name": "web", "port": { "number": 80 } } } }] } }] },
        }),
        json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": { "name": "web", "namespace": "shop", "uid": "4" },
            "spec": { "scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4, "metrics": [cpu] },
        }),
    ]
}

fn pods() -> Value {
    json!({
        "containers": [{
            "name": "web", "image": "registry.example.com/web:1", "workingDir": "/srv",
            "resources": { "requests": { "cpu": "100m", "memory": "64Mi" }, "limits": { "memory": "128Mi" } },
            "ports": [{ "name": "http", "containerPort": 80, "protocol": "TCP" }],
            "env": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" },
                    { "name": "CPUS", "valueFrom": { "resourceFieldRef": { "resource": "requests.cpu", "containerName": "web" } } },
                    { "name": "KEY", "valueFrom": { "configMapKeyRef": { "name": "settings", "key": "key" } } }],
            "volumeMounts": [{ "name": "files", "mountPath": "/files" }, { "name": "host", "mountPath": "/host" },
                             { "name": "share", "mountPath": "/share" }, { "name": "scratch", "mountPath": "/scratch" }],
            "readinessProbe": { "httpGet": { "path": "/ready", "port": "http",
                                             "httpHeaders": [{ "name": "X-Probe", "value": "1" }] } },
            "securityContext": { "capabilities": { "add": ["NET_ADMIN"] } },
        }],
        "imagePullSecrets": [{ "name": "registry" }],
        "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": [
            { "matchExpressions": [{ "key": "pool", "operator": "In", "values": ["shop"] }] }] } } },
        "topologySpreadConstraints": [{ "topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
                                        "labelSelector": { "matchLabels": { "app": "web" } } }],
        "volumes": [
            { "name": "files", "configMap": { "name": "settings", "items": [{ "key": "key", "path": "key.txt" }] } },
            { "name": "host", "hostPath": { "path": "/host" } },
            { "name": "share", "nfs": { "server": "files.example.com", "path": "/share" } },
            { "name": "scratch", "emptyDir": { "sizeLimit": "1Gi" } },
        ],
    })
}

const PODS: &str = "/spec/template/spec";
const CONTAINER: &str = "/spec/template/spec/containers/0";

/// What runs in some cluster, a line each: the number of the object, the place in it (`C` is the container, `P` the pods),
/// what stands there, the field that shows it, and a value that repairs it. kube-apiserver 1.37.2 accepts each of them; see
/// `docs/differential.md`.
const RUNNING: &str = r#"
0 | /spec/replicas | 20000 | basics.replicas | 3
0 | /spec/strategy/rollingUpdate/maxSurge | 20000 | workload.update.max_surge | 2
0 | /spec/strategy/rollingUpdate/maxSurge | "2000%" | workload.update.max_surge | 25%
0 | C/image | "${IMAGE}" | containers.*.image | web:2
0 | C/image | "registry.example.com/Team/Shop:1" | containers.*.image | web:2
0 | C/image | "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" | containers.*.image | web:2
0 | C/image | "web@sha256:abc" | containers.*.image | web:2
0 | C/workingDir | "srv" | containers.*.working_dir | /srv/app
0 | C/resources/requests/cpu | "0" | containers.*.resources.cpu_request | 200m
0 | C/resources/requests/cpu | "100u" | containers.*.resources.cpu_request | 200m
0 | C/resources/requests/memory | "128m" | containers.*.resources.memory_request | 32Mi
0 | C/resources/limits/memory | "0" | containers.*.resources.memory_limit | 256Mi
0 | C/env/2/valueFrom/resourceFieldRef/containerName | "none" | containers.*.env.*.container | web
0 | C/env/3/valueFrom/configMapKeyRef/name | "${NAME}" | containers.*.env.*.object | other
0 | C/volumeMounts/0/mountPath | "files" | containers.*.mounts.*.path | /other
0 | C/readinessProbe/httpGet/path | "ready" | containers.*.readiness.path | /healthz
0 | C/readinessProbe/httpGet/port | "other" | containers.*.readiness.port | 80
0 | C/securityContext/capabilities/add/0 | "net admin" | containers.*.security.capabilities.*.text | SYS_TIME
0 | P/imagePullSecrets/0/name | "${SECRET}" | pod.pull_secrets.*.name | other
0 | P/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/values/0 | "a b" | pod.affinity.*.values | other
0 | P/topologySpreadConstraints/0/topologyKey | "my zone" | pod.spread.*.topology | zone-2
0 | P/volumes/0/configMap/items/0/key | "a b" | volumes.*.items.*.key | other
0 | P/volumes/1/hostPath/path | "host" | volumes.*.path | /srv/host
0 | P/volumes/2/nfs/server | "my server" | volumes.*.server | other.example.com
0 | P/volumes/3/emptyDir/sizeLimit | "0" | volumes.*.size | 2Gi
1 | /spec/ports/0/nodePort | 40000 | services.*.ports.*.node_port | 30081
2 | /spec/rules/0/http/paths/0/path | "/a//b" | ingresses.*.rules.*.path | /a
3 | /spec/maxReplicas | 20000 | scaling.metric.max | 5
"#;

fn running() -> Vec<(usize, String, Value, &'static str, &'static str)> {
    let case = |line: &'static str| {
        let [number, place, value, field, good] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let place = place.replacen('C', CONTAINER, usize::from(place.starts_with('C')));
        let place = place.replacen('P', PODS, usize::from(place.starts_with('P')));
        let value = serde_json::from_str(value).unwrap();
        (number.parse().unwrap(), place, value, field, good)
    };
    RUNNING.trim().lines().map(case).collect()
}

/// What was applied counts as wanted, whatever its value: so the app is shown as somebody has applied it.
fn applied(mut objects: Vec<Value>) -> Vec<Value> {
    for object in &mut objects {
        let spec = fields_of(&object["spec"]);
        object["metadata"]["managedFields"] =
            json!([{ "manager": "kubectl", "operation": "Apply", "fieldsV1": { "f:spec": spec } }]);
    }
    objects
}

fn fields_of(value: &Value) -> Value {
    let Value::Object(fields) = value else {
        return json!({});
    };
    let fields = fields
        .iter()
        .map(|(key, value)| (format!("f:{key}"), fields_of(value)));
    Value::Object(fields.collect())
}

fn opened(objects: Vec<Value>) -> Opened {
    read(applied(objects)).unwrap()
}

/// The draft that somebody gets who opens the app.
fn draft_of(opened: &Opened) -> Draft {
    let (_, as_is) = validate_running(&opened.draft);
    let origin = Origin {
        namespace: "shop".to_owned(),
        kind: "Deployment".to_owned(),
        name: opened.draft.basics.name.text().to_owned(),
        revision: 1,
        base_hash: String::new(),
        as_is,
    };
    Draft {
        origin: Some(origin),
        ..opened.draft.clone()
    }
}

fn edited(draft: &Draft, field: &str, text: &str) -> Draft {
    let mut draft = draft.clone();
    draft.leaf_mut(field).unwrap().set(text);
    draft
}

/// The places that change when a draft is saved.
#[track_caller]
fn changed(opened: &Opened, draft: &Draft) -> Vec<String> {
    let Verdict { app, issues } = validate(draft);
    let app = app.unwrap_or_else(|| panic!("{issues:#?}"));
    let changes = changes(opened, &app, &Target::default()).unwrap();
    let mut places = Vec::new();
    for change in changes {
        let Change::Patch { patch, .. } = change else {
            panic!("{change:?}")
        };
        let operations = serde_json::to_value(patch).unwrap();
        for operation in operations.as_array().unwrap() {
            if operation["op"] != "test" {
                places.push(operation["path"].as_str().unwrap().to_owned());
            }
        }
    }
    places
}

/// The field of a draft that a pattern means and that says this.
fn field_of(draft: &Draft, pattern: &str, text: &str) -> String {
    let is_number = |part: &str| part.parse::<u32>().is_ok();
    let fits = |path: &str| {
        let parts: Vec<&str> = path
            .split('.')
            .map(|part| if is_number(part) { "*" } else { part })
            .collect();
        parts.join(".") == pattern
    };
    let leaves = draft.leaves();
    let mut found = leaves
        .iter()
        .filter(|(path, leaf)| fits(path) && leaf.text() == text);
    // Of two that say the same it is the second that is refused.
    found
        .next_back()
        .unwrap_or_else(|| panic!("no {pattern} says {text}"))
        .0
        .clone()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[test]
fn what_runs_is_a_warning_and_everything_else_can_be_changed() {
    for (number, place, value, pattern, good) in running() {
        let mut objects = objects();
        *objects[number]
            .pointer_mut(&place)
            .unwrap_or_else(|| panic!("{place}")) = value.clone();
        // What an autoscaler sets is not planned.
        objects.truncate(if pattern == "basics.replicas" { 3 } else { 4 });
        let opened = opened(objects);
        let draft = draft_of(&opened);
        let field = field_of(&draft, pattern, &text(&value));

        let verdict = validate(&draft);
        assert!(verdict.app.is_some(), "{field}: {:#?}", verdict.issues);
        let told = verdict.issues.iter().find(|issue| issue.field == field);
        assert!(
            told.is_some_and(|issue| !issue.is_error()),
            "{field}: {:#?}",
            verdict.issues
        );
        assert_eq!(
            changed(&opened, &draft),
            Vec::<String>::new(),
            "{field}: opening changes nothing"
        );

        let container = draft.containers[0].id;
        let other = edited(
            &draft,
            &format!(
                "containers.{container}.ports.{}.name",
                draft.containers[0].ports[0].id
            ),
            "web",
        );
        let other = edited(&other, &format!("containers.{container}.readiness.port"), "web");
        if pattern != "containers.*.readiness.port" {
            let places = [
                format!("{CONTAINER}/ports/0/name"),
                format!("{CONTAINER}/readinessProbe/httpGet/port"),
            ];
            let mut changed = changed(&opened, &other);
            changed.sort();
            assert_eq!(changed, places, "{field}: another field is changed");
        }

        let repaired = edited(&draft, &field, good);
        let changed = changed(&opened, &repaired);
        assert!(
            !changed.is_empty() && changed.iter().all(|at| place.starts_with(at.as_str())),
            "{field}: {changed:?}"
        );

        let worse = edited(&draft, &field, "?!=${");
        assert!(
            validate(&worse)
                .issues
                .iter()
                .any(|issue| issue.field == field && issue.is_error()),
            "{field}: what is typed anew follows the rules"
        );
    }
}

#[test]
fn all_of_it_at_once_is_no_lock_either() {
    let mut objects = objects();
    for (number, place, value, ..) in running() {
        *objects[number].pointer_mut(&place).unwrap() = value;
    }
    let opened = opened(objects);
    let draft = draft_of(&opened);

    let image = format!("containers.{}.image", draft.containers[0].id);
    let draft = edited(&draft, &image, "web:2");

    assert_eq!(changed(&opened, &draft), [format!("{CONTAINER}/image")]);
}

#[test]
fn a_name_that_only_kubernetes_takes_is_no_lock() {
    let long = "a".repeat(60);
    for name in ["2048-game", "my.app", long.as_str()] {
        let mut objects = objects();
        objects.truncate(2);
        objects[0]["metadata"]["name"] = name.into();
        let opened = opened(objects);
        let draft = draft_of(&opened);

        let image = format!("containers.{}.image", draft.containers[0].id);

        assert_eq!(
            changed(&opened, &edited(&draft, &image, "web:2")),
            [format!("{CONTAINER}/image")],
            "{name}"
        );
        let container = &draft.containers[0];
        let unnamed = edited(&draft, &format!("containers.{}.name", container.id), "");
        let unnamed = edited(
            &unnamed,
            &format!(
                "containers.{}.env.{}.container",
                container.id, container.env[2].id
            ),
            "",
        );
        let is_wrong = validate(&unnamed).app.is_none();
        assert_eq!(
            is_wrong,
            name == "my.app",
            "a container gets the name of its app if it can"
        );
    }
}

#[test]
fn a_load_balancer_that_does_not_say_who_can_reach_it_stays_as_it_is() {
    let opened = opened(objects());
    let draft = draft_of(&opened);
    let reach = format!("services.{}.reach", draft.services[0].id);

    let told: Vec<_> = validate(&draft)
        .issues
        .into_iter()
        .filter(|issue| issue.field == reach)
        .collect();
    assert_eq!(
        told,
        [slipway_model::Issue::warning(
            &reach,
            slipway_model::Problem::ReachUnsaid {}
        )]
    );
    assert_eq!(changed(&opened, &draft), Vec::<String>::new());
    let private = changed(&opened, &edited(&draft, &reach, "private"));
    assert_eq!(private, ["/metadata/annotations"]);
}

#[test]
fn an_autoscaler_without_a_request_has_its_rows() {
    let mut objects = objects();
    objects[0]["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({});
    let opened = opened(objects);
    let draft = draft_of(&opened);

    assert!(draft.scaling.metric.enabled.is_on());
    assert_eq!(
        changed(&opened, &edited(&draft, "scaling.metric.max", "5")),
        ["/spec/maxReplicas"]
    );
}

#[test]
fn no_app_that_runs_has_an_error_before_it_is_touched() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|end| end != "yaml") {
            continue;
        }
        let mut objects: Vec<Value> =
            serde_saphyr::from_multiple(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for (number, object) in objects.iter_mut().enumerate() {
            object["metadata"]["uid"] = number.to_string().into();
        }
        let draft = draft_of(&read(objects).unwrap());

        let verdict = validate(&draft);

        assert!(verdict.app.is_some(), "{}: {:#?}", file.display(), verdict.issues);
    }
}

#[test]
fn a_bandwidth_that_is_no_number_stays_an_annotation() {
    let mut objects = objects();
    let key = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-bandwidth";
    let reach = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type";
    objects[1]["metadata"]["annotations"] = json!({ key: "much", reach: "internet" });
    let opened = opened(objects);
    let draft = draft_of(&opened);

    let row = &draft.services[0];
    assert_eq!(row.annotations[0].key.text(), key);
    assert_eq!(changed(&opened, &draft), Vec::<String>::new());
}

#[test]
fn a_number_that_no_count_can_be_stays_as_it_is() {
    for grace in [-1, 10_000_000_000_i64] {
        let mut objects = objects();
        objects[0]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = json!(grace);
        let opened = opened(objects);
        let draft = draft_of(&opened);

        assert_eq!(
            draft.pod.grace.is_blank(),
            grace < 0,
            "nothing below nought is typed"
        );
        let image = format!("containers.{}.image", draft.containers[0].id);
        assert_eq!(changed(&opened, &draft), Vec::<String>::new());
        let places = changed(&opened, &edited(&draft, &image, "web:2"));
        assert_eq!(places, [format!("{CONTAINER}/image")]);
        let places = changed(&opened, &edited(&draft, "pod.grace", "30"));
        assert_eq!(places, [format!("{PODS}/terminationGracePeriodSeconds")]);
    }
}

#[test]
fn a_job_whose_name_the_server_makes_up_is_called_so() {
    let job = json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": { "generateName": "report-" }, "spec": {} });

    for objects in [vec![job.clone()], vec![json!({ "kind": "List", "items": [job] })]] {
        let error = read(objects).unwrap_err().to_string();
        assert!(
            error.contains("Job without a name") && error.contains("generateName"),
            "{error}"
        );
    }
}
