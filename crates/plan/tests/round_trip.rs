//! An app that is planned, made and read back is the same app.

#![expect(clippy::expect_used, reason = "helpers of tests fail like tests")]

use proptest::prelude::*;
use serde_json::Value;
use slipway_model::{App, arbitrary, validate};
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature, Plan, Target, plan, read};

/// What plans are made for here: each way in, each way of a canary.
fn targets() -> Vec<Target> {
    let with = |canary| Target {
        canary,
        features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
        ..Target::default()
    };
    let gateway = AccessMechanism::HttpRoute {
        namespace: "edge".into(),
        gateway: "public".into(),
    };
    vec![
        Target::default(),
        with(CanaryMechanism::Nginx),
        with(CanaryMechanism::AckWeights),
        with(CanaryMechanism::Alb),
        Target {
            access: gateway,
            ..Target::default()
        },
    ]
}

/// The objects as they are first sent.
fn made(plan: &Plan) -> Vec<Value> {
    plan.made()
        .map(|object| object.first_body().into_value())
        .collect()
}

fn reads_back(app: &App, target: &Target) {
    let planned = plan(app, target);

    let opened = read(made(&planned)).expect("one workload");
    let again = opened.app().map(|app| plan(&app, target));

    assert_eq!(opened.kept, []);
    assert!(opened.ours && opened.apart.is_empty(), "{:?}", opened.apart);
    let again = again.unwrap_or_else(|issues| panic!("{issues:?}"));
    similar(&planned.yaml(), &again.yaml());
    assert_eq!(made(&planned), made(&again));
    assert_eq!(planned.hash(), again.hash());
}

fn similar(one: &str, other: &str) {
    assert!(
        one == other,
        "planned:\n{one}\nread back and planned again:\n{other}"
    );
}

/// A tape that looks like chance and is the same each time.
fn tape(seed: u64) -> Vec<u16> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from(state >> 48).unwrap_or_default()
    };
    (0..1200).map(|_| next()).collect()
}

#[test]
fn an_app_with_something_of_everything_reads_back() {
    let mut read_back = 0;
    for seed in 0..60 {
        let Some(draft) = arbitrary::draft(&tape(seed)) else {
            continue;
        };
        let app = validate(&draft).app.expect("a draft without errors");
        for target in targets() {
            reads_back(&app, &target);
            read_back += 1;
        }
    }
    assert!(read_back > 150, "{read_back}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_app_reads_back(tape in prop::collection::vec(any::<u16>(), 0..1200), target in 0_usize..5) {
        if let Some(app) = arbitrary::draft(&tape).and_then(|draft| validate(&draft).app) {
            reads_back(&app, &targets()[target]);
        }
    }

    /// What is left out of a draft when it is submitted, the fields of kinds that are not chosen, is in no plan.
    #[test]
    fn what_is_submitted_of_a_draft_has_the_plan_of_the_draft(seed in 1..u64::MAX) {
        let Some(draft) = arbitrary::draft(&arbitrary::tape(seed)) else { return Ok(()) };
        let (app, submitted) = (validate(&draft).app, validate(&draft.chosen()).app);
        let (app, submitted) = (app.expect("no error"), submitted.expect("still none"));
        for target in targets() {
            prop_assert_eq!(plan(&app, &target), plan(&submitted, &target));
        }
    }
}
