use std::fmt::Write;

use proptest::prelude::*;
use serde_json::json;

use super::{Fault, misfits, nearest, read};
use crate::issue::MOST_ISSUES;
use crate::{arbitrary, validate};

fn lines(faults: &[Fault]) -> String {
    faults.iter().fold(String::new(), |mut lines, fault| {
        let _ = writeln!(lines, "{}", serde_json::to_string(fault).unwrap());
        lines
    })
}

/// What is said about a file that is no draft.
fn told(text: &str) -> String {
    lines(&read(text).expect_err("a file with faults"))
}

/// The text of one leaf of a file.
fn leaf(text: &str, path: &str) -> String {
    let file = read(text).unwrap_or_else(|faults| panic!("{}", lines(&faults)));
    file.draft().leaf(path).unwrap().as_str().to_owned()
}

#[test]
fn every_misspelt_field_is_named_with_its_place_and_what_was_perhaps_meant() {
    insta::assert_snapshot!(told(
        "basics:
  nmae: shop
  namespace: default
contaners: []
containers:
  - imgae: nginx:1.27
    ports: [{ number: 80, protcol: TCP }]
  - image: busybox
    livenessProbe: { path: / }
    xyzzy: 1
hostNetwork: true
"
    ));
}

#[test]
fn a_value_of_the_wrong_type_is_told_which_type_belongs_there() {
    insta::assert_snapshot!(told(
        "format: one
basics: shop
containers:
  image: nginx
services:
  - nginx-svc
  - name: [a, b]
    id: -1
  - ports: 80
ingresses: { name: web }
origin: { namespace: default }
"
    ));
}

#[test]
fn the_traps_of_yaml_are_answered_clearly() {
    let cases = [
        ("a tab", "basics:\n\tname: shop\n"),
        ("a field twice", "basics:\n  name: a\n  kind: Job\n  name: b\n"),
        ("two documents", "basics: {}\n---\nbasics: {}\n"),
        ("a tag", "basics:\n  name: !secret shop\n"),
        ("an unknown alias", "basics: *nobody\n"),
        ("an alias inside itself", "basics: &a\n  labels: [*a]\n"),
        ("a bracket left open", "containers: [{ image: nginx }\n"),
        ("a colon in a text", "basics:\n  name: a: b\n"),
        ("a name that is a list", "? [a, b]\n: c\n"),
        ("a merge of nothing", "basics:\n  <<: shop\n"),
        ("another format", "format: 2\n"),
        ("no draft at all", "just a sentence\n"),
        ("a list at the top", "- basics: {}\n"),
    ];
    let told = cases.map(|(name, text)| format!("{name}: {}", told(text)));

    insta::assert_snapshot!(told.concat());
}

