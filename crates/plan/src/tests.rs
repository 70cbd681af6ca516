use slipway_model::app::WorkloadKind;
use slipway_model::{App, Draft, validate};

use crate::{LABEL_APP, ObjectKey, Ownership, Plan, Target, plan};

fn app(json: &str) -> App {
    let mut draft: Draft = serde_json::from_str(json).expect("a case is a draft");
    draft.give_ids();
    let verdict = validate(&draft);
    verdict
        .app
        .unwrap_or_else(|| panic!("a case is valid: {:?}", verdict.issues))
}

fn planned(json: &str) -> Plan {
    plan(&app(json), &Target::default())
}

const EVERYTHING: &str = include_str!("../tests/cases/everything.json");

#[test]
fn plans() {
    insta::glob!("../tests/cases", "*.json", |case| {
        let json = std::fs::read_to_string(case).expect("a readable case");
        insta::assert_snapshot!(planned(&json).yaml());
    });
}

#[test]
fn equal_input_gives_equal_bytes_and_another_input_another_hash() {
    let (one, two) = (planned(EVERYTHING), planned(EVERYTHING));
    let other = planned(&EVERYTHING.replace("nginx:1.27", "nginx:1.28"));

    assert_eq!(one.yaml(), two.yaml());
    assert_eq!(one.hash(), two.hash());
    assert_ne!(one.hash(), other.hash());
}

#[test]
fn what_others_refer_to_comes_first_and_what_cannot_be_undone_last() {
    let keys: Vec<_> = planned(EVERYTHING)
        .objects
        .into_iter()
        .map(|o| format!("{} {}", o.key.kind, o.key.name))
        .collect();

    assert_eq!(
        keys,
        [
            "Service shop-inside",
            "Service shop-node",
            "Deployment shop",
            "HorizontalPodAutoscaler shop",
            "Ingress shop",
            "Service shop-public",
        ]
    );
}

#[test]
fn every_selector_matches_the_pods() {
    let objects = planned(EVERYTHING).objects;
    let deployment = objects
        .iter()
        .find(|o| o.key.kind == "Deployment")
        .unwrap()
        .body
        .value();
    let pod_label = &deployment["spec"]["template"]["metadata"]["labels"][LABEL_APP];

    assert!(pod_label.is_string());
    assert_eq!(
        &deployment["spec"]["selector"]["matchLabels"][LABEL_APP],
        pod_label
    );
    for service in objects.iter().filter(|o| o.key.kind == "Service") {
        assert_eq!(&service.body.value()["spec"]["selector"][LABEL_APP], pod_label);
    }
}

#[test]
fn with_an_autoscaler_the_workload_names_its_pods_once_and_never_again() {
    let object = planned(EVERYTHING)
        .objects
        .into_iter()
        .find(|o| o.key.kind == "Deployment")
        .unwrap();

    assert!(object.body.value()["spec"].get("replicas").is_none());
    assert_eq!(object.first_body().value()["spec"]["replicas"], 2);
}

#[test]
fn the_mark_fits_a_label_and_tells_namespaces_apart() {
    let longest = "a".repeat(52);
    let mark = |namespace: &str, name: &str| {
        Ownership::at(namespace, WorkloadKind::Deployment, name)
            .mark()
            .to_owned()
    };

    assert_eq!(mark("default", &longest).len(), 63);
    assert_ne!(mark("a", "shop"), mark("b", "shop"));
    assert_eq!(
        mark("default", "nginx"),
        "nginx-ds2n2dznrb",
        "found again without a database, by any version"
    );
}

#[test]
fn a_key_knows_its_place_in_the_api() {
    let key = |api_version: &str, kind: &str| ObjectKey::namespaced(api_version, kind, "default", "x");

    assert_eq!(
        (key("v1", "Service").group(), key("v1", "Service").version()),
        ("", "v1")
    );
    assert_eq!(key("networking.k8s.io/v1", "Ingress").plural(), "ingresses");
    assert_eq!(
        key("autoscaling/v2", "HorizontalPodAutoscaler").plural(),
        "horizontalpodautoscalers"
    );
    assert_eq!(key("apps/v1", "Deployment").group(), "apps");
}
