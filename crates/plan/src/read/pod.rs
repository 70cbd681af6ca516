//! The pod template.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slipway_model::Draft;
use slipway_model::draft::ObjectName;

use super::container::Surroundings;
use super::owner::{Owner, annotations};
use super::part::Part;
use super::{container, scheduling, volume};

/// Reads the template of an app's pods.
pub(super) fn read(template: &mut Part, owner: &Owner, draft: &mut Draft) {
    let mut metadata = template.inner("metadata");
    draft.pod.labels = owner.app_labels(&mut metadata);
    draft.pod.annotations = annotations(&mut metadata);
    let mut spec = template.inner("spec");
    for (key, default) in [
        ("restartPolicy", "Always"),
        ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
    ] {
        spec.forget(key, default);
    }
    if let Some(account) = spec.peek("serviceAccountName").cloned() {
        spec.forget("serviceAccount", account);
    }
    draft.pod.grace = spec.unless("terminationGracePeriodSeconds", 30);
    draft.pod.service_account = spec.text("serviceAccountName");
    draft.pod.node_selector = spec.inner("nodeSelector").labels(|_, _| true);
    let restricted = is_restricted(&spec);
    security(&mut spec, restricted, draft);
    scheduling::read(&mut spec, owner, draft);
    let added = volume::added_for_logs(&spec);
    draft.volumes.extend(volume::read(&mut spec, &added));
    containers(&mut spec, restricted, added, draft);
}

/// Reads the containers, those that keep running first, and what opens their registries.
fn containers(spec: &mut Part, restricted: bool, added: BTreeSet<String>, draft: &mut Draft) {
    let around = Surroundings {
        restricted,
        volumes: draft
            .volumes
            .iter()
            .map(|volume| volume.name.text().to_owned())
            .collect(),
        added,
    };
    draft.containers.clear();
    for list in ["containers", "initContainers"] {
        let first = list == "initContainers";
        let rows = spec.rows(list);
        draft.containers.extend(
            rows.into_iter()
                .map(|mut row| container::read(&mut row, first, &around)),
        );
    }
    // One that is named twice is planned once.
    let mut seen = BTreeSet::new();
    let secrets = spec.rows("imagePullSecrets").into_iter();
    draft.pod.pull_secrets = secrets
        .filter(|secret| {
            let name = secret.peek("name").and_then(Value::as_str);
            name.is_some_and(|name| seen.insert(name.to_owned()))
        })
        .map(|mut secret| ObjectName {
            id: secret.id(),
            name: secret.text("name"),
        })
        .collect();
}

fn security(spec: &mut Part, restricted: bool, draft: &mut Draft) {
    let mut context = spec.inner("securityContext");
    let security = &mut draft.pod.security;
    security.user = context.text("runAsUser");
    security.group = context.text("runAsGroup");
    security.fs_group = context.text("fsGroup");
    if restricted {
        security.restricted = "true".into();
        context.take("runAsNonRoot");
        context.take("seccompProfile");
    }
}

/// Whether pods say all that the standard `restricted` wants, in the very words of the plan.
fn is_restricted(spec: &Part) -> bool {
    let context = spec.peek("securityContext");
    let pod = context.is_some_and(|context| {
        context["runAsNonRoot"] == true && context["seccompProfile"] == json!({ "type": "RuntimeDefault" })
    });
    let container = |container: &Value| {
        let context = &container["securityContext"];
        context["allowPrivilegeEscalation"] == false && context["capabilities"]["drop"] == json!(["ALL"])
    };
    let lists = ["containers", "initContainers"]
        .into_iter()
        .filter_map(|list| spec.peek(list)?.as_array());
    pod && lists.flatten().all(container)
}
