//! Manifests of others by the command line: one of several apps, and what a plan leaves out brought back.

use std::process::Command;

use http::Method;
use serde_json::{Value, json};
use slipway_model::file::documents;
use slipway_plan::ObjectKey;

use crate::reading::{printed, slipway};
use crate::support::ApiServer;

const APPLY: &str = "application/apply-patch+yaml";

/// An app that says more than any form: in lists with names, in lists without, in fields beside those that are known, with
/// a mode and a number as YAML 1.1 has them.
const SHOP: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      hostAliases: [{ ip: 10.0.0.9, hostnames: [db.example.com] }]
      shareProcessNamespace: on
      tolerations: [{ key: gpu, operator: Exists }, { key: odd, operator: Exists, tolerationSeconds: 010, effect: NoExecute }]
      volumes:
      - { name: keys, secret: { secretName: shop-keys, defaultMode: 0400, items: [{ key: a, path: a, mode: 0440 }] } }
      - { name: all, projected: { sources: [{ configMap: { name: shop } }] } }
      containers:
      - name: shop
        image: "registry.example.com/shop:1"
        ports: [{ name: http, containerPort: 8080 }, { name: sctp, containerPort: 3868, protocol: SCTP }]
        env: [{ name: A, value: "1" }, { name: ME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
        volumeMounts:
        - { name: keys, mountPath: /keys, mountPropagation: None }
        - { name: all, mountPath: /all }
        livenessProbe: { grpc: { port: 8080 }, periodSeconds: 1_0 }
        securityContext: { privileged: false, capabilities: { drop: [NET_RAW] } }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shop }
  publishNotReadyAddresses: true
  ipFamilyPolicy: SingleStack
  ports: [{ name: http, port: 80, targetPort: http, appProtocol: http }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: beside }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
"#;

/// Whether a value says all that another one does; the places where it does not.
fn lacks(is: &Value, wanted: &Value, at: &str, found: &mut Vec<String>) {
    match (is, wanted) {
        (Value::Object(is), Value::Object(wanted)) => {
            for (key, value) in wanted {
                lacks(
                    is.get(key).unwrap_or(&Value::Null),
                    value,
                    &format!("{at}/{key}"),
                    found,
                );
            }
        }
        (Value::Array(is), Value::Array(wanted)) if is.len() == wanted.len() => {
            let is_named = |element: &Value| element["name"].is_string() || element["mountPath"].is_string();
            let by_name = |element: &Value| element["name"].to_string() + &element["mountPath"].to_string();
            for (number, value) in wanted.iter().enumerate() {
                let same = is
                    .iter()
                    .find(|other| is_named(value) && by_name(other) == by_name(value));
                lacks(
                    same.unwrap_or(&is[number]),
                    value,
                    &format!("{at}/{number}"),
                    found,
                );
            }
        }
        _ if is == wanted => {}
        _ => found.push(format!("{at}: {wanted} is {is}")),
    }
}

async fn applied(server: &ApiServer, text: &str, manager: &str) {
    for document in documents(text).unwrap() {
        let mut body = document.value;
        body["metadata"]["namespace"] = json!(server.namespace);
        let key = key_of(server, &body);
        let path = format!("{}?fieldManager={manager}&force=true", server.path(&key));
        let (status, answer) = server.send(Method::PATCH, &path, APPLY, &body).await;
        assert!(status < 300, "{answer}");
    }
}

fn key_of(server: &ApiServer, body: &Value) -> ObjectKey {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (api_version, kind) = (text(&body["apiVersion"]), text(&body["kind"]));
    ObjectKey::namespaced(
        &api_version,
        &kind,
        &server.namespace,
        text(&body["metadata"]["name"]),
    )
}

#[tokio::test]
async fn what_a_plan_leaves_out_is_listed_and_brought_back_by_a_server_side_apply() {
    let server = ApiServer::with_namespace("kept").await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (manifest, kept, draft) = (file("shop.yaml"), file("kept.yaml"), file("draft.yaml"));
    std::fs::write(&manifest, SHOP).unwrap();

    let (text, said) = printed(&mut slipway(&[&manifest, "--keep", &kept]));
    assert_eq!(said, "");
    std::fs::write(&draft, &text).unwrap();
    let mut plan = Command::new(env!("CARGO_BIN_EXE_slipway"));
    let (planned, said) = printed(plan.env_clear().args(["plan", &draft]));
    assert_eq!(said, "");
    applied(&server, &planned, "slipway").await;
    applied(&server, &std::fs::read_to_string(&kept).unwrap(), "slipway-keep").await;

    for line in [
        "#   Deployment default/shop /spec/template/spec/shareProcessNamespace: true",
        "#   Service default/shop /spec/ipFamilyPolicy: \"SingleStack\"",
        "#   Deployment default/shop /spec/selector: {\"matchLabels\":{\"app\":\"shop\"}}",
        "#   PersistentVolumeClaim beside",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    for document in documents(SHOP).unwrap().into_iter().take(2) {
        let mut wanted = document.value;
        wanted["spec"].as_object_mut().unwrap().remove("selector");
        let live = server.get(&server.path(&key_of(&server, &wanted))).await;
        let mut found = Vec::new();
        lacks(&live, &wanted, "", &mut found);
        assert_eq!(found, [""; 0]);
    }
}

/// A manifest with an error opens: both files are written, and once the draft is mended they say all that it said.
#[test]
fn what_a_draft_with_errors_leaves_out_is_written_and_the_errors_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (manifest, kept, draft) = (file("shop.yaml"), file("kept.yaml"), file("draft.yaml"));
    let (right, wrong) = ("registry.example.com/shop:1", "registry.example.com/Shop:1");
    std::fs::write(&manifest, SHOP.replace(right, wrong)).unwrap();

    let mut command = slipway(&[&manifest, "--keep", &kept]);
    let (text, said) = printed(&mut command);

    let place = text.lines().position(|line| line.contains(wrong)).unwrap() + 1;
    assert!(said.starts_with(&format!("draft:{place}:")), "{said}");
    assert!(said.contains(".image: image_malformed"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(command.status().unwrap().success());
    assert!(text.contains(wrong), "{text}");
    std::fs::write(&draft, text.replace(wrong, right)).unwrap();
    let mut plan = Command::new(env!("CARGO_BIN_EXE_slipway"));
    let (planned, said) = printed(plan.env_clear().args(["plan", &draft, "--with", &kept]));
    assert_eq!(said, "");
    let planned = documents(&planned).unwrap();
    for document in documents(SHOP).unwrap().into_iter().take(2) {
        let mut wanted = document.value;
        wanted["spec"].as_object_mut().unwrap().remove("selector");
        let mut found = Vec::new();
        let made = planned.iter().find(|made| made.value["kind"] == wanted["kind"]);
        lacks(&made.unwrap().value, &wanted, "", &mut found);
        assert_eq!(found, [""; 0]);
    }
}

/// Nothing at all can be planned of a container without a name that is one.
#[test]
fn what_a_draft_without_any_plan_leaves_out_is_written_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (manifest, kept) = (file("shop.yaml"), file("kept.yaml"));
    std::fs::write(&manifest, SHOP.replace("- name: shop\n", "- name: Shop\n")).unwrap();

    let (text, said) = printed(&mut slipway(&[&manifest, "--keep", &kept]));

    assert!(said.contains(".name: label_malformed"), "{said}");
    assert!(text.contains("name: Shop"), "{text}");
    let kept = documents(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    let workload = kept.iter().find(|kept| kept.value["kind"] == "Deployment");
    let pods = &workload.unwrap().value["spec"]["template"]["spec"];
    assert_eq!(pods["shareProcessNamespace"], true, "{pods}");
    assert_eq!(pods["hostAliases"][0]["ip"], "10.0.0.9", "{pods}");
}

#[test]
fn one_of_several_apps_is_chosen_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.yaml").to_str().unwrap().to_owned();
    std::fs::write(
        &file,
        format!("{SHOP}---\n{}", SHOP.replace("name: shop }", "name: other }")),
    )
    .unwrap();

    let (_, neither) = printed(&mut slipway(&[&file]));
    let (other, _) = printed(&mut slipway(&[&file, "--app", "other"]));
    let (by_type, _) = printed(&mut slipway(&[&file, "--app", "deployment/shop"]));
    let (_, none) = printed(&mut slipway(&[&file, "--app", "third"]));

    assert!(
        neither.contains("choose one with --app NAME") && neither.contains("shop, other"),
        "{neither}"
    );
    assert!(other.contains("\n  name: other\n"), "{other}");
    assert!(other.lines().any(|line| line == "#   Deployment shop"), "{other}");
    assert!(by_type.contains("\n  name: shop\n"), "{by_type}");
    assert!(
        none.contains("there is no app third here, but: shop, other"),
        "{none}"
    );
}
