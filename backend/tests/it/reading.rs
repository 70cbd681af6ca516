//! What the real API server makes of an app is read back as that app, and a changed draft changes only what changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use http::Method;
use serde_json::{Value, json};
use slipway_model::{App, arbitrary, validate, validate_running};
use slipway_plan::read::Opened;
use slipway_plan::{CanaryMechanism, Change, Feature, ObjectKey, Plan, Target, changes, drift, plan, read};

use crate::support::ApiServer;

const JSON: &str = "application/json";
const APPLY: &str = "application/apply-patch+yaml";
const PATCH: &str = "application/json-patch+json";

/// How many generated apps go through the API server: `$SLIPWAYDEV_ROUND_TRIPS`, else a few dozen.
fn cases() -> u64 {
    let said = std::env::var("SLIPWAYDEV_ROUND_TRIPS").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(48)
}

/// A tape that looks like chance and is the same each time.
fn tape(seed: u64) -> Vec<u16> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from(state >> 48).unwrap_or_default()
    };
    (0..1200).map(|_| next()).collect()
}

/// A generated app in a namespace, and one of the targets that this cluster has the kinds for.
fn generated(seed: u64, namespace: &str) -> Option<(App, Target)> {
    let mut draft = arbitrary::draft(&tape(seed))?;
    draft.basics.namespace.set(namespace);
    // This cluster has no routes.
    for row in &mut draft.ingresses {
        row.kind.set("");
    }
    let canaries = [
        CanaryMechanism::Nginx,
        CanaryMechanism::AckWeights,
        CanaryMechanism::Alb,
    ];
    let target = Target {
        canary: canaries[usize::try_from(seed % 3).unwrap_or_default()],
        features: [Feature::Metrics, Feature::CronHpa].into(),
        ..Target::default()
    };
    Some((validate(&draft).app?, target))
}

/// The objects as a dry run of the server shows them; none when it refuses one of them.
async fn dry_run(server: &ApiServer, plan: &Plan, by_apply: bool) -> Option<Vec<Value>> {
    let mut shown = Vec::new();
    for object in plan.made() {
        let body = object.first_body().into_value();
        let (status, answer) = if by_apply {
            let path = format!(
                "{}?dryRun=All&fieldManager=slipway&force=true",
                server.path(&object.key)
            );
            server.send(Method::PATCH, &path, APPLY, &body).await
        } else {
            let path = format!("{}?dryRun=All&fieldManager=slipway", server.list(&object.key));
            server.send(Method::POST, &path, JSON, &body).await
        };
        if status >= 300 {
            eprintln!("refused: {}", answer["message"]);
            return None;
        }
        shown.push(answer);
    }
    Some(shown)
}

fn bodies(plan: &Plan) -> Vec<Value> {
    plan.made()
        .map(|object| object.first_body().into_value())
        .collect()
}

#[tokio::test]
async fn what_was_applied_is_read_back_as_the_same_plan() {
    let server = ApiServer::with_namespace("reading").await;
    let (mut tried, mut read_back) = (0, 0);
    for seed in 0..cases() {
        let Some((app, target)) = generated(seed, &server.namespace) else {
            continue;
        };
        let planned = plan(&app, &target);
        tried += 1;
        let Some(shown) = dry_run(&server, &planned, true).await else {
            continue;
        };

        let opened = read(shown).unwrap();
        let again = plan(
            &opened.app().unwrap_or_else(|issues| panic!("{seed}: {issues:?}")),
            &target,
        );

        assert_eq!(opened.kept, [], "{seed}");
        assert_eq!(bodies(&again), bodies(&planned), "{seed}");
        assert_eq!(again.hash(), planned.hash(), "{seed}");
        read_back += 1;
    }
    assert!(
        read_back * 10 >= tried * 8 && read_back > 0,
        "{read_back} of {tried}"
    );
}

/// An object without what differs each time it is made.
fn lasting(object: &Value) -> Value {
    let mut object = object.clone();
    remove(&mut object, &["status"]);
    remove(
        &mut object["metadata"],
        &["uid", "creationTimestamp", "managedFields", "resourceVersion"],
    );
    let spec = &mut object["spec"];
    if spec["ports"].is_array() {
        remove(spec, &["clusterIP", "clusterIPs", "healthCheckNodePort"]);
        for port in spec["ports"].as_array_mut().into_iter().flatten() {
            remove(port, &["nodePort"]);
        }
    }
    without_generated(&mut object);
    object
}

fn remove(object: &mut Value, keys: &[&str]) {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

/// Takes out what the server makes of a Job's uid.
fn without_generated(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for key in ["batch.kubernetes.io/controller-uid", "controller-uid"] {
                fields.remove(key);
            }
            fields.values_mut().for_each(without_generated);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_generated),
        _ => {}
    }
}

