use std::collections::BTreeSet;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::{BROWSER, SERVER, document};
use crate::command::{cargo, output};
use crate::tools::WASM;

/// What the format demands. Of licences and signatures there is a schema each; we write neither single licences nor
/// signatures, so whatever has one is refused.
fn complaints(document: &Value) -> Vec<String> {
    let schema: Value =
        serde_json::from_str(include_str!("../../../assets/cyclonedx-1.5.schema.json")).unwrap();
    let base = "http://cyclonedx.org/schema";
    let registry = Registry::new()
        .add(format!("{base}/spdx.SNAPSHOT.schema.json"), json!({ "not": {} }))
        .unwrap()
        .add(
            format!("{base}/jsf-0.82.SNAPSHOT.schema.json"),
            json!({ "definitions": { "signature": { "not": {} } } }),
        )
        .unwrap()
        .prepare()
        .unwrap();
    let options = jsonschema::options().with_registry(&registry);
    let validator: Validator = options.build(&schema).unwrap();
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Names with versions of what cargo prints for one of our packages.
fn crates(package: &str, target: &str, edges: &str) -> BTreeSet<String> {
    let args = ["tree", "--package", package, "--target", target, "--edges", edges];
    let printed = output(&mut cargo(args.into_iter().chain(["--prefix", "none"]))).unwrap();
    let name = |line: &str| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?.strip_prefix('v')?))
    };
    printed.lines().filter_map(name).collect()
}

fn components(document: &Value) -> impl Iterator<Item = &Value> {
    let whole = std::iter::once(&document["metadata"]["component"]);
    whole.chain(document["components"].as_array().unwrap())
}

fn named(component: &Value) -> String {
    let text = |field: &str| component[field].as_str().unwrap();
    format!("{} {}", text("name"), text("version"))
}

#[test]
fn the_document_is_valid_and_the_same_every_time() {
    let document = document().unwrap();

    assert_eq!(complaints(&document), [""; 0]);
    assert_eq!(document, super::document().unwrap());
    let text = document.to_string();
    let folder = crate::build::root().display().to_string();
    assert!(!text.contains(&folder), "it names a folder of this machine");
}

#[test]
fn a_document_that_is_not_valid_is_noticed() {
    let mut document = document().unwrap();
    document["components"][0]["scope"] = json!("somehow");
    document["components"][1]["licenses"] = json!([{ "license": { "id": "no licence" } }]);

    assert!(complaints(&document).len() >= 2);
}

#[test]
fn every_crate_of_the_server_is_named_and_none_that_only_tests_use() {
    let here = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let document = document().unwrap();
    let named: BTreeSet<String> = components(&document).map(named).collect();

    let built = |edges| &crates(SERVER, &here, edges) | &crates(BROWSER, WASM, edges);
    let missing: Vec<_> = built("normal").difference(&named).cloned().collect();
    assert_eq!(missing, [""; 0], "not named");
    let tested = built("normal,build,dev");
    let only_tested: BTreeSet<String> = tested.difference(&built("normal,build")).cloned().collect();
    assert!(
        only_tested.iter().any(|name| name.starts_with("proptest ")),
        "{only_tested:?}"
    );
    let too_many: Vec<_> = only_tested.intersection(&named).collect();
    assert!(too_many.is_empty(), "only tests use {too_many:?}");
}

#[test]
fn licences_and_what_ships_of_npm_are_named() {
    let document = document().unwrap();
    let find = |name: &str| {
        components(&document)
            .find(|component| component["name"] == name)
            .unwrap()
    };

    for component in components(&document) {
        assert!(component["licenses"].is_array(), "{component} has no licence");
    }
    let patternfly = find("@patternfly/patternfly");
    assert_eq!(
        (
            &patternfly["scope"],
            &patternfly["hashes"][0]["alg"],
            &patternfly["licenses"][0]["expression"]
        ),
        (&json!("required"), &json!("SHA-512"), &json!("MIT"))
    );
    assert_eq!(find("axum")["scope"], "required");
    assert_eq!(
        find("leptos")["scope"],
        "required",
        "the server embeds the browser app"
    );
    assert_eq!(
        find("serde_yaml")["scope"],
        "excluded",
        "it only builds the browser app"
    );
}
