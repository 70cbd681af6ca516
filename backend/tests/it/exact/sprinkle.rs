//! Fields that the form does not know, set by somebody else in every part of every object where the API server takes one.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use edits::unknown::{NUMBER, TEXT};
use http::Method;
use serde_json::{Value, json};
use slipway_plan::read;

use super::budget::Budget;
use super::running::{JSON_PATCH, KINDS, Objects, Run};
use super::schema::{Free, Shape};

/// How many fields of a part are tried before it is left without one.
const TRIES: usize = 4;

/// Fields that the server refuses, that it drops, or that the form knows: by their patterns.
static OF_NO_USE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Sets them, and answers what they say.
pub(super) async fn sprinkle(run: &Run, budget: &Budget, namespace: &str) -> BTreeSet<String> {
    let mut objects = run.objects(namespace).await;
    let mut marks = BTreeSet::new();
    let keys: Vec<(String, String)> = objects.keys().cloned().collect();
    for key in keys {
        for free in run.schemas.free(&objects[&key]) {
            let mut tries = TRIES;
            let mut free: Vec<Free> = free.into_iter().filter(|field| !is_of_no_use(field)).collect();
            while tries > 0 && !free.is_empty() {
                let field = free.swap_remove(budget.chance(free.len()));
                tries -= 1;
                if let Some(mark) = set(run, namespace, &mut objects, &key, &field).await {
                    marks.insert(mark);
                    break;
                }
                OF_NO_USE.lock().unwrap().insert(field.pattern);
            }
        }
    }
    marks
}

fn is_of_no_use(field: &Free) -> bool {
    OF_NO_USE.lock().unwrap().contains(&field.pattern)
}

/// Sets one field, unless that is of no use.
async fn set(
    run: &Run,
    namespace: &str,
    objects: &mut Objects,
    key: &(String, String),
    field: &Free,
) -> Option<String> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (value, mark) = match field.shape {
        Shape::Text => (json!(format!("{TEXT}{number}")), format!("{TEXT}{number}")),
        Shape::Texts => (json!([format!("{TEXT}{number}")]), format!("{TEXT}{number}")),
        Shape::Number => (json!(NUMBER + number), (NUMBER + number).to_string()),
    };
    let at = format!("{}/{}", field.part, field.field);
    let add = json!([{ "op": "add", "path": at, "value": value }]);
    let (root, plural, _) = KINDS.iter().find(|(_, _, kind)| *kind == key.0)?;
    let path = format!(
        "/{root}/namespaces/{namespace}/{plural}/{}?fieldManager=kubectl-edit",
        key.1
    );
    let dry = format!("{path}&dryRun=All");
    let (status, answer) = run.server.send(Method::PATCH, &dry, JSON_PATCH, &add).await;
    let is_ours_still = applied(&objects[key]) == applied(&answer);
    if status != 200
        || answer.pointer(&at) != Some(&value)
        || !is_ours_still
        || !is_unknown(objects, key, answer, &at)
    {
        return None;
    }
    let (status, answer) = run.server.send(Method::PATCH, &path, JSON_PATCH, &add).await;
    (status == 200).then(|| {
        objects.insert(key.clone(), answer);
        mark
    })
}

/// What an object of ours has by our hand. Whoever sets a field within a list that has one owner takes all of it over, and
/// is asked before anything is changed: that is no matter of fields that the form does not know.
fn applied(object: &Value) -> Vec<&Value> {
    let entries = object["metadata"]["managedFields"].as_array();
    let ours = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry["manager"] == "slipway");
    ours.map(|entry| &entry["fieldsV1"]).collect()
}

/// Whether the form can describe the app with this field and does not know the field.
fn is_unknown(objects: &Objects, key: &(String, String), object: Value, at: &str) -> bool {
    let mut objects = objects.clone();
    objects.insert(key.clone(), object);
    let Ok(opened) = read(objects.into_values().collect()) else {
        return false;
    };
    let is_kept = opened.kept.iter().any(|kept| {
        let rest = at.strip_prefix(kept.pointer.as_str());
        (&kept.object.kind, &kept.object.name) == (&key.0, &key.1)
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    is_kept && opened.app().is_ok()
}
