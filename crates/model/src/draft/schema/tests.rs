use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::schema;
use crate::arbitrary;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn published() -> String {
    std::fs::read_to_string(root().join("docs/draft.schema.json")).unwrap_or_default()
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&published()).unwrap();
    jsonschema::draft7::meta::validate(&schema).expect("a schema");
    jsonschema::validator_for(&schema).unwrap()
}

fn complaints(validator: &jsonschema::Validator, draft: &Value) -> Vec<String> {
    validator
        .iter_errors(draft)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_published_schema_is_up_to_date() {
    let schema = schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(root().join("docs/draft.schema.json"), &schema).unwrap();
    }

    assert!(
        published() == schema,
        "docs/draft.schema.json is out of date: UPDATE_SCHEMA=1 cargo test -p slipway-model schema"
    );
}

#[test]
fn every_example_fits_the_schema() {
    let validator = validator();
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let draft: Value = serde_saphyr::from_str(&text).unwrap();

        assert_eq!(complaints(&validator, &draft), [""; 0], "{}", path.display());
        seen += 1;
    }
    assert!(seen > 5);
}

#[test]
fn every_field_of_a_draft_stands_in_an_example() {
    let leaves = |draft: &crate::Draft| -> BTreeSet<String> {
        let leaves = draft.leaves().into_iter();
        leaves.map(|(path, _)| arbitrary::pattern(&path)).collect()
    };
    let mut missing = leaves(&arbitrary::with_every_row());
    for entry in std::fs::read_dir(root().join("examples")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let example = crate::file::read(&text).unwrap().into_draft();
        for (path, _) in example.leaves().into_iter().filter(|(_, leaf)| !leaf.is_blank()) {
            missing.remove(&arbitrary::pattern(&path));
        }
    }

    assert!(missing.is_empty(), "no example has {missing:#?}");
}

#[test]
fn what_no_draft_has_does_not_fit() {
    let validator = validator();
    for (wrong, draft) in [
        ("/basics", json!({ "basics": { "nmae": "shop" } })),
        ("", json!({ "hostNetwork": true })),
        ("/containers/0/ports", json!({ "containers": [{ "ports": 80 }] })),
        (
            "/containers/0/image",
            json!({ "containers": [{ "image": ["nginx"] }] }),
        ),
        (
            "/services/0/kind",
            json!({ "services": [{ "kind": "Loadbalancer" }] }),
        ),
        (
            "/workload/update/kind",
            json!({ "workload": { "update": { "kind": "Rolling" } } }),
        ),
        ("/format", json!({ "format": "one" })),
    ] {
        let complaints = complaints(&validator, &draft);

        assert!(
            complaints.len() == 1 && complaints[0].starts_with(&format!("{wrong}: ")),
            "{wrong}: {complaints:?}"
        );
    }
}

#[test]
fn numbers_booleans_and_nothing_fit_where_text_does() {
    let draft = json!({
        "format": 1,
        "basics": { "name": "shop", "replicas": 2, "labels": [{ "key": "a", "value": null }] },
        "containers": [{ "id": 7, "stdin": true, "tty": "false", "liveness": { "enabled": true, "kind": "" } }],
        "volumes": [{ "kind": "nfs", "version": 3 }],
    });

    assert_eq!(complaints(&validator(), &draft), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the rules accept, an editor with the schema accepts too.
    #[test]
    fn every_generated_draft_fits_the_schema(tape in prop::collection::vec(any::<u16>(), 0..1200)) {
        thread_local!(static VALIDATOR: jsonschema::Validator = validator());
        if let Some(draft) = arbitrary::draft(&tape) {
            let draft = serde_json::to_value(&draft).unwrap();
            prop_assert_eq!(VALIDATOR.with(|validator| complaints(validator, &draft)), [""; 0]);
        }
    }
}
