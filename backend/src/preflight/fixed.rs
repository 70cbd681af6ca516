//! What never changes in an object that is there: it can only be taken away and made anew.

use serde_json::Value;
use slipway_model::{Issue, Problem};
use slipway_plan::{ObjectKey, drift};

use super::{FieldMap, outwards};

/// What the server says of fields that cannot change in an object that is there.
const FIXED: [&str; 4] = [
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "may not change once set",
    "spec is immutable after creation",
];

/// What may change in a `StatefulSet`.
const OPEN_IN_STATEFUL_SET: [&str; 7] = [
    "spec.minReadySeconds",
    "spec.ordinals",
    "spec.persistentVolumeClaimRetentionPolicy",
    "spec.replicas",
    "spec.revisionHistoryLimit",
    "spec.template",
    "spec.updateStrategy",
];

/// How the annotations of load balancers of Alibaba Cloud start; the second one is older and still read.
const PREFIXES: [&str; 2] = [
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-",
    "service.beta.kubernetes.io/alicloud-loadbalancer-",
];

/// What an object was, and what it shall be.
#[derive(Clone, Copy)]
pub(super) struct Change<'v> {
    pub(super) before: &'v Value,
    pub(super) after: &'v Value,
}

impl Change<'_> {
    /// The paths that change.
    fn paths(self) -> Vec<String> {
        let both = drift(self.before, self.after)
            .into_iter()
            .chain(drift(self.after, self.before));
        let mut paths: Vec<String> = both.map(|drift| drift.path).collect();
        paths.sort();
        paths.dedup();
        paths
    }
}

/// The issues of a change that the cluster does not let happen in place, each at a field that changes; none where it
/// refuses for another reason.
pub(super) fn refused(
    key: &ObjectKey,
    fields: &FieldMap,
    (message, causes): (&str, &[(String, String)]),
    change: Change<'_>,
) -> Vec<Issue> {
    if !FIXED.iter().any(|words| message.contains(words)) {
        return Vec::new();
    }
    let paths = change.paths();
    let whole = [(String::new(), String::new())];
    let causes = if causes.is_empty() { &whole } else { causes };
    let mut issues = Vec::new();
    for (cause, words) in causes {
        let open = |path: &str| cause == "spec" && is_open(key, path);
        let changed = paths
            .iter()
            .filter(|path| outwards(path).any(|around| around == cause) && !open(path));
        let mut changed: Vec<&str> = changed.map(|path| fields.field(path)).collect();
        if changed.is_empty() {
            changed.push(fields.of_cause(cause, words));
        }
        issues.extend(changed.into_iter().map(|field| issue(key, field, message)));
    }
    issues.dedup();
    issues
}

/// What neither the API server nor the cloud would change, and the former does not say.
pub(super) fn unsaid(key: &ObjectKey, fields: &FieldMap, live: &Value, change: Change<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    if key.kind != "Service" {
        return issues;
    }
    let is_headless = |service: &Value| service["spec"]["clusterIP"] == "None";
    if is_headless(change.before) != is_headless(change.after) {
        let words = "spec.clusterIP: may not change once set";
        issues.push(issue(key, fields.field("spec.clusterIP"), words));
    }
    issues.extend(balancer(key, fields, live, change.after));
    issues
}

