use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{line, subject};

fn everything(draft: &mut Value) {
    draft["containers"][0]["env"] = json!([
        { "id": 11, "kind": "config_map", "name": "A", "object": "settings", "key": "colour" },
        { "id": 12, "kind": "config_map", "name": "B", "object": "settings", "key": "size", "optional": true },
        { "id": 13, "kind": "config_map", "object": "settings" },
        { "id": 14, "kind": "secret", "name": "P", "object": "db", "key": "password" },
    ]);
    draft["containers"][0]["pull_secrets"] = json!([{ "id": 15, "name": "registry" }]);
    draft["volumes"] = json!([{ "id": 16, "name": "files", "kind": "config_map", "object": "settings",
                                "items": [{ "id": 17, "key": "app.yaml" }] }]);
}

/// What is said of one object, if it looks like this.
fn judged(kind: &str, name: &str, found: Option<&Keys>) -> String {
    let subject = subject(everything);
    let all = references(&subject.spec());
    let of: Vec<&Reference> = all
        .iter()
        .filter(|one| one.kind == kind && one.name == name)
        .collect();
    assert!(!of.is_empty(), "{kind} {name}");
    line(&judge(
        found,
        &of,
        &subject,
        Finding::named(CheckCode::References, kind, name),
    ))
}

fn keys(of_type: &str, keys: &[&str]) -> Keys {
    Keys {
        of_type: of_type.to_owned(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    }
}

#[test]
fn what_is_there_with_all_its_keys_passes() {
    let settings = keys("", &["colour", "app.yaml"]);

    assert_eq!(judged(CONFIG_MAP, "settings", Some(&settings)), "Passed");
    assert_eq!(
        judged(SECRET, "db", Some(&keys("Opaque", &["password"]))),
        "Passed"
    );
}

#[test]
fn an_object_that_is_missing_is_blamed_wherever_it_is_named() {
    assert_eq!(
        judged(CONFIG_MAP, "settings", None),
        "Warning containers.1.env.11.object=absent containers.1.env.13.object=absent volumes.16.object=absent"
    );
}

#[test]
fn a_key_that_is_missing_is_blamed_where_it_is_asked_for_unless_it_may_be() {
    assert_eq!(
        judged(CONFIG_MAP, "settings", Some(&keys("", &[]))),
        "Warning containers.1.env.11.key=key_absent volumes.16.items=key_absent"
    );
}

#[test]
fn a_secret_for_a_registry_is_of_a_type_for_registries() {
    let of = |of_type: &str| judged(SECRET, "registry", Some(&keys(of_type, &[])));

    assert_eq!(of("kubernetes.io/dockerconfigjson"), "Passed");
    assert_eq!(of("kubernetes.io/dockercfg"), "Passed");
    assert_eq!(
        of("Opaque"),
        "Warning containers.1.pull_secrets.15.name=secret_type_wrong"
    );
}
