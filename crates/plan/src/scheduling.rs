//! Where pods run.

use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity,
    PodAffinityTerm, PodAntiAffinity, PreferredSchedulingTerm, Toleration, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use slipway_model::app::{self, AffinityKind};
use slipway_model::value::LabelValue;

use crate::Ownership;
use crate::pod::some_if_any;
use crate::workload::number;

/// Wishes about nodes and neighbours. Everything required of a node is required at once.
pub(crate) fn affinity(wishes: &[app::Affinity], ownership: &Ownership) -> Option<Affinity> {
    let of = |kind: AffinityKind| wishes.iter().filter(move |wish| wish.kind == kind);
    let pods = |kind| (required(of(kind), ownership), preferred(of(kind), ownership));
    let (near_required, near_preferred) = pods(AffinityKind::Near);
    let (apart_required, apart_preferred) = pods(AffinityKind::Apart);
    let affinity = Affinity {
        node_affinity: node(of(AffinityKind::Node)),
        pod_affinity: (near_required.is_some() || near_preferred.is_some()).then_some(PodAffinity {
            required_during_scheduling_ignored_during_execution: near_required,
            preferred_during_scheduling_ignored_during_execution: near_preferred,
        }),
        pod_anti_affinity: (apart_required.is_some() || apart_preferred.is_some()).then_some(
            PodAntiAffinity {
                required_during_scheduling_ignored_during_execution: apart_required,
                preferred_during_scheduling_ignored_during_execution: apart_preferred,
            },
        ),
    };
    (!wishes.is_empty()).then_some(affinity)
}

fn node<'w>(wishes: impl Iterator<Item = &'w app::Affinity> + Clone) -> Option<NodeAffinity> {
    let required = some_if_any(
        wishes
            .clone()
            .filter(|wish| wish.weight.is_none())
            .filter_map(requirement),
    );
    let preferred = some_if_any(wishes.filter_map(|wish| {
        Some(PreferredSchedulingTerm {
            weight: number(Some(wish.weight?))?,
            preference: node_term(vec![requirement(wish)?]),
        })
    }));
    (required.is_some() || preferred.is_some()).then(|| NodeAffinity {
        required_during_scheduling_ignored_during_execution: required.map(|requirements| NodeSelector {
            node_selector_terms: vec![node_term(requirements)],
        }),
        preferred_during_scheduling_ignored_during_execution: preferred,
    })
}

fn node_term(requirements: Vec<NodeSelectorRequirement>) -> NodeSelectorTerm {
    NodeSelectorTerm {
        match_expressions: Some(requirements),
        match_fields: None,
    }
}

fn requirement(wish: &app::Affinity) -> Option<NodeSelectorRequirement> {
    let (key, operator, values) = wish.term.as_ref()?;
    Some(NodeSelectorRequirement {
        key: key.to_string(),
        operator: operator.as_str().to_owned(),
        values: texts(values),
    })
}

fn texts(values: &[LabelValue]) -> Option<Vec<String>> {
    some_if_any(values.iter().map(ToString::to_string))
}

fn required<'w>(
    wishes: impl Iterator<Item = &'w app::Affinity>,
    ownership: &Ownership,
) -> Option<Vec<PodAffinityTerm>> {
    some_if_any(
        wishes
            .filter(|wish| wish.weight.is_none())
            .map(|wish| term(wish, ownership)),
    )
}

fn preferred<'w>(
    wishes: impl Iterator<Item = &'w app::Affinity>,
    ownership: &Ownership,
) -> Option<Vec<WeightedPodAffinityTerm>> {
    some_if_any(wishes.filter_map(|wish| {
        Some(WeightedPodAffinityTerm {
            weight: number(Some(wish.weight?))?,
            pod_affinity_term: term(wish, ownership),
        })
    }))
}

/// Pods with a label; the app's own where none is named.
fn term(wish: &app::Affinity, ownership: &Ownership) -> PodAffinityTerm {
    let selector = match &wish.term {
        None => ownership.label_selector(),
        Some((key, operator, values)) => LabelSelector {
            match_labels: None,
            match_expressions: Some(vec![LabelSelectorRequirement {
                key: key.to_string(),
                operator: operator.as_str().to_owned(),
                values: texts(values),
            }]),
        },
    };
    PodAffinityTerm {
        label_selector: Some(selector),
        topology_key: wish.topology.to_string(),
        ..PodAffinityTerm::default()
    }
}

/// A taint that is put up with.
pub(crate) fn toleration(toleration: &app::Toleration) -> Toleration {
    let operator = if toleration.value.is_some() {
        "Equal"
    } else {
        "Exists"
    };
    Toleration {
        key: toleration.key.as_ref().map(ToString::to_string),
        operator: Some(operator.to_owned()),
        value: toleration.value.as_ref().map(ToString::to_string),
        effect: toleration.effect.map(|effect| effect.as_str().to_owned()),
        toleration_seconds: toleration.seconds.map(i64::from),
    }
}

/// How the app's own pods spread.
pub(crate) fn spread(rule: &app::Spread, ownership: &Ownership) -> TopologySpreadConstraint {
    let when = if rule.strict {
        "DoNotSchedule"
    } else {
        "ScheduleAnyway"
    };
    TopologySpreadConstraint {
        label_selector: Some(ownership.label_selector()),
        max_skew: number(Some(rule.max_skew)).unwrap_or(1),
        topology_key: rule.topology.to_string(),
        when_unsatisfiable: when.to_owned(),
        ..TopologySpreadConstraint::default()
    }
}
