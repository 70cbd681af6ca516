//! Fields that are merged otherwise than most, because of what they mean to Kubernetes.

use serde_json::{Map, Value};

/// Parts of which a server accepts one handler only, and the handlers there are.
const ONE_HANDLER: [&str; 5] = [
    "livenessProbe",
    "postStart",
    "preStop",
    "readinessProbe",
    "startupProbe",
];
const HANDLERS: [&str; 5] = ["exec", "grpc", "httpGet", "sleep", "tcpSocket"];

/// Whether this is a way to replace old pods that has no settings. Those of another way would not be accepted with it.
pub(super) fn is_other_strategy(key: &str, after: &Map<String, Value>) -> bool {
    matches!(key, "strategy" | "updateStrategy")
        && after.get("type").is_some_and(|kind| kind != "RollingUpdate")
}

/// The field of the plan that says what a field says. The service account has an older name, from which a server fills in
/// the one that is planned when it is empty.
pub(super) fn planned_as(key: &str) -> &str {
    if key == "serviceAccount" {
        "serviceAccountName"
    } else {
        key
    }
}

/// A part as it is, without the handlers that another one takes the place of.
pub(super) fn one_handler(
    key: &str,
    after: &Map<String, Value>,
    live: &Map<String, Value>,
) -> Map<String, Value> {
    let mut live = live.clone();
    let is_handler = |key: &String| HANDLERS.contains(&key.as_str());
    if ONE_HANDLER.contains(&key) && after.keys().any(is_handler) {
        live.retain(|key, _| !is_handler(key) || after.contains_key(key));
    }
    live
}

/// Whether a field that the object lacks says just what its absence says: the same port as that of the Service.
pub(super) fn is_implied(
    key: &str,
    before: Option<&Map<String, Value>>,
    after: Option<&Map<String, Value>>,
) -> bool {
    let same = |fields: Option<&Map<String, Value>>| {
        fields.is_some_and(|fields| fields.get("targetPort") == fields.get("port"))
    };
    key == "targetPort" && same(before) && same(after)
}

/// The terms about nodes of which one must hold, with what the form requires: it has to hold with each of them, and beside
/// several the form has none of its own. None where there are not several.
pub(super) fn with_each_term(
    key: &str,
    before: &[Value],
    after: &[Value],
    live: &[Value],
) -> Option<Vec<Value>> {
    let ([], [wanted]) = (before, after) else {
        return None;
    };
    if key != "nodeSelectorTerms" || live.is_empty() {
        return None;
    }
    let wanted = wanted["matchExpressions"].as_array()?;
    let with = |term: &Value| {
        let mut term = term.clone();
        match term.get_mut("matchExpressions").and_then(Value::as_array_mut) {
            Some(known) => known.extend(wanted.iter().cloned()),
            None => term["matchExpressions"] = wanted.clone().into(),
        }
        term
    };
    Some(live.iter().map(with).collect())
}
