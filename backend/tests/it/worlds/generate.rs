//! A world from a seed: who there is, what there is, and who may do what. Nothing here touches a cluster.
//!
//! Every text that only one object has holds a *trace*: ten characters that occur nowhere else. An answer that holds the
//! trace of an object tells of it.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

/// How many namespaces a world may have.
pub(super) const MOST_SPACES: usize = 3;

/// What every trace begins with.
pub(super) const TRACE: &str = "zq";
/// Characters of a trace.
pub(super) const TRACE_LENGTH: usize = 10;

/// A world.
pub(super) struct World {
    pub(super) seed: u64,
    /// What names of its people, teams and cluster roles begin with.
    pub(super) name: String,
    pub(super) people: Vec<Person>,
    pub(super) spaces: Vec<Space>,
    /// Roles of the whole cluster, each with who has it there.
    pub(super) everywhere: Vec<(Right, Subject)>,
    /// Whether the first person makes an app of ours in the first namespace, for which they have the rights.
    pub(super) has_ours: bool,
    /// Traces for what comes later.
    pub(super) traces: Traces,
}

/// Somebody who may use the server.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) user: String,
    pub(super) groups: Vec<String>,
    pub(super) teams: Vec<String>,
}

/// A namespace.
pub(super) struct Space {
    /// Names of Deployments.
    pub(super) apps: Vec<String>,
    /// Everything in it; Deployments come last.
    pub(super) objects: Vec<Value>,
    pub(super) grants: Vec<(Right, Subject)>,
}

/// Who has a right.
#[derive(Clone)]
pub(super) enum Subject {
    User(String),
    Group(String),
}

/// What somebody may do.
pub(super) enum Right {
    /// By a role that every cluster has.
    BuiltIn(&'static str),
    /// By a role with these rules.
    Rules(Vec<Value>),
    /// By a role that is put together of others; these are the rules of the only one.
    Aggregated(Vec<Value>),
}

/// Gives out traces.
#[derive(Clone)]
pub(super) struct Traces {
    world: u32,
    last: u8,
}

impl Traces {
    pub(super) fn next(&mut self) -> String {
        self.last = self.last.checked_add(1).expect("a world is small");
        format!("{TRACE}{:06x}{:02x}", self.world, self.last)
    }
}

impl World {
    /// The world of a seed. `number` tells it from the others of a run.
    pub(super) fn of(seed: u64, number: u32) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let name = format!("w{number:06x}");
        let mut traces = Traces {
            world: number,
            last: 0,
        };
        let groups = [format!("{name}-one"), format!("{name}-two")];
        let people = people(&mut dice, &name, &groups);
        let users = people.iter().map(|person| Subject::User(person.user.clone()));
        let subjects: Vec<Subject> = users.chain(groups.map(Subject::Group)).collect();
        let spaces = *[1, 1, 1, 2, 2, MOST_SPACES].choose(&mut dice).expect("a choice");
        let mut spaces: Vec<Space> = (0..spaces)
            .map(|_| space(&mut dice, &mut traces, &subjects))
            .collect();
        let has_ours = dice.random_bool(0.4);
        if has_ours {
            spaces[0]
                .grants
                .push((Right::BuiltIn("edit"), subjects[0].clone()));
        }
        let mut everywhere = Vec::new();
        if dice.random_bool(0.15) {
            let holder = subjects.choose(&mut dice).expect("there is one").clone();
            everywhere.push((cluster_right(&mut dice), holder));
        }
        Self {
            seed,
            name,
            people,
            spaces,
            everywhere,
            has_ours,
            traces,
        }
    }
}

/// Two teams, and two to four people of whom one may be in both.
fn people(dice: &mut StdRng, name: &str, groups: &[String]) -> Vec<Person> {
    let teams = [format!("{name}-red"), format!("{name}-blue")];
    let names = ["ann", "ben", "cid", "dee"];
    let count = *[2, 2, 2, 2, 3, 4].choose(dice).expect("a choice");
    let person = |(index, short): (usize, &&str)| Person {
        user: format!("{name}-{short}"),
        groups: groups.iter().filter(|_| dice.random_bool(0.5)).cloned().collect(),
        teams: match index {
            2 if dice.random_bool(0.5) => teams.to_vec(),
            index => vec![teams[index % 2].clone()],
        },
    };
    names.iter().take(count).enumerate().map(person).collect()
}

fn space(dice: &mut StdRng, traces: &mut Traces, subjects: &[Subject]) -> Space {
    let mut space = Space {
        apps: Vec::new(),
        objects: Vec::new(),
        grants: Vec::new(),
    };
    let mut deployments = Vec::new();
    for _ in 0..dice.random_range(1..=2) {
        let (deployment, mut beside) = app(dice, traces);
        let name = deployment["metadata"]["name"]
            .as_str()
            .expect("a name")
            .to_owned();
        space.apps.push(name);
        space.objects.append(&mut beside);
        deployments.push(deployment);
    }
    space.objects.append(&mut deployments);
    let names: Vec<String> = space.objects.iter().map(name_of).collect();
    for subject in subjects {
        if dice.random_bool(0.5) {
            space.grants.push((right(dice, &names), subject.clone()));
        }
    }
    space
}

