//! What making an object anew destroys, for those objects that can change in no other way.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_api::Consequence;
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use crate::apply::told;
use crate::preflight::object_ref;

/// The consequences of making anew what the issues say cannot change where it is.
pub(super) fn consequences(issues: &[Issue], live: &[(ObjectKey, Value)]) -> Vec<Consequence> {
    let is_fixed = |key: &ObjectKey| {
        issues.iter().any(|issue| {
            matches!(&issue.problem, Problem::Immutable { kind, name, .. } if *kind == key.kind && *name == key.name)
        })
    };
    let fixed = live.iter().filter(|(key, _)| is_fixed(key));
    let told = fixed.flat_map(|(key, object)| {
        let mut told = told::of_deletion(key, object);
        told.extend(claims(key, object));
        told
    });
    told.collect()
}

/// The claims that a `StatefulSet` takes with it.
fn claims(key: &ObjectKey, object: &Value) -> Option<Consequence> {
    let spec = &object["spec"];
    let goes = spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Delete"
        && spec["volumeClaimTemplates"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
    goes.then(|| Consequence {
        code: "claims_deleted".to_owned(),
        object: object_ref(key),
        params: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_and_claims_that_go_are_named_before() {
        let service = ObjectKey::namespaced("v1", "Service", "shop", "web");
        let set = ObjectKey::namespaced("apps/v1", "StatefulSet", "shop", "db");
        let live = [
            (
                service.clone(),
                json!({ "status": { "loadBalancer": { "ingress": [{ "ip": "47.1.2.3" }] } } }),
            ),
            (
                set.clone(),
                json!({ "spec": { "volumeClaimTemplates": [{}], "persistentVolumeClaimRetentionPolicy": { "whenDeleted": "Delete" } } }),
            ),
        ];
        let fixed = |key: &ObjectKey| {
            Issue::error(
                "a",
                Problem::Immutable {
                    kind: key.kind.clone(),
                    name: key.name.clone(),
                    message: String::new(),
                },
            )
        };
        let codes = |issues: &[Issue]| -> Vec<String> {
            consequences(issues, &live)
                .into_iter()
                .map(|told| told.code)
                .collect()
        };

        assert_eq!(
            codes(&[fixed(&service), fixed(&set)]),
            ["address_released", "claims_deleted"]
        );
        assert_eq!(codes(&[fixed(&set)]), ["claims_deleted"]);
        assert_eq!(codes(&[]), Vec::<String>::new());
    }
}
