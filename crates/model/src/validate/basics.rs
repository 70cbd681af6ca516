//! Step 1: application basics.

use super::check::{choice, needed};
use super::labels::{annotations, labels};
use crate::Issues;
use crate::app::{Annotations, Labels, WorkloadKind};
use crate::draft::Basics;
use crate::value::{AppName, DnsLabel};

/// The basics once valid. The number of replicas is judged with scaling.
pub(super) struct Valid {
    pub(super) namespace: DnsLabel,
    pub(super) name: AppName,
    pub(super) labels: Labels,
    pub(super) annotations: Annotations,
}

pub(super) fn validate(basics: &Basics, issues: &mut Issues) -> Option<Valid> {
    let namespace = needed(issues, "basics.namespace", &basics.namespace, DnsLabel::parse);
    let name = needed(issues, "basics.name", &basics.name, AppName::parse);
    let kind = choice(issues, "basics.kind", &basics.kind, WorkloadKind::CHOICES);
    let labels = labels("basics.labels", &basics.labels, issues);
    let annotations = annotations("basics.annotations", &basics.annotations, issues);
    kind?;
    Some(Valid {
        namespace: namespace?,
        name: name?,
        labels: labels?,
        annotations: annotations?,
    })
}

/// The type of the workload, as far as it can be told. A wrong one is blamed once, with the basics.
pub(super) fn kind(basics: &Basics) -> Option<WorkloadKind> {
    choice(&mut Issues::default(), "", &basics.kind, WorkloadKind::CHOICES)
}
