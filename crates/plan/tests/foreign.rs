//! Manifests in the style of well-known charts: open, change the image, save. Only the image changes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use slipway_model::{validate, validate_running};
use slipway_plan::read::{Kept, Opened, yaml};
use slipway_plan::{Change, ObjectKey, Target, changes, read};

/// What the image is changed to.
const IMAGE: &str = "registry.example.com/changed:42";

fn manifests() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn objects(file: &Path) -> Vec<Value> {
    serde_saphyr::from_multiple(&fs::read_to_string(file).unwrap()).unwrap()
}

fn opened(file: &Path) -> Opened {
    read(objects(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The change of an opened app after an edit of its draft.
fn changed(opened: &Opened, edit: impl FnOnce(&mut slipway_model::Draft)) -> Vec<Change> {
    let mut draft = opened.draft.clone();
    edit(&mut draft);
    draft.give_ids();
    let (verdict, _) = validate_running(&draft);
    let app = verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues));
    changes(opened, &app, &Target::default()).unwrap()
}

/// The operations of the one patch that a change consists of, and the object it is for.
fn one_patch(changes: &[Change]) -> (ObjectKey, Vec<Value>) {
    let [Change::Patch { key, patch, .. }] = changes else {
        panic!("{changes:?}")
    };
    let Value::Array(operations) = serde_json::to_value(patch).unwrap() else {
        panic!()
    };
    (key.clone(), operations)
}

/// The pointer to the first container of a workload.
fn first_container(kind: &str) -> &'static str {
    match kind {
        "CronJob" => "/spec/jobTemplate/spec/template/spec/containers/0",
        _ => "/spec/template/spec/containers/0",
    }
}

#[test]
fn there_are_thirty_manifests() {
    assert!(manifests().len() >= 30, "{}", manifests().len());
}

#[test]
fn opening_and_saving_changes_nothing() {
    for file in manifests() {
        let opened = opened(&file);

        assert_eq!(changed(&opened, |_| {}), [], "{}", file.display());
    }
}

#[test]
fn a_changed_image_changes_only_the_image() {
    for file in manifests() {
        let opened = opened(&file);

        let changes = changed(&opened, |draft| draft.containers[0].image.set(IMAGE));

        let (key, operations) = one_patch(&changes);
        let live = opened.objects.iter().find(|live| live.key == key).unwrap();
        let image = format!("{}/image", first_container(&key.kind));
        let mut wanted = vec![
            json!({ "op": "test", "path": image, "value": live.body.pointer(&image) }),
            json!({ "op": "replace", "path": image, "value": IMAGE }),
        ];
        if let Some(uid) = live.uid() {
            wanted.insert(0, json!({ "op": "test", "path": "/metadata/uid", "value": uid }));
        }
        assert_eq!(operations, wanted, "{}", file.display());
    }
}

#[test]
fn what_the_form_does_not_know_is_listed() {
    insta::glob!("manifests", "*.yaml", |file| {
        let opened = opened(file);
        let line = |kept: &Kept| format!("# kept: {} {} = {}\n", kept.object, kept.pointer, kept.value);
        let kept: Vec<String> = opened.kept.iter().map(line).collect();
        let apart: Vec<String> = opened
            .apart
            .iter()
            .map(|key| format!("# apart: {key}\n"))
            .collect();
        let draft = yaml(&opened.draft);
        insta::assert_snapshot!(format!("{}{}{draft}", kept.concat(), apart.concat()));
    });
}

#[test]
fn no_value_of_a_secret_is_read() {
    let file = manifests()
        .into_iter()
        .find(|file| file.ends_with("postgres.yaml"))
        .unwrap();
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("this-must-not-be-read")
    );

    let opened = opened(&file);

    assert!(!format!("{opened:?}").contains("this-must-not-be-read"));
}

fn manifest(name: &str) -> Opened {
    let file = manifests().into_iter().find(|file| file.ends_with(name));
    opened(&file.unwrap())
}

