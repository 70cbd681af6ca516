//! Objects of ours. They are applied, and an apply tells elements of lists apart by their names: under another name an
//! element is another one, and what others or the server have set in it goes. What it should become is found by rows.

use serde_json::Value;
use slipway_model::App;

use super::same::Elements;
use super::tags::{TAG, tag};
use super::{merge, rows};
use crate::PlannedObject;

/// What an object of ours becomes when each row keeps what is its own: what it is, with the difference of two plans of it
/// carried over.
pub fn by_rows(before: (&App, &PlannedObject), after: (&App, &PlannedObject), live: &Value) -> Value {
    let before = rows::tagged_body(before.0, before.1);
    let after = rows::tagged_body(after.0, after.1);
    let mut live = live.clone();
    tag_like(&mut live, &before);
    merge::merged(Some(&before), &after, &live, &std::collections::BTreeSet::new())
}

/// Tags elements like those of their names in another value.
fn tag_like(value: &mut Value, tagged: &Value) {
    match (value, tagged) {
        (Value::Object(fields), Value::Object(tagged)) => {
            for (key, field) in fields {
                if let Some(tagged) = tagged.get(key) {
                    tag_like(field, tagged);
                }
            }
        }
        (Value::Array(elements), Value::Array(tagged)) => {
            let mut named = Elements::of(elements.iter().enumerate());
            for other in tagged {
                let Some(number) = named.first(other) else {
                    continue;
                };
                named.remove(number, &elements[number]);
                tag_like(&mut elements[number], other);
                if let (Some(tag), Some(fields)) = (tag(other), elements[number].as_object_mut()) {
                    fields.insert(TAG.to_owned(), tag.into());
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use slipway_model::{Draft, validate};

    use super::*;
    use crate::{Target, plan};

    fn app(change: impl FnOnce(&mut Draft)) -> App {
        let mut draft: Draft = serde_json::from_value(json!({
            "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 2 },
            "containers": [{ "id": 1, "name": "web", "image": "nginx:1.27", "ports": [{ "id": 2, "name": "http", "number": 80 }] }],
            "pod": { "service_account": "robot" },
        }))
        .unwrap();
        change(&mut draft);
        validate(&draft).app.unwrap()
    }

    fn changed(live: impl FnOnce(&mut Value), change: impl FnOnce(&mut Draft)) -> Value {
        let (before, after) = (app(|_| {}), app(change));
        let (old, new) = (
            plan(&before, &Target::default()),
            plan(&after, &Target::default()),
        );
        let (old, new) = (old.made().next().unwrap(), new.made().next().unwrap());
        let mut object = old.body.value().clone();
        live(&mut object);
        by_rows((&before, old), (&after, new), &object)["spec"].clone()
    }

    #[test]
    fn a_container_under_another_name_keeps_what_others_have_set() {
        let spec = changed(
            |live| {
                live["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] = json!("/log");
            },
            |draft| {
                draft.containers[0].name.set("site");
                draft.containers[0].kind.set("sidecar");
                draft.containers.push(slipway_model::draft::Container {
                    name: "main".into(),
                    image: "nginx:1".into(),
                    id: 9,
                    ..Default::default()
                });
            },
        );

        let moved = &spec["template"]["spec"]["initContainers"][0];
        assert_eq!(
            (&moved["name"], &moved["terminationMessagePath"]),
            (&json!("site"), &json!("/log"))
        );
    }

    /// Kubernetes 1.37.2, `Convert_v1_PodSpec_To_core_PodSpec`: an empty `serviceAccountName` is filled in from the older
    /// field of the same meaning.
    #[test]
    fn the_older_name_of_the_service_account_changes_with_it() {
        let twin = |live: &mut Value| live["spec"]["template"]["spec"]["serviceAccount"] = json!("robot");

        let none = changed(twin, |draft| draft.pod.service_account.set(""));
        let other = changed(twin, |draft| draft.pod.service_account.set("clerk"));

        let pods = |spec: &Value| spec["template"]["spec"].clone();
        assert_eq!(pods(&none).get("serviceAccount"), None);
        assert_eq!(pods(&other)["serviceAccount"], "clerk");
    }

    /// Kubernetes 1.37.2, `ValidateDeploymentStrategy`: `Recreate` is refused beside settings of a rolling update, which the
    /// server has filled in and nobody owns.
    #[test]
    fn another_strategy_takes_the_place_of_one_with_settings() {
        let spec = changed(
            |live| {
                live["spec"]["strategy"] = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } });
            },
            |draft| draft.workload.update.kind.set("Recreate"),
        );

        assert_eq!(spec["strategy"], json!({ "type": "Recreate" }));
    }
}
