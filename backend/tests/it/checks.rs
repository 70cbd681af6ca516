//! Each check on the real control plane.

mod around;
mod changes;
mod changes_beside;
mod pods;
mod references;
mod report;

use serde_json::Value;
use slipway_api::{CheckCode, CheckView, ChecksView, DraftView, paths};

use crate::stage::Stage;

/// Runs the checks of a draft of the guide's example, changed by the test.
async fn checked(stage: &Stage, change: impl FnOnce(&mut Value)) -> ChecksView {
    run(stage, &stage.draft(change).await).await
}

async fn run(stage: &Stage, draft: &DraftView) -> ChecksView {
    let dev = stage.dev();
    dev.post_empty(&paths::draft_checks(&draft.id)).await.json(200)
}

/// What the checks of a code say: the object, how it went, and each issue as field and code.
fn said(view: &ChecksView, code: CheckCode) -> Vec<String> {
    let of_code = view.checks.iter().filter(|check| check.code == code);
    of_code.map(line).collect()
}

fn line(check: &CheckView) -> String {
    let issue = |issue: &slipway_model::Issue| {
        let problem = serde_json::to_value(&issue.problem).expect("JSON");
        format!(" {}={}", issue.field, problem["code"].as_str().expect("a code"))
    };
    let issues: String = check.issues.iter().map(issue).collect();
    let object = check.object.as_deref().unwrap_or("-");
    format!("{object} {:?}{issues}", check.state)
}

/// Creates an object in the namespace of a stage.
async fn put<K>(stage: &Stage, object: Value)
where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + serde::de::DeserializeOwned
        + serde::Serialize
        + std::fmt::Debug,
{
    put_in::<K>(stage, &stage.namespace, object).await;
}

/// The same in any namespace.
pub(crate) async fn put_in<K>(stage: &Stage, namespace: &str, object: Value)
where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + serde::de::DeserializeOwned
        + serde::Serialize
        + std::fmt::Debug,
{
    let api: kube::Api<K> = kube::Api::namespaced(stage.kube.clone(), namespace);
    let object = serde_json::from_value(object).expect("an object");
    api.create(&kube::api::PostParams::default(), &object)
        .await
        .expect("created");
}

/// Labels the namespace of a stage.
async fn label(stage: &Stage, key: &str, value: &str) {
    let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(stage.kube.clone());
    let labels = serde_json::json!({ "metadata": { "labels": { key: value } } });
    namespaces
        .patch(
            &stage.namespace,
            &kube::api::PatchParams::default(),
            &kube::api::Patch::Merge(labels),
        )
        .await
        .expect("labelled");
}
