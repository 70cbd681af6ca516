//! A draft to check, and findings in few words, for the tests of the judges.

use serde_json::{Value, json};
use slipway_api::CheckState;
use slipway_model::{Draft, validate};
use slipway_plan::{ObjectKey, Target, plan};

use super::own::Own;
use super::report::Finding;
use super::subject::Subject;

/// The subject of a small app, changed by the test. It lives as long as the tests do.
pub(super) fn subject(change: impl FnOnce(&mut Value)) -> Subject<'static> {
    let mut content = json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 3 },
        "containers": [{ "id": 1, "name": "web", "image": "nginx:1.27", "resources": { "cpu_request": "100m" },
                         "ports": [{ "id": 2, "name": "http", "number": 80 }] }],
        "services": [{ "id": 4, "name": "web", "kind": "ClusterIP", "ports": [{ "id": 5, "port": 80 }] }],
        "ingresses": [{ "id": 6, "name": "web", "rules": [{ "id": 7, "host": "a.example" }] }],
    });
    change(&mut content);
    let draft: Draft = serde_json::from_value(content).unwrap();
    let verdict = validate(&draft);
    let app = verdict.app.unwrap_or_else(|| panic!("{:#?}", verdict.issues));
    let app = Box::leak(Box::new(app));
    let plan = Box::leak(Box::new(plan(app, &Target::default())));
    Subject::of(app, plan)
}

/// The same of an app that consists of these objects already.
pub(super) fn changing(objects: &[Value], change: impl FnOnce(&mut Value)) -> Subject<'static> {
    let text = |object: &Value, pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    let keyed = |object: &Value| {
        let (api_version, kind) = (
            text(object, "/apiVersion").unwrap(),
            text(object, "/kind").unwrap(),
        );
        let key = ObjectKey::namespaced(
            &api_version,
            &kind,
            "shop",
            text(object, "/metadata/name").unwrap(),
        );
        (key, object.clone())
    };
    Subject {
        own: Own::of(Vec::leak(objects.iter().map(keyed).collect())),
        ..subject(change)
    }
}

/// How it went, and each issue as field and code.
pub(super) fn told(finding: &Finding) -> (CheckState, Vec<(String, String)>) {
    let view = finding.view();
    let issue = |issue: &slipway_model::Issue| {
        let code = serde_json::to_value(&issue.problem).unwrap()["code"].clone();
        (issue.field.clone(), code.as_str().unwrap().to_owned())
    };
    (view.state, view.issues.iter().map(issue).collect())
}

/// The same as one line.
pub(super) fn line(finding: &Finding) -> String {
    let (state, issues) = told(finding);
    let issues: Vec<String> = issues
        .into_iter()
        .map(|(field, code)| format!(" {field}={code}"))
        .collect();
    format!("{state:?}{}", issues.concat())
}