/// A first write does not tell what was asked for from what was filled in. So the plan read back may leave out what the
/// server fills in by itself; what the server makes of it is the same.
#[tokio::test]
async fn what_was_created_is_read_back_as_a_plan_that_makes_the_same_objects() {
    let server = ApiServer::with_namespace("reading").await;
    let (mut tried, mut read_back) = (0, 0);
    for seed in 1000..1000 + cases() {
        let Some((app, target)) = generated(seed, &server.namespace) else {
            continue;
        };
        let planned = plan(&app, &target);
        tried += 1;
        let Some(shown) = dry_run(&server, &planned, false).await else {
            continue;
        };

        let opened = read(shown.clone()).unwrap();
        let again = plan(
            &opened.app().unwrap_or_else(|issues| panic!("{seed}: {issues:?}")),
            &target,
        );
        let shown_again = dry_run(&server, &again, false).await;

        assert_eq!(opened.kept, [], "{seed}");
        let (shown, shown_again) = (shown.iter().map(lasting), shown_again.unwrap());
        assert_eq!(
            shown.collect::<Vec<_>>(),
            shown_again.iter().map(lasting).collect::<Vec<_>>(),
            "{seed}"
        );
        read_back += 1;
    }
    assert!(
        read_back * 10 >= tried * 8 && read_back > 0,
        "{read_back} of {tried}"
    );
}

/// Whatever the server fills in, leaves out or writes in its own way, nobody has changed anything.
#[tokio::test]
async fn right_after_it_was_made_nothing_of_an_app_has_drifted() {
    let server = ApiServer::with_namespace("drift").await;
    let (mut tried, mut made) = (0, 0);
    let mut found = BTreeSet::new();
    for seed in 2000..2000 + cases() {
        let Some((app, target)) = generated(seed, &server.namespace) else {
            continue;
        };
        let planned = plan(&app, &target);
        for by_apply in [false, true] {
            tried += 1;
            let Some(shown) = dry_run(&server, &planned, by_apply).await else {
                continue;
            };
            made += 1;
            for (object, live) in planned.made().zip(&shown) {
                let kind = &object.key.kind;
                found.extend(drift(object.body.value(), live).iter().map(|drift| {
                    format!(
                        "{seed} {kind} {}: {} is {:?}",
                        drift.path, drift.applied, drift.live
                    )
                }));
            }
        }
    }
    assert!(made * 10 >= tried * 8 && made > 0, "{made} of {tried}");
    assert!(found.is_empty(), "{found:#?}");
}

fn manifests() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/plan/tests/manifests");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Kinds that are made here. An autoscaler would change the number of pods while the test looks at it.
const MADE: [&str; 7] = [
    "Deployment",
    "StatefulSet",
    "Job",
    "CronJob",
    "Service",
    "Ingress",
    "PersistentVolumeClaim",
];

/// Makes the objects of a manifest, and reads what has become of them.
async fn made(server: &ApiServer, file: &Path) -> Vec<Value> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(&std::fs::read_to_string(file).unwrap()).unwrap();
    let objects = documents
        .into_iter()
        .flat_map(|document| match document["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![document],
        });
    let mut found = Vec::new();
    for mut object in objects.filter(|object| MADE.iter().any(|kind| object["kind"] == *kind)) {
        let metadata = object["metadata"].as_object_mut().unwrap();
        for key in [
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "generation",
            "managedFields",
        ] {
            metadata.remove(key);
        }
        metadata.insert("namespace".to_owned(), server.namespace.as_str().into());
        // A port or an address may be another test's at this moment.
        for key in ["clusterIP", "clusterIPs", "nodePort"] {
            free(&mut object["spec"], key);
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let key = ObjectKey::namespaced(
            &api_version,
            &kind,
            &server.namespace,
            text(&object["metadata"]["name"]),
        );
        let path = format!("{}?fieldManager=kubectl-create", server.list(&key));
        let (status, answer) = server.send(Method::POST, &path, JSON, &object).await;
        assert_eq!(status, 201, "{}: {answer}", file.display());
        found.push(server.get(&server.path(&key)).await);
    }
    found
}

fn free(spec: &mut Value, key: &str) {
    let Some(fields) = spec.as_object_mut() else {
        return;
    };
    if fields.get(key).is_some_and(|value| value != "None") {
        fields.remove(key);
    }
    for port in fields
        .get_mut("ports")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        free(port, key);
    }
}

/// What somebody wrote in an object, without what the server counts and what it reports.
fn written(object: &Value) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove("status");
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in ["generation", "managedFields", "resourceVersion"] {
        metadata.remove(key);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("deployment.kubernetes.io/revision");
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    object
}

const IMAGE: &str = "registry.example.com/changed:42";

fn changed(opened: &Opened) -> Vec<Change> {
    let mut draft = opened.draft.clone();
    draft.containers[0].image.set(IMAGE);
    let (verdict, _) = validate_running(&draft);
    let app = verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues));
    changes(opened, &app, &Target::default()).unwrap()
}