fn name_of(object: &Value) -> String {
    object["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

/// An app that somebody else has made, and what belongs to it.
fn app(dice: &mut StdRng, traces: &mut Traces) -> (Value, Vec<Value>) {
    let mut named = |stem: &str| format!("{stem}-{}", traces.next());
    let (web, map, secret, claim) = (named("web"), named("map"), named("sec"), named("pvc"));
    let mut text = || traces.next();
    let labels = json!({ "app": text() });
    let meta = |name: &str| json!({ "name": name });
    let mut env = vec![json!({ "name": "PLAIN", "value": text() })];
    let (mut beside, mut volumes, mut mounts) = (Vec::new(), Vec::new(), Vec::new());
    if dice.random_bool(0.5) {
        beside.push(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(&map), "data": { "key": text() } }));
        env.push(json!({ "name": "MAP", "valueFrom": { "configMapKeyRef": { "name": map, "key": "key" } } }));
    }
    if dice.random_bool(0.5) {
        let data = json!({ "password": text() });
        beside.push(
            json!({ "apiVersion": "v1", "kind": "Secret", "metadata": meta(&secret), "stringData": data }),
        );
        env.push(
            json!({ "name": "PASS", "valueFrom": { "secretKeyRef": { "name": secret, "key": "password" } } }),
        );
    }
    if dice.random_bool(0.3) {
        let spec = json!({ "accessModes": ["ReadWriteOnce"], "storageClassName": text(),
                           "resources": { "requests": { "storage": "1Gi" } } });
        beside.push(json!({ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta(&claim), "spec": spec }));
        volumes.push(json!({ "name": "data", "persistentVolumeClaim": { "claimName": claim } }));
        mounts.push(json!({ "name": "data", "mountPath": "/data" }));
    }
    beside.extend(access(dice, traces, &web, &labels));
    let image = format!("registry.example/{}:1", traces.next());
    let container = json!({ "name": "main", "image": image, "env": env, "volumeMounts": mounts });
    // No pods: they would only keep the scheduler busy.
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": web, "labels": { "tier": traces.next() } },
        "spec": { "replicas": 0, "selector": { "matchLabels": labels }, "template": {
            "metadata": { "labels": labels }, "spec": { "containers": [container], "volumes": volumes } } },
    });
    (deployment, beside)
}

/// What leads to an app, and an autoscaler of it.
fn access(dice: &mut StdRng, traces: &mut Traces, web: &str, labels: &Value) -> Vec<Value> {
    let mut beside = Vec::new();
    let mut text = || traces.next();
    let (service, ingress, scaler) = (text(), text(), text());
    if dice.random_bool(0.8) {
        let service = format!("svc-{service}");
        let spec = json!({ "selector": labels, "ports": [{ "name": text(), "port": 80 }] });
        let meta = json!({ "name": service });
        beside.push(json!({ "apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec }));
        if dice.random_bool(0.8) {
            let backend = json!({ "service": { "name": service, "port": { "number": 80 } } });
            let path = json!({ "path": format!("/{}", text()), "pathType": "Prefix", "backend": backend });
            let rule = json!({ "host": format!("{}.example", text()), "http": { "paths": [path] } });
            beside.push(json!({
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": { "name": format!("ing-{ingress}") }, "spec": { "rules": [rule] },
            }));
        }
    }
    if dice.random_bool(0.3) {
        let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": web });
        beside.push(json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": { "name": format!("hpa-{scaler}") },
            "spec": { "scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 7 },
        }));
    }
    beside
}

const GROUPS: [&[&str]; 5] = [
    &["apps"],
    &[""],
    &["networking.k8s.io"],
    &["*"],
    &["", "apps", "networking.k8s.io", "autoscaling"],
];
const RESOURCES: [&str; 10] = [
    "deployments",
    "services",
    "ingresses",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "horizontalpodautoscalers",
    "replicasets",
    "pods",
    "deployments/scale",
];
const VERBS: [&[&str]; 8] = [
    &["get"],
    &["list"],
    &["get", "list", "watch"],
    &["get", "list", "watch", "create"],
    &["get", "list", "patch", "update"],
    &["get", "delete"],
    &["create"],
    &["*"],
];

/// A right in a namespace whose objects have these names.
fn right(dice: &mut StdRng, names: &[String]) -> Right {
    match dice.random_range(0..10) {
        0 | 1 => Right::BuiltIn("view"),
        2 | 3 => Right::BuiltIn("edit"),
        4 => Right::BuiltIn("admin"),
        5 => Right::Aggregated(rules(dice, &[])),
        _ => Right::Rules(rules(dice, names)),
    }
}

fn rules(dice: &mut StdRng, names: &[String]) -> Vec<Value> {
    (0..dice.random_range(1..=3)).map(|_| rule(dice, names)).collect()
}

fn rule(dice: &mut StdRng, names: &[String]) -> Value {
    let resources: Vec<&str> = match dice.random_range(0..4) {
        0 => vec!["*"],
        1 => vec!["deployments"],
        _ => RESOURCES
            .iter()
            .copied()
            .filter(|_| dice.random_bool(0.3))
            .collect(),
    };
    let resources = if resources.is_empty() {
        vec!["deployments"]
    } else {
        resources
    };
    let groups = GROUPS.choose(dice).expect("a choice");
    let verbs = VERBS.choose(dice).expect("a choice");
    let mut rule = json!({ "apiGroups": groups, "resources": resources, "verbs": verbs });
    if !names.is_empty() && dice.random_bool(0.25) {
        let some: Vec<&String> = names.iter().filter(|_| dice.random_bool(0.5)).collect();
        // None at all would mean all of them.
        if !some.is_empty() {
            rule["resourceNames"] = json!(some);
        }
    }
    rule
}

/// A right in the whole cluster.
fn cluster_right(dice: &mut StdRng) -> Right {
    let one = |group: &str, resource: &str| {
        Right::Rules(vec![
            json!({ "apiGroups": [group], "resources": [resource], "verbs": ["get", "list", "watch"] }),
        ])
    };
    match dice.random_range(0..5) {
        0 => one("", "nodes"),
        1 => one("", "namespaces"),
        2 => one("apps", "deployments"),
        3 => one("networking.k8s.io", "ingresses"),
        _ => Right::BuiltIn("view"),
    }
}
