//! Claims that are there already: can so many pods mount them, and where.
//!
//! The cluster takes any claim; the pods that cannot mount it wait. So all of this is a warning.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, PodSpec};
use slipway_api::CheckCode;
use slipway_model::Problem;
use slipway_plan::ObjectKey;

use super::report::Finding;
use super::subject::{Pods, Subject};
use super::witness::Witness;
use crate::cluster::{ClusterError, few_at_once};

const KIND: &str = "PersistentVolumeClaim";
/// The label of nodes that says the zone; clouds have labels of their own that end in the same word.
const ZONE: &str = "/zone";

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let others = subject
        .mounted_claims()
        .into_iter()
        .filter(|(name, _)| !subject.makes(KIND, name));
    let asked = others.map(|(name, index)| async move {
        let path = format!("spec.volumes[{index}].persistentVolumeClaim.claimName");
        let field = subject.fields.field(&path).to_owned();
        let finding = Finding::named(CheckCode::Claims, KIND, &name);
        match look(witness, subject, &name).await {
            Ok((claim, Ok(volume))) => {
                judge(&name, claim.as_ref(), volume.as_ref(), subject, (finding, field))
            }
            Ok((claim, Err(hidden))) => {
                judge(&name, claim.as_ref(), None, subject, (finding, field)).hindered(&hidden)
            }
            Err(error) => finding.could_not(Some(error.to_string())),
        }
    });
    let mut findings = few_at_once(asked).await;
    findings.extend(of_new_volumes(subject));
    Ok(findings)
}

/// What is known of the volume behind a claim.
type Behind = Result<Option<PersistentVolume>, ClusterError>;

/// A claim, and the volume behind it. The volume belongs to the whole cluster: of it only the zone is told.
async fn look(
    witness: &Witness,
    subject: &Subject<'_>,
    name: &str,
) -> Result<(Option<PersistentVolumeClaim>, Behind), ClusterError> {
    let claim: Option<PersistentVolumeClaim> = witness.person.find(&subject.key("v1", KIND, name)).await?;
    let bound = claim
        .as_ref()
        .and_then(|claim| claim.spec.as_ref()?.volume_name.clone());
    let Some(bound) = bound else {
        return Ok((claim, Ok(None)));
    };
    let key = ObjectKey::cluster_wide("v1", "PersistentVolume", bound);
    Ok((claim, witness.own.find(&key).await))
}

fn judge(
    name: &str,
    claim: Option<&PersistentVolumeClaim>,
    volume: Option<&PersistentVolume>,
    subject: &Subject,
    (finding, field): (Finding, String),
) -> Finding {
    let Some(claim) = claim else {
        let (kind, name) = (KIND.to_owned(), name.to_owned());
        return finding.warned(&field, Problem::Absent { kind, name });
    };
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
    let mut finding = finding;
    if claim.metadata.deletion_timestamp.is_some() || phase == Some("Lost") {
        let name = name.to_owned();
        finding = finding.warned(&field, Problem::ClaimUnusable { name });
    }
    if is_for_one(claim) && subject.pods.most > 1 && !is_shared_already(name, subject) {
        finding = finding.warned(&field, Problem::OnePodOnly {});
    }
    if is_for_one(claim) && subject.adds_a_pod && is_new_or_replaced(name, subject) {
        finding = finding.warned(&field, Problem::MountedOnce {});
    }
    zoned(finding, volume, &subject.spec(), subject)
}

/// Whether an update mounts it beside a pod that has it, or every later one will.
fn is_new_or_replaced(name: &str, subject: &Subject) -> bool {
    subject.replaces_pods || !subject.own.mounts(name)
}

/// Whether only one node, or one pod, can mount it at a time.
fn is_for_one(claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_ref());
    let many = |mode: &String| matches!(mode.as_str(), "ReadWriteMany" | "ReadOnlyMany");
    !modes.into_iter().flatten().any(many)
}