#[tokio::test]
async fn a_changed_image_of_a_foreign_app_changes_only_the_image_on_the_server() {
    let mut saved = 0;
    for file in manifests() {
        let server = ApiServer::with_namespace("foreign").await;
        let opened = read(made(&server, &file).await).unwrap();
        let changes = changed(&opened);
        let [Change::Patch { key, patch, .. }] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        let path = server.path(key);
        let before = server.get(&path).await;

        let (status, answer) = server
            .send(Method::PATCH, &path, PATCH, &serde_json::to_value(patch).unwrap())
            .await;

        if key.kind == "Job" {
            // The cluster lets nobody change the pods of a Job.
            assert_eq!(status, 422, "{}: {answer}", file.display());
            continue;
        }
        assert_eq!(status, 200, "{}: {answer}", file.display());
        let after = server.get(&path).await;
        let image = match key.kind.as_str() {
            "CronJob" => "/spec/jobTemplate/spec/template/spec/containers/0/image",
            _ => "/spec/template/spec/containers/0/image",
        };
        let mut wanted = written(&before);
        *wanted.pointer_mut(image).unwrap() = IMAGE.into();
        assert_eq!(written(&after), wanted, "{}", file.display());
        saved += 1;
    }
    assert!(saved >= 25, "{saved}");
}

pub(crate) fn slipway(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
    command.env_clear().arg("draft").args(arguments);
    command
}

pub(crate) fn printed(command: &mut Command) -> (String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn a_running_app_is_printed_as_a_draft_that_has_the_same_plan() {
    let server = ApiServer::with_namespace("printed").await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/nginx.yaml");
    let mut draft: slipway_model::Draft =
        serde_saphyr::from_str(&std::fs::read_to_string(example).unwrap()).unwrap();
    draft.basics.namespace.set(server.namespace.as_str());
    draft.give_ids();
    let planned = plan(&validate(&draft).app.unwrap(), &Target::default());
    for object in planned.made() {
        let path = format!("{}?fieldManager=slipway&force=true", server.path(&object.key));
        let (status, answer) = server
            .send(Method::PATCH, &path, APPLY, &object.first_body().into_value())
            .await;
        assert!(status < 300, "{answer}");
    }
    let kubeconfig = local_cluster::shared().await.kubeconfig();
    let from = format!("{}/deployment/{}", server.namespace, draft.basics.name);

    let (draft, said) = printed(slipway(&[&from]).arg("--kubeconfig").arg(&kubeconfig));
    let missing = printed(
        slipway(&[&format!("{from}-2")])
            .arg("--kubeconfig")
            .arg(&kubeconfig),
    );
    let elsewhere = printed(
        slipway(&[&from, "--context", "none"])
            .arg("--kubeconfig")
            .arg(&kubeconfig),
    );

    assert_eq!(said, "");
    let mut read: slipway_model::Draft = serde_saphyr::from_str(&draft).unwrap();
    read.give_ids();
    let again = plan(&validate(&read).app.unwrap(), &Target::default());
    assert_eq!(again.yaml(), planned.yaml());
    assert!(missing.1.contains("not found"), "{missing:?}");
    assert!(elsewhere.1.contains("no context none"), "{elsewhere:?}");
}

#[test]
fn a_manifest_is_printed_as_a_draft_with_what_it_leaves_out() {
    let file = manifests()
        .into_iter()
        .find(|file| file.ends_with("postgres.yaml"))
        .unwrap();

    let (from_file, _) = printed(&mut slipway(&[file.to_str().unwrap()]));
    let (from_input, said) = printed(slipway(&["-"]).stdin(Stdio::from(std::fs::File::open(&file).unwrap())));

    assert_eq!((from_file.as_str(), said.as_str()), (from_input.as_str(), ""));
    for line in [
        "# The form does not know this, so a plan of this draft leaves it out; --keep FILE writes what brings it back:",
        "#   Service data/orders-db-headless /spec/publishNotReadyAddresses: true",
        "# This is no part of the app:",
        "#   Secret data/orders-db",
        "  name: orders-db",
    ] {
        assert!(
            from_file.lines().any(|found| found == line),
            "{line} in {from_file}"
        );
    }
    let mut draft: slipway_model::Draft = serde_saphyr::from_str(&from_file).unwrap();
    draft.give_ids();
    assert!(validate(&draft).app.is_some());
}

#[test]
fn what_cannot_be_a_draft_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = |objects: &[Value]| {
        let file = folder.path().join("manifest.json");
        std::fs::write(&file, json!({ "kind": "List", "items": objects }).to_string()).unwrap();
        printed(&mut slipway(&[file.to_str().unwrap()])).1
    };
    let object = |api_version: &str, kind: &str| json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "x", "namespace": "y" } });

    let daemon = manifest(&[object("apps/v1", "DaemonSet")]);
    let two = manifest(&[object("apps/v1", "Deployment"), object("batch/v1", "Job")]);
    let none = manifest(&[object("v1", "Service")]);

    assert!(
        daemon.contains("DaemonSet y/x (apps/v1) cannot be opened"),
        "{daemon}"
    );
    assert!(
        two.contains("--app NAME") && two.contains("several: deployment/x, job/x"),
        "{two}"
    );
    assert!(none.contains("there is no Deployment"), "{none}");
}
