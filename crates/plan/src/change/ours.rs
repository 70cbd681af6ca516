//! Objects of ours. They are applied, and an apply tells elements of lists apart by their names: under another name an
//! element is another one, and what others or the server have set in it goes. What it should become is found by rows.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::App;

use super::tags::{TAG, tag};
use super::{merge, renamed, rows};
use crate::{ObjectKey, Plan, PlannedObject};

/// What an object of ours becomes when each row keeps what is its own: what it is, with the difference of two plans of it
/// carried over.
pub fn by_rows(before: (&App, &PlannedObject), after: (&App, &PlannedObject), live: &Value) -> Value {
    let before = rows::tagged_body(before.0, before.1);
    let after = rows::tagged_body(after.0, after.1);
    let mut live = live.clone();
    tag_like(&mut live, &before);
    merge::merged(Some(&before), &after, &live, &BTreeSet::new())
}

/// A planned object of ours that takes the place of one under another name: with what others have set in that. None where
/// there is no such object. `live` finds objects as they are.
pub fn under_another_name<'v>(
    before: (&App, &Plan),
    after: (&App, &Plan),
    object: &PlannedObject,
    live: impl Fn(&ObjectKey) -> Option<&'v Value>,
) -> Option<PlannedObject> {
    let gone = renamed::Predecessors::of(before, &after.1.by_address());
    let old = gone.of_row(after.0, object)?;
    let mut there = live(&old.key)?.clone();
    let old = rows::tagged_body(before.0, old);
    tag_like(&mut there, &old);
    let new = rows::tagged_body(after.0, object);
    Some(renamed::renewed(there, &BTreeSet::new(), (&old, &new), object))
}

/// Tags elements in another value like those that they are.
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
            let all = (0..elements.len()).collect();
            for (other, number) in merge::links(tagged, elements, &all) {
                let (element, other) = (&mut elements[number], &tagged[other]);
                tag_like(element, other);
                if let (Some(tag), Some(fields)) = (tag(other), element.as_object_mut()) {
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
        changed_between(&app(|_| {}), &app(change), live)
    }

    fn changed_between(before: &App, after: &App, live: impl FnOnce(&mut Value)) -> Value {
        let (old, new) = (plan(before, &Target::default()), plan(after, &Target::default()));
        let (old, new) = (old.made().next().unwrap(), new.made().next().unwrap());
        let mut object = old.body.value().clone();
        live(&mut object);
        by_rows((before, old), (after, new), &object)["spec"].clone()
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

    #[test]
    fn a_wish_keeps_what_others_have_set_whether_it_is_required_or_preferred_near_or_apart() {
        let wish =
            |typed: Value| -> slipway_model::draft::Affinity { serde_json::from_value(typed).unwrap() };
        let (near, apart) = ("podAffinity", "podAntiAffinity");
        let (required, preferred) = (
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution",
        );
        for (strength, from, kind, to) in [
            ("required", required, "near", preferred),
            ("preferred", preferred, "near", required),
            ("required", required, "apart", required),
        ] {
            let typed =
                json!({ "id": 7, "kind": "near", "strength": strength, "key": "app", "values": "db" });
            let before = app(|draft| draft.pod.affinity = vec![wish(typed.clone())]);
            let after = app(|draft| {
                let mut wish = wish(typed.clone());
                wish.kind.set(kind);
                wish.strength
                    .set(if to == required { "required" } else { "preferred" });
                draft.pod.affinity = vec![wish];
            });
            let term = |list: &str| if list == required { "" } else { "/podAffinityTerm" };
            let set = |live: &mut Value| {
                let at = format!("/spec/template/spec/affinity/{near}/{from}/0{}", term(from));
                live.pointer_mut(&at).unwrap()["namespaces"] = json!(["theirs"]);
            };

            let spec = changed_between(&before, &after, set);

            let affinity = &spec["template"]["spec"]["affinity"];
            let around = if kind == "near" { near } else { apart };
            let at = format!("/{around}/{to}/0{}/namespaces", term(to));
            assert_eq!(affinity.pointer(&at), Some(&json!(["theirs"])), "{affinity}");
            assert_eq!(affinity.as_object().unwrap().len(), 1, "{affinity}");
        }
    }

    /// Nodes are chosen by other fields than neighbours.
    #[test]
    fn a_wish_about_neighbours_that_becomes_one_about_nodes_is_another_one() {
        let app = |kind: &str| {
            app(|draft| {
                let wish = json!({ "id": 7, "kind": kind, "key": "app", "values": "db" });
                draft.pod.affinity = vec![serde_json::from_value(wish).unwrap()];
            })
        };

        let spec = changed_between(&app("near"), &app("node"), |_| {});

        let planned = plan(&app("node"), &Target::default());
        let planned = planned.made().next().unwrap().body.value();
        assert_eq!(spec, planned["spec"]);
    }

    #[test]
    fn a_service_under_another_name_keeps_what_others_have_set() {
        let app = |name: &str| {
            app(|draft| {
                let service = json!({ "id": 5, "name": name, "ports": [{ "id": 6, "port": 80 }] });
                draft.services = vec![serde_json::from_value(service).unwrap()];
            })
        };
        let (before, after) = (app("web"), app("front"));
        let plans = (
            plan(&before, &Target::default()),
            plan(&after, &Target::default()),
        );
        let of = |plan: &Plan| {
            plan.made()
                .find(|object| object.key.kind == "Service")
                .unwrap()
                .clone()
        };
        let mut live = of(&plans.0).body.value().clone();
        live["spec"]["externalIPs"] = json!(["10.0.0.1"]);
        live["metadata"]["uid"] = json!("1");

        let new = of(&plans.1);
        let found = under_another_name((&before, &plans.0), (&after, &plans.1), &new, |_| Some(&live));

        let mut wanted = new.body.value().clone();
        wanted["spec"]["externalIPs"] = json!(["10.0.0.1"]);
        assert_eq!(found.unwrap().body.value(), &wanted);
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