/// What an object is after a patch, and that nothing but the named places differ.
fn patched(opened: &Opened, changes: &[Change], places: &[&str]) -> Value {
    let [Change::Patch { key, patch, .. }] = changes else {
        panic!("{changes:?}")
    };
    let live = opened.objects.iter().find(|live| live.key == *key).unwrap();
    let mut wanted = live.body.clone();
    json_patch::patch(&mut wanted, patch).unwrap();
    let (mut before, mut after) = (live.body.clone(), wanted.clone());
    for place in places {
        for object in [&mut before, &mut after] {
            let (outer, key) = place.rsplit_once('/').unwrap();
            if let Some(Value::Object(fields)) = object.pointer_mut(outer) {
                fields.remove(key);
            }
        }
    }
    assert_eq!(before, after);
    wanted
}

#[test]
fn a_patch_does_nothing_to_what_has_changed_meanwhile() {
    let opened = manifest("as-kubectl-shows-it.yaml");
    let changes = changed(&opened, |draft| draft.containers[0].image.set(IMAGE));
    let [Change::Patch { patch, .. }] = changes.as_slice() else {
        panic!()
    };
    let mut theirs = opened
        .objects
        .iter()
        .find(|live| live.key.kind == "Deployment")
        .unwrap()
        .body
        .clone();
    theirs["spec"]["template"]["spec"]["containers"][0]["image"] = "theirs:2".into();
    let before = theirs.clone();

    assert!(json_patch::patch(&mut theirs, patch).is_err());

    assert_eq!(theirs, before);
}

#[test]
fn a_second_container_comes_and_goes_without_the_first_one_losing_what_the_form_does_not_know() {
    let opened = manifest("ci-runner.yaml");

    let added = changed(&opened, |draft| {
        draft.containers.push(slipway_model::draft::Container {
            name: "third".into(),
            image: IMAGE.into(),
            ..slipway_model::draft::Container::default()
        });
    });
    let removed = changed(&opened, |draft| drop(draft.containers.remove(0)));

    let containers = "/spec/template/spec/containers";
    let added = patched(&opened, &added, &[containers]);
    assert_eq!(added.pointer(containers).unwrap().as_array().unwrap().len(), 3);
    assert_eq!(
        added.pointer(&format!("{containers}/1/volumeDevices/0/name")),
        Some(&json!("raw"))
    );
    let removed = patched(&opened, &removed, &[containers]);
    assert_eq!(
        removed.pointer(&format!("{containers}/0/name")),
        Some(&json!("dind"))
    );
    assert_eq!(
        removed.pointer(&format!("{containers}/0/securityContext/privileged")),
        Some(&json!(true))
    );
}

#[test]
fn variables_change_around_one_that_the_form_does_not_know() {
    let opened = manifest("autoscaled-without-requests.yaml");

    let changes = changed(&opened, |draft| {
        draft.containers[0].env[0].value.set("slow");
        draft.containers[0].env.push(slipway_model::draft::Variable {
            name: "LEVEL".into(),
            value: "debug".into(),
            ..slipway_model::draft::Variable::default()
        });
    });

    let env = "/spec/template/spec/containers/0/env";
    let wanted = patched(&opened, &changes, &[env]);
    assert_eq!(
        wanted.pointer(env),
        Some(&json!([
            { "name": "QUEUE", "value": "default" },
            { "name": "QUEUE", "value": "slow" },
            { "name": "LEVEL", "value": "debug" },
        ]))
    );
}

#[test]
fn what_is_emptied_goes_and_what_stands_beside_it_stays() {
    let opened = manifest("gpu-inference.yaml");

    let changes = changed(&opened, |draft| {
        draft.containers[0].resources = slipway_model::draft::Resources::default();
        draft.containers[0].readiness = slipway_model::draft::Probe::default();
        draft.workload.update.kind.set("");
    });

    let container = "/spec/template/spec/containers/0";
    let [resources, probe] = ["resources", "readinessProbe"].map(|field| format!("{container}/{field}"));
    let wanted = patched(&opened, &changes, &[&resources, &probe, "/spec/strategy"]);
    let left = json!({ "limits": { "nvidia.com/gpu": "1" }, "claims": [{ "name": "gpu" }] });
    assert_eq!(wanted.pointer(&resources), Some(&left));
    assert_eq!(wanted.pointer(&probe), None);
}

#[test]
fn another_way_of_replacing_pods_brings_none_of_the_old_ones_settings() {
    let opened = manifest("as-kubectl-shows-it.yaml");

    let changes = changed(&opened, |draft| draft.workload.update.kind.set("Recreate"));

    let wanted = patched(&opened, &changes, &["/spec/strategy"]);
    assert_eq!(wanted["spec"]["strategy"], json!({ "type": "Recreate" }));
}