/// Whether as many pods of the app as it may have run with the claim already, as they can on one node.
fn is_shared_already(name: &str, subject: &Subject) -> bool {
    subject.own.mounts(name) && subject.own.ready() >= subject.pods.most
}

/// Volumes that will be made for a zone that is named.
fn of_new_volumes(subject: &Subject) -> Vec<Finding> {
    let volumes = subject.of_kind::<PersistentVolume>("PersistentVolume");
    let zoned = volumes.filter(|(volume, _)| zones(volume).is_some());
    let finding = |(volume, part): (PersistentVolume, &super::subject::Part)| {
        let finding = Finding::about(CheckCode::Claims, &part.object.key);
        zoned_in(finding, &volume, subject)
    };
    zoned.map(finding).collect()
}

fn zoned_in(finding: Finding, volume: &PersistentVolume, subject: &Subject) -> Finding {
    zoned(finding, Some(volume), &subject.spec(), subject)
}

/// Whether the pods may run where the volume is, all of them.
fn zoned(finding: Finding, volume: Option<&PersistentVolume>, pod: &PodSpec, subject: &Subject) -> Finding {
    let Some(zones) = volume.and_then(zones) else {
        return finding;
    };
    let zone = zones.iter().cloned().collect::<Vec<_>>().join(", ");
    let problem = || Problem::OtherZone { zone: zone.clone() };
    match (wanted(pod), spread(pod, subject.pods)) {
        (Some((path, wanted)), _) if wanted.is_disjoint(&zones) => {
            finding.warned(subject.fields.field(&path), problem())
        }
        (_, Some(path)) if zones.len() == 1 => finding.warned(subject.fields.field(&path), problem()),
        _ => finding,
    }
}

/// The zones a volume can be reached from, if they are few.
fn zones(volume: &PersistentVolume) -> Option<BTreeSet<String>> {
    let affinity = volume.spec.as_ref()?.node_affinity.as_ref()?;
    let terms = &affinity.required.as_ref()?.node_selector_terms;
    let wishes = terms
        .iter()
        .flat_map(|term| term.match_expressions.iter().flatten());
    let zones: BTreeSet<String> = wishes
        .filter(|wish| wish.key.ends_with(ZONE) && wish.operator == "In")
        .flat_map(|wish| wish.values.iter().flatten().cloned())
        .collect();
    (!zones.is_empty()).then_some(zones)
}

/// The zones the pods ask for, and where they do.
fn wanted(pod: &PodSpec) -> Option<(String, BTreeSet<String>)> {
    let selected = pod.node_selector.iter().flatten();
    if let Some((_, zone)) = selected.into_iter().find(|(key, _)| key.ends_with(ZONE)) {
        return Some(("spec.nodeSelector".to_owned(), BTreeSet::from([zone.clone()])));
    }
    let affinity = pod.affinity.as_ref()?.node_affinity.as_ref()?;
    let required = affinity
        .required_during_scheduling_ignored_during_execution
        .as_ref()?;
    let term = required.node_selector_terms.first()?;
    let mut wishes = term.match_expressions.iter().flatten().enumerate();
    let (index, wish) = wishes.find(|(_, wish)| wish.key.ends_with(ZONE) && wish.operator == "In")?;
    let path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
    Some((
        format!("{path}.nodeSelectorTerms[0].matchExpressions[{index}]"),
        wish.values.iter().flatten().cloned().collect(),
    ))
}

/// Where several pods are forced into several zones.
fn spread(pod: &PodSpec, pods: Pods) -> Option<String> {
    let mut rules = pod.topology_spread_constraints.iter().flatten().enumerate();
    let forced = rules.find(|(_, rule)| {
        rule.topology_key.ends_with(ZONE)
            && rule.when_unsatisfiable == "DoNotSchedule"
            && pods.most > rule.max_skew.unsigned_abs()
    });
    forced.map(|(index, _)| format!("spec.topologySpreadConstraints[{index}]"))
}

#[cfg(test)]
mod tests;
