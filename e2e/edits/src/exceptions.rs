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

/// How the marks begin of the operation that wrote an object, in its annotations.
const MARKS: &str = "slipway.dev/";

/// An object without what is nobody's edit.
pub fn compared(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|key, _| !OF_SERVER.contains(&key.as_str()));
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|key, _| !key.starts_with(MARKS));
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
    (
        ".affinity.*.key",
        "without a label it is about the app's own pods, which have several",
    ),
    (".affinity.*.values", "several values stand in one field"),
    (".bandwidth", "it does nothing unless it is also what is paid for"),
    (
        ".specification",
        "it does nothing unless it is also what is paid for",
    ),
    (".reach", "only of a public one a bandwidth is said"),
    (
        ".zone",
        "a volume in a zone is for nodes with a label, which is compared",
    ),
    (
        "ingresses.*.name",
        "the Ingress for a share of requests is named after it",
    ),
    (".tls.*.secret", "hosts are gathered by Secret"),
    (".canary.weight", "what both shares add up to is said as well"),
    (".canary.header", "a route has a rule for each word of it"),
    (".canary.header_value", "a route has a rule for each word of it"),
    (".canary.cookie", "a route has a rule for each word of it"),
    (".logs.*.store", "every variable of a log is named after it"),
    (".logs.*.path", "a folder needs a volume that is mounted there"),
    (".logs.*.project", OF_LOG),
    (".logs.*.logstore", OF_LOG),
    (".logs.*.shards", OF_LOG),
    (".logs.*.days", OF_LOG),
    (".logs.*.machine_group", OF_LOG),
];
const OF_LOG: &str = "what is said of a log is a variable with a name and a value";

/// Whether an edit of a leaf may change more than one leaf of an object.
pub fn may_change_several(pattern: &str) -> bool {
    SEVERAL.iter().any(|(end, _)| pattern.ends_with(end))
}

/// Whether a leaf may stand in several objects, or several times in one: an app has an Ingress with the same hosts, paths and
/// class for a share of its requests, a route for each host, and in a route a rule for each path.
pub fn may_stand_often(pattern: &str) -> bool {
    pattern.starts_with("ingresses.*.")
}

/// Edits that nobody can make, or that are refused.
const NEVER: [&str; 3] = [
    // Another address is another app.
    "set basics.namespace",
    "set basics.name",
    "set basics.kind",
];

/// Whether an edit is never made.
pub fn never_made(edit: &str) -> bool {
    NEVER.contains(&without_choice(edit))
}

/// An edit without what a leaf is set to.
fn without_choice(edit: &str) -> &str {
    edit.split_once(" to ").map_or(edit, |(edit, _)| edit)
}

/// Edits of what nobody else's app has: Secrets that were read are the pod's, rows of a container are only added.
const ONLY_OURS: [&str; 4] = [
    "set containers.*.pull_secrets.*.name",
    "remove containers.*.pull_secrets",
    "clone containers.*.pull_secrets",
    "move containers.*.pull_secrets",
];

/// Whether an edit is made in apps of ours only.
pub fn only_ours(edit: &str) -> bool {
    ONLY_OURS.contains(&edit)
}

/// Edits that say nothing to a cluster, however often they are made.
const NOTHING: &[(&str, &str)] = &[
    ("move basics.annotations", NO_ORDER),
    ("move basics.labels", NO_ORDER),
    ("move ingresses", NO_ORDER),
    ("move ingresses.*.annotations", NO_ORDER),
    ("move ingresses.*.labels", NO_ORDER),
    ("move pod.annotations", NO_ORDER),
    ("move pod.labels", NO_ORDER),
    ("move pod.node_selector", NO_ORDER),
    ("move services", NO_ORDER),
    ("move services.*.annotations", NO_ORDER),
    ("move services.*.labels", NO_ORDER),
    ("clone ingresses.*.tls", ONCE),
    ("clone pod.pull_secrets", ONCE),
    ("clone containers.*.pull_secrets", ONCE),
    ("set containers.*.liveness.healthy", ONLY_ONE),
    ("set containers.*.startup.healthy", ONLY_ONE),
];
const NO_ORDER: &str = "the rows are in a map, or objects of their own";
const ONCE: &str = "what is there twice is planned once";
const ONLY_ONE: &str = "1 is all that may be typed, and the default";

