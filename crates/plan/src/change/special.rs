//! Fields that are merged otherwise than most, because of what they mean to Kubernetes.

use std::borrow::Cow;

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

/// Whether a part changes as a whole. A way to replace old pods that has no settings would not be accepted with those of
/// another one. What is scaled is named by all fields together: the name of one kind says nothing of another.
pub(super) fn is_one_thing(key: &str, after: &Map<String, Value>) -> bool {
    let has_no_settings = || after.get("type").is_some_and(|kind| kind != "RollingUpdate");
    match key {
        "scaleTargetRef" => true,
        "strategy" | "updateStrategy" => has_no_settings(),
        _ => false,
    }
}

/// How annotations begin that tell the cloud about a load balancer, in the way that is planned and in an older one that
/// still counts.
const TOLD: (&str, &str) = (
    "service.beta.kubernetes.io/alibaba-cloud-",
    "service.beta.kubernetes.io/alicloud-",
);

/// The field of the plans that says what a field says. The service account has an older name, from which a server fills in
/// the one that is planned when it is empty; so have annotations, which are what was read where the newer one is not there.
pub(super) fn planned_as<'k>(
    key: &'k str,
    live: &Map<String, Value>,
    plans: [Option<&Map<String, Value>>; 2],
) -> Cow<'k, str> {
    if key == "serviceAccount" {
        return "serviceAccountName".into();
    }
    let newer = key.strip_prefix(TOLD.1).map(|told| format!("{}{told}", TOLD.0));
    let is_planned = || plans.iter().flatten().any(|plan| plan.contains_key(key));
    match newer {
        Some(newer) if !live.contains_key(&newer) && !is_planned() => newer.into(),
        _ => key.into(),
    }
}

/// Whether an object says already what a field is planned to say, under this name or an older one.
pub(super) fn said_under(key: &str, before: Option<&Map<String, Value>>, live: &Map<String, Value>) -> bool {
    let is_older = || {
        let told = key.strip_prefix(TOLD.0)?;
        let older = format!("{}{told}", TOLD.1);
        let was_planned = before.is_some_and(|before| before.contains_key(&older));
        Some(live.contains_key(&older) && !was_planned)
    };
    live.contains_key(key) || is_older().unwrap_or_default()
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