#[test]
fn what_a_bomb_of_aliases_would_become_is_never_built() {
    let mut bomb = "basics: { labels: &a0 [{ key: a }, { key: a }] }\n".to_owned();
    for level in 0..40 {
        let _ = writeln!(
            bomb,
            "x{level}: &a{} [*a{level}, *a{level}, *a{level}]",
            level + 1
        );
    }
    let deep = format!("basics: {}1{}", "[".repeat(5000), "]".repeat(5000));

    assert!(told(&bomb).contains(r#""code":"too_large""#));
    assert!(told(&deep).contains(r#""code":"too_large""#));
}

#[test]
fn the_text_that_aliases_stand_for_is_counted_by_its_bytes() {
    let aliases = |number: usize| {
        let text = "x".repeat(64 * 1024);
        let rows = "{ key: a, value: *text }, ".repeat(number);
        format!("basics: {{ name: &text {text}, labels: [{rows}] }}")
    };

    assert!(read(&aliases(20)).is_ok());
    assert!(told(&aliases(200)).contains(r#""code":"too_large""#));
}

#[test]
fn of_many_faults_the_first_are_told_and_that_there_are_more() {
    let names: Vec<String> = (0..75_000).map(|number| format!("\"odd{number}\":1")).collect();
    let odd = format!("{{{}}}", names.join(","));

    let faults = misfits(&serde_json::from_str(&odd).unwrap());
    let of_file = read(&odd).expect_err("no draft");

    assert_eq!(faults.len(), MOST_ISSUES + 1);
    assert!(lines(&faults[MOST_ISSUES..]).contains(r#""field":"odd100","code":"more_issues""#));
    assert!(of_file.len() <= MOST_ISSUES + 1);
}

#[test]
fn a_leaf_is_the_text_that_stands_in_the_file() {
    for text in [
        "0644",
        "0o644",
        "1.10",
        "4.0",
        "1e3",
        "yes",
        "on",
        "True",
        "22:22",
        "0x1F",
        "1_000",
        "2026-01-01",
        ".5",
        "~a",
    ] {
        assert_eq!(leaf(&format!("basics: {{ name: {text} }}"), "basics.name"), text);
    }
    assert_eq!(leaf("basics: { name: 'a: b # c' }", "basics.name"), "a: b # c");
    assert_eq!(
        leaf("basics:\n  name: |\n    two\n    lines\n", "basics.name"),
        "two\nlines\n"
    );
    assert_eq!(leaf("basics: { name: 你好 }", "basics.name"), "你好");
    for nothing in ["", "~", "null"] {
        assert_eq!(leaf(&format!("basics: {{ name: {nothing} }}"), "basics.name"), "");
    }
    assert_eq!(leaf("basics: { name: 'null' }", "basics.name"), "null");
}

#[test]
fn empty_parts_and_lists_are_as_good_as_none() {
    let draft = read("basics:\ncontainers: ~\nservices: []\nformat:\n")
        .unwrap()
        .into_draft();

    assert_eq!(draft, serde_json::from_value(json!({})).unwrap());
    assert!(read("").unwrap().draft().containers.is_empty());
}

#[test]
fn anchors_and_merges_are_read() {
    let text = "basics: { name: shop, labels: &labels [{ key: a, value: b }] }
pod: { labels: *labels }
containers:
  - &web { image: nginx:1.27, tty: true }
  - { <<: *web, tty: false, name: other }
";
    let draft = read(text).unwrap().into_draft();

    assert_eq!(draft.pod.labels[0].key.as_str(), "a");
    assert_eq!(draft.containers[1].image.as_str(), "nginx:1.27");
    assert_eq!(draft.containers[1].tty.as_str(), "false");
    assert_ne!(draft.pod.labels[0].id, draft.basics.labels[0].id);
}

#[test]
fn json_is_read_with_tabs_and_all() {
    let text = "{\n\t\"basics\": {\n\t\t\"name\": \"shop\",\n\t\t\"replicas\": 2,\n\t\t\"kind\": null\n\t},\n\t\"containers\": []\n}\n";

    assert_eq!(leaf(text, "basics.replicas"), "2");
    assert_eq!(leaf(text, "basics.kind"), "");
}

#[test]
fn an_issue_is_led_to_its_line_and_a_missing_field_to_its_row() {
    let file = read(
        "basics: { namespace: default, name: shop, replicas: 1 }
containers:
  - image: nginx:1.27
    ports:
      - number: 80
      - { number: 99999 }
services:
  - ports: [{ port: 80 }]
",
    )
    .unwrap();

    let issues = validate(file.draft()).issues.into_iter().map(|issue| {
        let place = file.place(&issue.field).unwrap();
        let leaf = issue.field.rsplit('.').next().unwrap_or_default().to_owned();
        (leaf, place.line, place.column)
    });

    assert_eq!(
        issues.collect::<Vec<_>>(),
        [("number".to_owned(), 6, 19), ("name".to_owned(), 8, 5)]
    );
    assert_eq!(file.place("scaling.metric.min").unwrap().line, 1);
}

#[test]
fn the_same_faults_are_found_in_json_without_places() {
    let faults =
        misfits(&json!({ "basics": { "nmae": "shop" }, "containers": [{ "id": 7, "ports": "80" }, 5] }));

    insta::assert_snapshot!(lines(&faults));
    assert_eq!(
        misfits(&json!({ "basics": { "name": "shop", "replicas": 2 } })),
        []
    );
}

#[test]
fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
    assert_eq!(nearest("nmae", ["name", "kind"]), Some("name"));
    assert_eq!(nearest("replcas", ["name", "replicas"]), Some("replicas"));
    assert_eq!(nearest("xyz", ["name", "replicas"]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A draft written to a file is the same draft again, every row and every blank of it.
    #[test]
    fn a_draft_in_a_file_is_the_same_again(tape in prop::collection::vec(any::<u16>(), 0..1200)) {
        if let Some(draft) = arbitrary::draft(&tape) {
            let json = serde_json::to_string_pretty(&draft).unwrap();
            let yaml = serde_saphyr::to_string(&draft).unwrap();
            for text in [json, yaml] {
                let file = read(&text).map_err(|faults| TestCaseError::fail(lines(&faults)))?;
                prop_assert_eq!(file.draft(), &draft, "{}", text);
            }
        }
    }

    /// Whatever a file holds, reading it ends, with a draft or with faults.
    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z0-9:,&*?!|<>{}\\[\\]'\"# \n\t]{0,200}") {
        if let Err(faults) = read(&text) {
            prop_assert!(!faults.is_empty());
        }
    }
}
