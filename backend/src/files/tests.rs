use super::*;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .join(name)
}

/// What is said about a file with this text, as a line for each issue.
fn lines(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("draft.yaml");
    std::fs::write(&file, text).unwrap();
    let judged = Validate { files: vec![file] }.judged().unwrap();
    let lines = judged[0].to_string();
    lines.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn every_example_can_be_applied() {
    let folder = std::fs::read_dir(example("")).unwrap();
    let files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();

    let judged = Validate { files }.judged().unwrap();

    assert!(judged.len() > 5);
    for judged in judged {
        assert!(!judged.issues.iter().any(Found::is_error), "{judged}");
    }
}

#[test]
fn a_plan_is_yaml_in_the_order_of_creation() {
    let plan = Plan {
        file: example("nginx.yaml"),
        target: None,
        with: None,
    };

    let yaml = plan.yaml().unwrap();

    let kinds: Vec<&str> = yaml
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    assert_eq!(
        kinds,
        ["Service", "Deployment", "HorizontalPodAutoscaler", "Ingress"]
    );
}

#[test]
fn each_issue_is_a_line_with_its_place_as_compilers_write_it() {
    insta::assert_snapshot!(lines(
        "basics: { namespace: default, name: Shop, replicas: two }
containers:
  - image: nginx
    stdin: yes
    ports: [{ number: 0x50 }]
"
    ), @r#"
    draft.yaml:1:37: error: basics.name: name_malformed
    draft.yaml:3:12: warning: containers.1.image: image_not_pinned
    draft.yaml:4:12: error: containers.1.stdin: unknown_choice, choices ["false","true"]
    draft.yaml:5:23: error: containers.1.ports.2.number: not_a_number
    draft.yaml:1:53: error: basics.replicas: not_a_number
    "#);
    insta::assert_snapshot!(lines("basics:\n  nmae: shop\n  xyzzy: 1\ncontainers: nginx\n"), @r#"
    draft.yaml:2:3: error: basics.nmae: unknown_field, did you mean "name"?
    draft.yaml:3:3: error: basics.xyzzy: unknown_field
    draft.yaml:4:13: error: containers: wrong_type, expected rows
    "#);
    insta::assert_snapshot!(lines("basics:\n\tname: shop\n"), @"draft.yaml:2:2: error: tab_for_blanks");
}

#[test]
fn the_json_of_an_issue_has_its_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("draft.yaml");
    std::fs::write(&file, "basics: { nmae: shop }\n").unwrap();

    let judged = Validate { files: vec![file] }.judged().unwrap();

    insta::assert_json_snapshot!(judged[0].issues, @r#"
    [
      {
        "field": "basics.nmae",
        "code": "unknown_field",
        "params": {
          "nearest": "name"
        },
        "severity": "error",
        "line": 1,
        "column": 11
      }
    ]
    "#);
}

#[test]
fn what_cannot_be_applied_is_not_planned() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("draft.yaml");
    std::fs::write(&file, "basics: { name: shop }\n").unwrap();

    let refusal = Plan {
        file,
        target: None,
        with: None,
    }
    .yaml()
    .unwrap_err()
    .to_string();

    assert!(refusal.contains("draft.yaml:1:"), "{refusal}");
    assert!(refusal.contains("basics.namespace: missing"), "{refusal}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let files = vec![PathBuf::from("no-such-draft.yaml")];

    let error = format!("{:#}", Validate { files }.judged().unwrap_err());

    assert!(error.contains("no-such-draft.yaml"), "{error}");
}
