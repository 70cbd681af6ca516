//! One draft without errors, and what it leads to on one kind of cluster.

use slipway_model::arbitrary;
use slipway_model::{App, Draft, Issue, Verdict, validate};
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature, Plan, Target, plan};

/// Numbers a draft is read from, and the kind of cluster it is planned for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tape {
    /// The kind of cluster.
    pub cluster: u8,
    /// The draft.
    pub numbers: Vec<u16>,
}

/// One draft without errors, and what it leads to on one kind of cluster.
#[derive(Clone, Debug)]
pub struct Case {
    /// The draft.
    pub draft: Draft,
    /// The app it describes.
    pub app: App,
    /// What we warn of.
    pub issues: Vec<Issue>,
    /// The kind of cluster.
    pub target: Target,
    /// The objects.
    pub plan: Plan,
}

impl Case {
    /// The case on a tape. None when the tape leads to a draft that cannot be mended.
    pub fn read(tape: &Tape) -> Option<Self> {
        let draft = arbitrary::draft(&tape.numbers)?;
        Self::of(draft, target(tape.cluster))
    }

    /// The case of a draft, if it has no errors.
    pub fn of(draft: Draft, target: Target) -> Option<Self> {
        let Verdict { app, issues } = validate(&draft);
        let app = app?;
        let plan = plan(&app, &target);
        Some(Self {
            draft,
            app,
            issues,
            target,
            plan,
        })
    }
}

/// A cluster that has everything, with each way to send a share of requests elsewhere.
pub fn target(number: u8) -> Target {
    let canary = match number % 5 {
        0 => CanaryMechanism::Nginx,
        1 => CanaryMechanism::Alb,
        2 => CanaryMechanism::AckWeights,
        _ => CanaryMechanism::None,
    };
    let access = if number % 5 == 4 {
        AccessMechanism::HttpRoute {
            namespace: "default".to_owned(),
            gateway: "public".to_owned(),
        }
    } else {
        AccessMechanism::Ingress
    };
    Target {
        access,
        canary,
        features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
        ..Target::default()
    }
}
