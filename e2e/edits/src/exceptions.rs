//! What is left out of the comparison, and which edits do more than one thing; each with its reason.

use serde_json::Value;

/// What a server writes by itself, in every object.
const OF_SERVER: [&str; 5] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
];

/// What operations and controllers note on objects, in annotations.
const NOTES: [(&str, &str); 2] = [
    ("slipway.dev/", "the marks of the operation that wrote it"),
    (
        "deployment.kubernetes.io/revision",
        "counted by the controller a moment later",
    ),
];

/// An object without what is nobody's edit.
pub fn compared(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|key, _| !OF_SERVER.contains(&key.as_str()));
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|key, _| !NOTES.iter().any(|(start, _)| key.starts_with(start)));
        }
    }
    object
}

/// Leaves of a draft of which one change means several leaves of an object.
const SEVERAL: &[(&str, &str)] = &[
    (".kind", "another kind has other fields"),
    (".enabled", "what is switched off goes with all its fields"),
    (
        ".restricted",
        "the standard wants several things of the pod and of each container",
    ),
    (".operator", "without a value to compare with there is none"),
    (
        ".strength",
        "what is required is written in another list than what is preferred",
    ),
    (".bandwidth", "it does nothing unless it is also what is paid for"),
    (
        ".specification",
        "it does nothing unless it is also what is paid for",
    ),
    (
        ".max_surge",
        "a server has the type that these settings belong to filled in",
    ),
    (
        ".max_unavailable",
        "a server has the type that these settings belong to filled in",
    ),
    (
        ".partition",
        "a server has the type that these settings belong to filled in",
    ),
    (".logs.*.store", "every variable of a log is named after it"),
    (
        ".logs.*.project",
        "what is said of a log is a variable with a name and a value",
    ),
    (
        ".logs.*.logstore",
        "what is said of a log is a variable with a name and a value",
    ),
    (".logs.*.path", "a folder needs a volume that is mounted there"),
    (
        ".logs.*.shards",
        "what is said of a log is a variable with a name and a value",
    ),
    (
        ".logs.*.days",
        "what is said of a log is a variable with a name and a value",
    ),
    (
        ".logs.*.machine_group",
        "what is said of a log is a variable with a name and a value",
    ),
];

/// Whether an edit of a leaf may change more than one leaf of an object.
pub fn may_change_several(pattern: &str) -> bool {
    SEVERAL.iter().any(|(end, _)| pattern.ends_with(end))
}

/// Edits that nobody can make, or that are refused.
const NEVER: &[(&str, &str)] = &[
    ("set basics.namespace", "another address is another app"),
    ("set basics.name", "another address is another app"),
    ("set basics.kind", "another address is another app"),
    (
        "set containers.*.pull_secrets.*.name",
        "what is read are the pod's; rows of a container are only added",
    ),
    (
        "remove containers.*.pull_secrets",
        "what is read are the pod's; rows of a container are only added",
    ),
    (
        "clone containers.*.pull_secrets",
        "what is read are the pod's; rows of a container are only added",
    ),
    (
        "move containers.*.pull_secrets",
        "what is read are the pod's; rows of a container are only added",
    ),
];

/// Whether an edit is never made.
pub fn never_made(edit: &str) -> bool {
    NEVER.iter().any(|(known, _)| *known == edit)
}

/// Edits with which rows go that an element stands for.
const TAKE_AWAY: &[(&str, &str)] = &[
    (".enabled", "what is switched off goes with all its rows"),
    (".kind", "rows of the other kind go"),
];

/// Whether an edit takes rows away.
pub fn takes_rows_away(edit: &str) -> bool {
    edit.starts_with("set ") && TAKE_AWAY.iter().any(|(end, _)| edit.ends_with(end))
}

/// Leaves without which their row counts as not there.
const ROWS: [&str; 6] = [
    "set containers.*.ports.*.number",
    "set containers.*.pull_secrets.*.name",
    "set pod.pull_secrets.*.name",
    "set containers.*.command.*.text",
    "set containers.*.args.*.text",
    "set containers.*.security.capabilities.*.text",
];

/// Whether an edit that empties a leaf takes its row away.
pub fn empties_its_row(edit: &str) -> bool {
    ROWS.contains(&edit)
}

/// What is read as left empty where nobody is on record as having asked for it: a default, or what a server chooses.
const DEFAULTS: &[&str] = &[
    "/imagePullPolicy",
    "/progressDeadlineSeconds",
    "/revisionHistoryLimit",
    "/strategy/type",
    "/strategy/rollingUpdate/maxSurge",
    "/strategy/rollingUpdate/maxUnavailable",
    "/updateStrategy/type",
    "/updateStrategy/rollingUpdate/partition",
    "/podManagementPolicy",
    "/whenDeleted",
    "/whenScaled",
    "/concurrencyPolicy",
    "/successfulJobsHistoryLimit",
    "/failedJobsHistoryLimit",
    "/backoffLimit",
    "/terminationGracePeriodSeconds",
    "/defaultMode",
    "/httpGet/path",
    "/nodePort",
    "/externalTrafficPolicy",
    "/ingressClassName",
    "/storageClassName",
    // Beside alternatives that the form does not know, what is required holds with each of them, and is kept with them.
    "/nodeSelectorTerms/*/matchExpressions/*/key",
    "/nodeSelectorTerms/*/matchExpressions/*/operator",
    "/nodeSelectorTerms/*/matchExpressions/*/values/*",
];

/// Whether something that was written is not in what is read again of somebody else's app, although it is in the object.
/// `is_labelled` says whether its pods bear labels.
pub fn is_read_as_blank(is_labelled: bool, path: &str) -> bool {
    // A claim that bears no mark of ours is only named by an app.
    let is_storage = path.starts_with("PersistentVolume");
    // No Service can find pods that bear no label.
    let is_unfound = path.starts_with("Service/") && !is_labelled;
    is_storage || is_unfound || DEFAULTS.iter().any(|end| path.ends_with(end))
}

/// What is read as wanted although it was left empty, of somebody else's app, each with the reason.
const WANTED: [(&str, &str); 2] = [
    (
        "/ports/*/nodePort",
        "of a port under another number, all of it is on record as written by us",
    ),
    (
        "/imagePullPolicy",
        "what a server filled in for the tag of one image stays with the next one, whose default may be the other",
    ),
];

/// Whether something that was left empty is read again all the same: it is in the object, and stays what it was.
pub fn is_read_as_wanted(path: &str) -> bool {
    WANTED.iter().any(|(end, _)| path.ends_with(end))
}

/// Whether a container has a variable twice. The form shows the one that counts; once that goes, the other one counts and is
/// read, as the preview shows it.
pub fn has_a_variable_twice(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(key, field)| {
            let variables = field.as_array().filter(|_| key == "env");
            variables.is_some_and(|variables| has_a_name_twice(variables)) || has_a_variable_twice(field)
        }),
        Value::Array(elements) => elements.iter().any(has_a_variable_twice),
        _ => false,
    }
}

fn has_a_name_twice(elements: &[Value]) -> bool {
    let names: std::collections::BTreeSet<&str> = elements
        .iter()
        .filter_map(|element| element["name"].as_str())
        .collect();
    names.len() < elements.len()
}