/// Whether an edit says nothing to a cluster.
pub fn says_nothing(edit: &str) -> bool {
    NOTHING.iter().any(|(known, _)| *known == edit)
}

/// Edits with which rows go that an element stands for.
const TAKE_AWAY: &[(&str, &str)] = &[
    (".enabled", "what is switched off goes with all its rows"),
    (".kind", "rows of the other kind go"),
    (".tls.*.secret", "hosts are gathered by Secret"),
    (".logs.*.path", "a folder needs a volume that is mounted there"),
];

/// Whether an edit takes rows away.
pub fn takes_rows_away(edit: &str) -> bool {
    let edit = without_choice(edit);
    edit.starts_with("set ") && TAKE_AWAY.iter().any(|(end, _)| edit.ends_with(end))
}

/// Leaves without which their row counts as not there, and those that are a variable of their own.
const ROWS: &[&str] = &[
    "set containers.*.ports.*.number",
    "set containers.*.pull_secrets.*.name",
    "set pod.pull_secrets.*.name",
    "set pod.spread.*.topology",
    "set containers.*.command.*.text",
    "set containers.*.args.*.text",
    "set containers.*.security.capabilities.*.text",
    "set containers.*.liveness.headers.*.name",
    "set containers.*.readiness.headers.*.name",
    "set containers.*.startup.headers.*.name",
    "set containers.*.logs.*.project",
    "set containers.*.logs.*.logstore",
    "set containers.*.logs.*.shards",
    "set containers.*.logs.*.days",
    "set containers.*.logs.*.machine_group",
    "set ingresses.*.tls.*.secret",
];

/// Whether an edit that empties a leaf takes its row away.
pub fn empties_its_row(edit: &str) -> bool {
    ROWS.contains(&edit)
}

/// What is read as left empty where nobody is on record as having asked for it: a default, or what a server chooses.
const DEFAULTS: &[&str] = &[
    "/imagePullPolicy",
    "/progressDeadlineSeconds",
    "/strategy/type",
    "/strategy/rollingUpdate/maxSurge",
    "/updateStrategy/type",
    "/podManagementPolicy",
    "/whenDeleted",
    "/whenScaled",
    "/concurrencyPolicy",
    "/failedJobsHistoryLimit",
    "/defaultMode",
    "/httpGet/path",
    "/nodePort",
    "/externalTrafficPolicy",
    "/ingressClassName",
    "/storageClassName",
    // Of another cloud it is read from an annotation of that cloud, which can be edited as such.
    "/alibaba-cloud-loadbalancer-address-type",
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

/// What is read as wanted although it was left empty, of somebody else's app, each with what the preview has to say of it
/// and the reason.
const WANTED: [(&str, Option<&str>, &str); 3] = [
    (
        "/ports/*/nodePort",
        None,
        "of a port under another number, all of it is on record as written by us",
    ),
    (
        "Ingress/spec/ingressClassName",
        None,
        "an Ingress under another name says what it said, and all of it is on record as written by us",
    ),
    (
        "/imagePullPolicy",
        Some("pull_policy_stays"),
        "what is filled in depends on the tag, and stays what it was for another one",
    ),
];

/// Whether something that was left empty is read again all the same: it is in the object, and stays what it was. `told` says
/// whether the preview tells of a consequence.
pub fn is_read_as_wanted(path: &str, told: impl Fn(&str) -> bool) -> bool {
    let mut wanted = WANTED.iter();
    wanted.any(|(end, code, _)| path.ends_with(end) && code.is_none_or(&told))
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

/// Whether a leaf is the name of a volume for logs: they are numbered, so that what goes gives its number to another one.
pub fn is_a_number((path, value): &(String, String)) -> bool {
    path.ends_with("/name") && value.starts_with("\"slipway-logs-")
}
