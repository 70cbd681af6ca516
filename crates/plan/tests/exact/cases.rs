//! Inputs that failed once, each with the edit that failed. `cases/` holds one file for each.

use std::path::Path;

use serde_json::{Value, json};
use slipway_model::draft::{Mount, Port, Volume};
use slipway_model::{Draft, validate};
use slipway_plan::change::previews;
use slipway_plan::read::Opened;
use slipway_plan::{Target, changes, plan, read};

use crate::judge::carried_out;
use crate::worlds::{served, target};

fn written(case: &str) -> Vec<Value> {
    of_file(&format!("exact/cases/{case}.yaml"))
}

pub(crate) fn of_file(file: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    serde_saphyr::from_multiple(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

/// A case as it runs, and what it is after an edit.
fn edited(case: &str, edit: impl FnOnce(&mut Draft)) -> (Vec<Value>, Vec<Value>) {
    changed(written(case), edit)
}

/// Objects as they run, and what they are after an edit.
pub(crate) fn changed(written: Vec<Value>, edit: impl FnOnce(&mut Draft)) -> (Vec<Value>, Vec<Value>) {
    let objects: Vec<Value> = written.into_iter().enumerate().map(served).collect();
    let opened = read(objects.clone()).unwrap();
    let mut draft = opened.draft.clone();
    edit(&mut draft);
    draft.give_ids();
    let app = validate(&draft).app.unwrap();
    let changes = changes(&opened, &app, &target(&objects)).unwrap();
    let after = carried_out(&objects, &changes).unwrap();
    (objects, after)
}

/// Demands that just these places differ, and become this.
fn becomes(case: &str, wanted: &[(&str, Value)], edit: impl FnOnce(&mut Draft)) {
    let (mut before, after) = edited(case, edit);
    for (pointer, value) in wanted {
        let (number, pointer) = pointer.split_once(':').unwrap();
        let object = &mut before[number.parse::<usize>().unwrap()];
        *object.pointer_mut(pointer).unwrap() = value.clone();
    }
    assert_eq!(before, after, "{case}");
}

const CONTAINER: &str = "0:/spec/template/spec/containers/0";

#[test]
fn f01_what_is_added_to_a_list_stands_beside_what_the_form_does_not_know() {
    let creds =
        json!({ "name": "creds", "projected": { "sources": [{ "secret": { "name": "web-creds" } }] } });
    let mount = json!({ "name": "creds", "mountPath": "/creds", "readOnly": true });
    let volumes = json!([creds, { "name": "cache", "emptyDir": {} }]);
    let mounts = json!([mount, { "name": "cache", "mountPath": "/cache" }]);
    let places = [
        ("0:/spec/template/spec/volumes", volumes),
        ("0:/spec/template/spec/containers/0/volumeMounts", mounts),
    ];
    becomes("F01", &places, |draft| {
        draft.volumes.push(Volume {
            name: "cache".into(),
            kind: "empty_dir".into(),
            ..Volume::default()
        });
        draft.containers[0].mounts.push(Mount {
            volume: "cache".into(),
            path: "/cache".into(),
            ..Mount::default()
        });
    });
}

#[test]
fn f04_a_port_of_another_protocol_stays() {
    let sctp = json!({ "containerPort": 3868, "protocol": "SCTP" });
    let ports = json!([sctp, { "containerPort": 8080, "protocol": "TCP" }]);
    becomes("F04", &[(&format!("{CONTAINER}/ports"), ports)], |draft| {
        draft.containers[0].ports.push(Port {
            number: "8080".into(),
            ..Port::default()
        });
    });
}

#[test]
fn f06_f08_a_container_and_a_port_keep_what_is_theirs_under_another_name() {
    becomes("F06", &[(&format!("{CONTAINER}/name"), json!("site"))], |draft| {
        draft.containers[0].name.set("site");
    });
    becomes(
        "F08",
        &[(&format!("{CONTAINER}/ports/0/containerPort"), json!(8081))],
        |draft| {
            draft.containers[0].ports[0].number.set("8081");
        },
    );
}

#[test]
fn f06_a_container_that_becomes_a_sidecar_keeps_what_is_its() {
    let (before, after) = edited("F37", |draft| draft.containers[0].kind.set("sidecar"));

    let spec = "/spec/template/spec";
    let list = |objects: &[Value], list: &str| objects[0].pointer(&format!("{spec}/{list}")).unwrap().clone();
    assert_eq!(
        list(&after, "containers"),
        json!([list(&before, "containers")[1]])
    );
    let mut moved = list(&before, "containers")[0].clone();
    moved["restartPolicy"] = "Always".into();
    assert_eq!(list(&after, "initContainers"), json!([moved]));
}

#[test]
fn f10_a_service_under_another_name_says_what_it_said() {
    let (before, after) = edited("F10", |draft| draft.services[0].name.set("front"));

    assert_eq!((after.len(), &after[0]), (2, &before[0]));
    assert_eq!(after[1]["metadata"]["name"], "front");
    assert_eq!(after[1]["spec"], before[1]["spec"]);
}

#[test]
fn f12_a_mount_that_goes_takes_nothing_from_another_one_of_the_same_volume() {
    let own = json!([{ "name": "data", "mountPath": "/own", "subPathExpr": "$(POD)" }]);
    becomes("F12", &[(&format!("{CONTAINER}/volumeMounts"), own)], |draft| {
        draft.containers[0].mounts.remove(0);
    });
}

fn kept(opened: &Opened) -> Vec<&str> {
    opened.kept.iter().map(|kept| kept.pointer.as_str()).collect()
}

#[test]
fn f16_f20_what_the_form_cannot_say_of_a_file_is_listed() {
    let claim = read(written("F16")).unwrap();
    assert_eq!(kept(&claim), ["/spec/storageClassName", "/spec/volumeName"]);
    let families = read(written("F20")).unwrap();
    assert_eq!(kept(&families), ["/spec/ipFamilyPolicy", "/spec/ipFamilies"]);
}

#[test]
fn f18_permissions_are_what_they_were_or_listed() {
    let mut objects = written("F18");
    let opened = read(objects.clone()).unwrap();
    let planned = plan(&opened.app().unwrap(), &Target::default());
    let workload = planned.made().last().unwrap().body.value().clone();
    let mode = "/spec/template/spec/volumes/0/secret/defaultMode";
    assert_eq!(workload.pointer(mode), Some(&json!(0o400)));

    *objects[0].pointer_mut(mode).unwrap() = json!(400.0);
    assert_eq!(kept(&read(objects).unwrap()), [mode]);
}

#[test]
fn f42_a_number_that_should_be_text_is_listed_and_not_rewritten() {
    let mut objects = written("F08");
    let env = json!([{ "name": "ZIP", "value": 1234.0 }, { "name": "FLAG", "value": "yes" }]);
    objects[0]["spec"]["template"]["spec"]["containers"][0]["env"] = env;
    let opened = read(objects).unwrap();

    let env = "/spec/template/spec/containers/0/env/0";
    assert!(kept(&opened).contains(&env), "{:?}", kept(&opened));
    assert_eq!(opened.draft.containers[0].env.len(), 1);
}

#[test]
fn f21_f31_f39_one_leaf_moves_no_other() {
    let parallelism = ("0:/spec/jobTemplate/spec/parallelism", json!(5));
    becomes("F21", &[parallelism], |draft| draft.basics.replicas.set("5"));
    becomes("F31", &[("1:/spec/ports/0/port", json!(80))], |draft| {
        draft.services[0].ports[0].port.set("80");
    });
    becomes(
        "F39",
        &[("2:/spec/rules/0/http/paths/0/path", json!("/shop"))],
        |draft| {
            draft.ingresses[0].rules[0].path.set("/shop");
        },
    );
}

#[test]
fn f37_secrets_of_the_pod_are_no_containers() {
    let second = json!([{ "name": "second", "image": "registry.example.com/second:1" }]);
    becomes("F37", &[("0:/spec/template/spec/containers", second)], |draft| {
        draft.containers.remove(0);
    });
}

#[test]
fn f49_the_preview_shows_the_object_as_it_is() {
    let objects: Vec<Value> = written("F49").into_iter().enumerate().map(served).collect();
    let opened = read(objects.clone()).unwrap();
    let mut draft = opened.draft.clone();
    draft.services[0].kind.set("NodePort");
    let app = validate(&draft).app.unwrap();
    let changes = changes(&opened, &app, &Target::default()).unwrap();

    let previews = previews(&opened, &app, &Target::default(), &changes);

    let [preview] = previews.as_slice() else {
        panic!("{previews:?}")
    };
    let (mut before, after) = (preview.before.clone().unwrap(), preview.after.clone().unwrap());
    assert_eq!(before["spec"], objects[1]["spec"]);
    before["spec"]["type"] = "NodePort".into();
    assert_eq!(before, after);
}

#[test]
fn a_draft_that_was_opened_earlier_is_about_the_same_elements() {
    let mut objects: Vec<Value> = written("F08").into_iter().enumerate().map(served).collect();
    let mut draft = read(objects.clone()).unwrap().draft;
    // Somebody adds what the form does not know: the rows that are read afterwards have other ids.
    let pods = objects[0].pointer_mut("/spec/template/spec").unwrap();
    pods["volumes"] = json!([{ "name": "creds", "projected": { "sources": [] } }]);
    let read_anew = read(objects.clone()).unwrap();
    assert_ne!(
        read_anew.draft.containers[0].ports[0].id,
        draft.containers[0].ports[0].id
    );

    let opened = read_anew.with_ids_of(&draft);

    assert_eq!(opened.draft, draft);
    draft.containers[0].ports[0].number.set("8081");
    let app = validate(&draft).app.unwrap();
    let after = carried_out(&objects, &changes(&opened, &app, &Target::default()).unwrap()).unwrap();
    let port = "/spec/template/spec/containers/0/ports/0/containerPort";
    *objects[0].pointer_mut(port).unwrap() = json!(8081);
    assert_eq!(after, objects);
}

#[test]
fn a_check_that_asks_in_another_way_takes_the_place_of_one_that_the_form_does_not_know() {
    let probe = json!({
        "failureThreshold": 3, "httpGet": { "path": "/", "port": 8080, "scheme": "HTTP" }, "initialDelaySeconds": 3,
        "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1,
    });
    becomes(
        "F06",
        &[(&format!("{CONTAINER}/readinessProbe"), probe)],
        |draft| {
            let check = &mut draft.containers[0].readiness;
            for (leaf, text) in [
                (&mut check.enabled, "true"),
                (&mut check.kind, "http"),
                (&mut check.port, "8080"),
            ] {
                leaf.set(text);
            }
            check.path.set("/");
        },
    );
}

#[test]
fn f38_of_a_variable_that_is_set_twice_the_one_that_counts_is_shown_and_changed() {
    let opened = read(written("F38").into_iter().enumerate().map(served).collect()).unwrap();
    let shown = &opened.draft.containers[0].env;
    let names: Vec<_> = shown
        .iter()
        .map(|row| (row.name.text(), row.value.as_str()))
        .collect();
    assert_eq!(names, [("LEVEL", "info"), ("MODE", "full")]);

    let changed = [("0:/spec/template/spec/containers/0/env/2/value", json!("other"))];
    becomes("F38", &changed, |draft| {
        draft.containers[0].env[1].value = "other".into();
    });
    let removed = json!([{ "name": "MODE", "value": "basic" }, { "name": "MODE", "value": "full" }]);
    becomes(
        "F38",
        &[("0:/spec/template/spec/containers/0/env", removed)],
        |draft| {
            draft.containers[0].env.remove(0);
        },
    );
}