#[test]
fn a_new_service_finds_the_pods_by_the_workloads_own_selector() {
    let opened = manifest("api-with-several-metrics.yaml");

    let changes = changed(&opened, |draft| {
        draft.services.push(slipway_model::draft::Service {
            name: "api-inside".into(),
            ports: vec![slipway_model::draft::ServicePort {
                port: "3000".into(),
                ..Default::default()
            }],
            ..slipway_model::draft::Service::default()
        });
    });

    let [Change::Create(object)] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(object.body.value()["spec"]["selector"], json!({ "app": "api" }));
    assert_eq!(object.body.value()["metadata"].get("labels"), None);
}

#[test]
fn a_metric_changes_in_the_autoscaler_that_is_there_whatever_its_name() {
    let opened = manifest("timed-and-metric.yaml");

    let changes = changed(&opened, |draft| draft.scaling.metric.max.set("30"));

    let (key, operations) = one_patch(&changes);
    assert_eq!(key.name, "portal-hpa");
    assert_eq!(
        operations,
        [
            json!({ "op": "test", "path": "/spec/maxReplicas", "value": 20 }),
            json!({ "op": "replace", "path": "/spec/maxReplicas", "value": 30 }),
        ]
    );
    assert_eq!(opened.apart, []);
}

#[test]
fn turning_an_autoscaler_on_leaves_the_number_of_pods_to_it() {
    let opened = manifest("mysql-primary.yaml");
    let mut draft = opened.draft.clone();
    for container in &mut draft.containers {
        container.resources.cpu_request.set("100m");
    }
    draft.scaling.metric = slipway_model::draft::MetricScaling {
        enabled: "true".into(),
        min: "1".into(),
        max: "3".into(),
        metrics: vec![slipway_model::draft::Metric {
            utilization: "60".into(),
            ..Default::default()
        }],
    };
    draft.give_ids();
    let app = validate(&draft).app.unwrap();

    let changes = changes(&opened, &app, &Target::default()).unwrap();

    let kinds: Vec<&str> = changes
        .iter()
        .map(|change| match change {
            Change::Create(object) => object.key.kind.as_str(),
            Change::Patch { key, patch, .. } => {
                assert!(!serde_json::to_string(patch).unwrap().contains("replicas"));
                key.kind.as_str()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["Deployment", "HorizontalPodAutoscaler"]);
}

#[test]
fn a_service_that_is_taken_out_of_the_draft_goes() {
    let opened = manifest("as-kubectl-shows-it.yaml");

    let changes = changed(&opened, |draft| draft.services.clear());

    let uid = Some("0f0c5e39-76c2-4b7e-8f36-1cf2e4a5e0aa".to_owned());
    assert!(
        matches!(changes.as_slice(), [Change::Delete { key, uid: found }] if key.kind == "Service" && *found == uid)
    );
}

#[test]
fn what_cannot_be_changed_is_said() {
    use slipway_plan::change::ChangeError;

    let attempt = |name: &str, edit: &dyn Fn(&mut slipway_model::Draft)| {
        let opened = manifest(name);
        let mut draft = opened.draft.clone();
        edit(&mut draft);
        draft.give_ids();
        let verdict = validate(&draft);
        changes(&opened, &verdict.app.unwrap(), &Target::default()).unwrap_err()
    };

    let moved = attempt("plain.yaml", &|draft| draft.basics.name.set("other"));
    assert_eq!(moved, ChangeError::Moved);
    let label = attempt("api-with-several-metrics.yaml", &|draft| {
        draft.pod.labels[0].value.set("other");
    });
    assert_eq!(label, ChangeError::SelectorLabel("app".to_owned()));
    let unknown = attempt("restricted-web.yaml", &|draft| {
        draft.scaling.metric = slipway_model::draft::MetricScaling {
            enabled: "true".into(),
            min: "1".into(),
            max: "3".into(),
            metrics: vec![slipway_model::draft::Metric {
                utilization: "60".into(),
                ..Default::default()
            }],
        };
    });
    assert!(matches!(unknown, ChangeError::Unknown(key) if key.kind == "HorizontalPodAutoscaler"));
}