/// The cloud controller manager of Alibaba Cloud does not change the reach of a load balancer that it has made, nor use
/// another one in its place (cloud-provider-alibaba-cloud `eeb0ddc6`), and says so in an event only.
fn balancer(key: &ObjectKey, fields: &FieldMap, live: &Value, after: &Value) -> Option<Issue> {
    let is_made = live["status"]["loadBalancer"]["ingress"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    let stays = [live, after]
        .iter()
        .all(|service| service["spec"]["type"] == "LoadBalancer");
    if !is_made || !stays {
        return None;
    }
    let said = |service: &Value, what: &str| {
        let annotations = &service["metadata"]["annotations"];
        let mut found = PREFIXES
            .iter()
            .filter_map(|prefix| annotations[format!("{prefix}{what}")].as_str());
        found.next().map(ToOwned::to_owned)
    };
    // Unless it is told otherwise the cloud makes a public one.
    let reach = |service: &Value| said(service, "address-type").unwrap_or_else(|| "internet".to_owned());
    let path = |what: &str| format!("metadata.annotations.{}{what}", PREFIXES[0]);
    if said(live, "id") != said(after, "id") {
        return Some(issue(
            key,
            fields.field(&path("id")),
            "can not change LoadBalancer id once created",
        ));
    }
    let is_moved = said(after, "id").is_none() && reach(live) != reach(after);
    is_moved.then(|| {
        let words = "can not change LoadBalancer AddressType once created";
        issue(key, fields.field(&path("address-type")), words)
    })
}

fn is_open(key: &ObjectKey, path: &str) -> bool {
    key.kind == "StatefulSet" && outwards(path).any(|around| OPEN_IN_STATEFUL_SET.contains(&around))
}

fn issue(key: &ObjectKey, field: &str, words: &str) -> Issue {
    let problem = Problem::Immutable {
        kind: key.kind.clone(),
        name: key.name.clone(),
        message: words.to_owned(),
    };
    Issue::error(field, problem)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(annotations: &Value) -> Value {
        json!({ "metadata": { "annotations": annotations }, "spec": { "type": "LoadBalancer" },
                "status": { "loadBalancer": { "ingress": [{ "ip": "47.1.2.3" }] } } })
    }

    fn told(live: &Value, after: &Value) -> Vec<String> {
        let key = ObjectKey::namespaced("v1", "Service", "shop", "web");
        let change = Change { before: live, after };
        let issues = unsaid(&key, &FieldMap::default(), live, change);
        issues
            .iter()
            .map(|issue| format!("{:?}", issue.problem))
            .collect()
    }

    /// cloud-provider-alibaba-cloud eeb0ddc6: "can not change `LoadBalancer` `AddressType` once created".
    #[test]
    fn a_load_balancer_that_is_made_keeps_its_reach_and_its_id() {
        let reach = |kind: &str| {
            service(&json!({ "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": kind }))
        };
        let id = |id: &str| service(&json!({ "service.beta.kubernetes.io/alicloud-loadbalancer-id": id }));
        let unsaid = service(&json!({}));
        let mut pending = unsaid.clone();
        pending["status"] = json!({});

        assert!(told(&reach("internet"), &reach("intranet"))[0].contains("AddressType"));
        assert_eq!(told(&unsaid, &reach("intranet")).len(), 1, "unsaid is public");
        assert!(told(&unsaid, &id("lb-1"))[0].contains("id once created"));
        assert!(told(&id("lb-1"), &unsaid)[0].contains("id once created"));
        for (live, after) in [
            (&unsaid, &reach("internet")),
            (&reach("intranet"), &reach("intranet")),
            (&pending, &reach("intranet")),
            (&reach("internet"), &json!({ "spec": { "type": "ClusterIP" } })),
        ] {
            assert_eq!(told(live, after), Vec::<String>::new(), "{after}");
        }
    }

    #[test]
    fn a_service_becomes_headless_only_anew() {
        let (headless, plain) = (
            json!({ "spec": { "clusterIP": "None" } }),
            json!({ "spec": { "clusterIP": "10.0.0.9" } }),
        );

        for (live, after) in [
            (&headless, &plain),
            (&plain, &headless),
            (&headless, &json!({ "spec": {} })),
        ] {
            assert!(told(live, after)[0].contains("may not change once set"));
        }
        assert_eq!(
            told(&plain, &json!({ "spec": {} })),
            Vec::<String>::new(),
            "the server chooses it"
        );
    }

    #[test]
    fn of_a_whole_that_is_refused_the_changed_part_is_blamed() {
        let key = ObjectKey::namespaced("apps/v1", "StatefulSet", "shop", "db");
        let of = |size: &str, image: &str| {
            json!({ "spec": { "volumeClaimTemplates": [{ "metadata": { "name": "data" }, "spec": { "resources": { "requests": { "storage": size } } } }],
                              "template": { "image": image } } })
        };
        let (before, after) = (of("1Gi", "a"), of("2Gi", "b"));
        let fields: FieldMap = serde_json::from_value(json!([
            ["", "basics.name"],
            ["spec.volumeClaimTemplates[0].spec.resources", "volumes.3.size"],
            ["spec.template.image", "containers.1.image"],
        ]))
        .unwrap();
        let change = Change {
            before: &before,
            after: &after,
        };
        let of_cause = |path: &str, message: &str| {
            let causes = [(path.to_owned(), message.to_owned())];
            let issues = refused(&key, &fields, (message, &causes), change);
            issues.into_iter().map(|issue| issue.field).collect::<Vec<_>>()
        };

        assert_eq!(
            of_cause(
                "spec.volumeClaimTemplates",
                "Invalid value: []core…: field is immutable"
            ),
            ["volumes.3.size"]
        );
        assert_eq!(
            of_cause(
                "spec",
                "Forbidden: updates to statefulset spec for fields other than 'replicas'"
            ),
            ["volumes.3.size"]
        );
        assert_eq!(of_cause("spec", "too many"), Vec::<String>::new());
    }
}
