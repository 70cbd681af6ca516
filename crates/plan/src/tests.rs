use slipway_model::app::WorkloadKind;
use slipway_model::{App, Draft, validate};

use crate::{
    AccessMechanism, CanaryMechanism, Feature, LABEL_APP, ObjectKey, Ownership, Plan, SkipReason, Target,
    plan,
};

fn app(json: &str) -> App {
    let draft: Draft = slipway_model::file::read(json)
        .expect("a case is a draft")
        .into_draft();
    let verdict = validate(&draft);
    verdict
        .app
        .unwrap_or_else(|| panic!("a case is valid: {:?}", verdict.issues))
}

fn planned(json: &str) -> Plan {
    plan(&app(json), &Target::default())
}

const EVERYTHING: &str = include_str!("../tests/cases/everything.json");

/// A cluster of ACK with every component.
fn ack() -> Target {
    Target {
        features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
        canary: CanaryMechanism::Nginx,
        ..Target::default()
    }
}

/// What is made, and a line for each object that is not.
fn told(plan: &Plan) -> String {
    let skipped = plan
        .objects
        .iter()
        .filter_map(|object| Some((object, object.skipped?)));
    let lines: Vec<String> = skipped
        .map(|(object, reason)| format!("# skipped: {} ({reason:?})\n", object.key))
        .collect();
    format!("{}{}", plan.yaml(), lines.concat())
}

#[test]
fn plans() {
    insta::glob!("../tests/cases", "*.{json,yaml}", |case| {
        let text = std::fs::read_to_string(case).expect("a readable case");
        insta::assert_snapshot!(told(&plan(&app(&text), &ack())));
    });
}

#[test]
fn examples() {
    insta::glob!("../../../examples", "*.yaml", |example| {
        let text = std::fs::read_to_string(example).expect("a readable example");
        assert!(
            text.starts_with("# "),
            "an example says what it shows: {}",
            example.display()
        );
        insta::assert_snapshot!(told(&plan(&app(&text), &ack())));
    });
}

#[test]
fn a_canary_is_written_in_the_way_the_cluster_has() {
    let gateway = AccessMechanism::HttpRoute {
        namespace: "edge".into(),
        gateway: "public".into(),
    };
    let target = |canary| Target {
        canary,
        ..Target::default()
    };
    let targets = [
        ("none", target(CanaryMechanism::None)),
        ("ack_weights", target(CanaryMechanism::AckWeights)),
        ("alb", target(CanaryMechanism::Alb)),
        (
            "http_route",
            Target {
                access: gateway,
                ..Target::default()
            },
        ),
    ];
    for (case, text) in [
        ("canary", include_str!("../tests/cases/canary.yaml")),
        (
            "canary_by_cookie",
            include_str!("../tests/cases/canary_by_cookie.yaml"),
        ),
    ] {
        for (name, target) in &targets {
            let mut plan = plan(&app(text), target);
            plan.objects
                .retain(|object| matches!(object.key.kind.as_str(), "Ingress" | "HTTPRoute"));
            insta::assert_snapshot!(format!("{case}_{name}"), told(&plan));
        }
    }
}

#[test]
fn timed_scaling_is_planned_and_skipped_where_the_component_is_missing() {
    let timed = include_str!("../tests/cases/timed.yaml");
    let found = |target: &Target| {
        let objects = plan(&app(timed), target).objects;
        objects
            .into_iter()
            .find(|object| object.key.kind == "CronHorizontalPodAutoscaler")
            .unwrap()
            .skipped
    };

    assert_eq!(found(&Target::default()), Some(SkipReason::KindMissing));
    assert_eq!(found(&ack()), None);
}

#[test]
fn timed_scaling_decides_the_number_of_pods_where_it_works() {
    let timed = include_str!("../tests/cases/timed.yaml");
    let deployment = |target: &Target| {
        let objects = plan(&app(timed), target).objects;
        let found = objects
            .into_iter()
            .find(|object| object.key.kind == "Deployment")
            .unwrap();
        (
            found.body.value()["spec"]["replicas"].clone(),
            found.start_replicas,
        )
    };

    assert_eq!(deployment(&ack()), (serde_json::Value::Null, Some(2)));
    assert_eq!(deployment(&Target::default()), (2.into(), None));
}

#[test]
fn volumes_and_claims_come_first_and_belong_to_nobody_elses_name() {
    let plan = planned(include_str!("../tests/cases/cloud_volumes.yaml"));
    let kinds: Vec<_> = plan
        .objects
        .iter()
        .map(|object| object.key.kind.as_str())
        .collect();
    let volumes: Vec<_> = plan
        .objects
        .iter()
        .filter(|object| object.key.kind == "PersistentVolume")
        .collect();

    assert_eq!(kinds[..3], ["PersistentVolume"; 3]);
    assert_eq!(kinds[3..6], ["PersistentVolumeClaim"; 3]);
    for volume in volumes {
        assert!(volume.key.namespace.is_none() && volume.key.name.len() <= 63);
        let label = &volume.body.value()["metadata"]["labels"]["alicloud-pvname"];
        assert_eq!(label, volume.key.name.as_str());
    }
}

#[test]
fn a_volume_for_logs_never_has_the_name_of_a_typed_one() {
    let case = include_str!("../tests/cases/logs.yaml");
    let named = |case: &str| {
        let workload = planned(case).objects.remove(0).body.into_value();
        let volumes = workload["spec"]["template"]["spec"]["volumes"].clone();
        let names: Vec<String> = volumes
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["name"].to_string())
            .collect();
        names
    };
    let mut taken: slipway_model::Draft = serde_saphyr::from_str(case).unwrap();
    taken.add_row("volumes");
    taken.volumes.last_mut().unwrap().name.set("slipway-logs-1");
    let taken = named(&serde_json::to_string(&taken).unwrap());

    let mut unique = taken.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), taken.len(), "{taken:?}");
    assert_eq!(taken.len(), named(case).len() + 1);
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
fn a_job_waits_for_its_release_and_nothing_else_does() {
    let job = planned(include_str!("../tests/cases/job.yaml")).objects.remove(0);

    assert!(job.body.value()["spec"].get("suspend").is_none());
    assert_eq!(job.first_body().value()["spec"]["suspend"], true);
    assert_eq!(job.release().unwrap().value()["spec"]["suspend"], false);
    for plan in [
        planned(EVERYTHING),
        planned(include_str!("../tests/cases/cron_job.yaml")),
    ] {
        for object in plan.objects {
            assert!(object.release().is_none(), "{}", object.key);
        }
    }
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
