//! Whatever runs can be opened and changed, and success is what was wanted: apps of others whose objects say what our rules
//! refuse, or what the form does not show, on a real API server.

mod refused;
mod running;

use k8s_openapi::api::core::v1::Service;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, PostParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};
use slipway_api::{ChangesView, DraftView, paths};

use crate::stage::Stage;

/// Creates objects as somebody else.
async fn apply(stage: &Stage, objects: &[Value]) {
    for object in objects {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (group, version) = match object["apiVersion"]
            .as_str()
            .and_then(|text| text.split_once('/'))
        {
            Some((group, version)) => (group.to_owned(), version.to_owned()),
            None => (String::new(), text(&object["apiVersion"])),
        };
        let kind = GroupVersionKind {
            group,
            version,
            kind: text(&object["kind"]),
        };
        let api: Api<DynamicObject> = Api::namespaced_with(
            stage.kube.clone(),
            &stage.namespace,
            &ApiResource::from_gvk(&kind),
        );
        let object: DynamicObject = serde_json::from_value(object.clone()).unwrap();
        let name = object.name_any();
        api.create(&PostParams::default(), &object)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// A Deployment of one container.
fn deployment(name: &str, container: &Value) -> Value {
    let labels = json!({ "app": "web" });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name },
        "spec": { "replicas": 1, "selector": { "matchLabels": labels },
                  "template": { "metadata": { "labels": labels }, "spec": { "containers": [container] } } },
    })
}

fn web() -> Value {
    json!({ "name": "web", "image": "registry.example.com/web:1", "ports": [{ "name": "http", "containerPort": 80 }] })
}

/// A Service in front of it.
fn service(spec: &Value) -> Value {
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web" },
        "spec": { "selector": { "app": "web" }, "ports": [{ "name": "http", "port": 80, "targetPort": "http" }] },
    });
    for (key, value) in spec.as_object().unwrap() {
        service["spec"][key] = value.clone();
    }
    service
}

/// The image of the first container.
fn image(draft: &DraftView) -> String {
    format!("containers.{}.image", draft.content.containers[0].id)
}

/// A field of the first Service.
fn of_service(draft: &DraftView, leaf: &str) -> String {
    format!("services.{}.{leaf}", draft.content.services[0].id)
}

async fn seen(stage: &Stage, draft: &DraftView) -> ChangesView {
    stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200)
}

async fn service_now(stage: &Stage) -> Value {
    json!(stage.api::<Service>().get("web").await.unwrap())
}

/// The issues of a code, each with its field.
fn told<'i>(issues: &'i [slipway_model::Issue], code: &str) -> Vec<(&'i str, Value)> {
    let wire = |issue: &slipway_model::Issue| json!(issue);
    issues
        .iter()
        .filter(|issue| wire(issue)["code"] == code)
        .map(|issue| (issue.field.as_str(), wire(issue)["params"].clone()))
        .collect()
}
