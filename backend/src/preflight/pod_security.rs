//! The Pod Security level of the namespace against the security context: which field breaks which rule.
//!
//! What the namespace enforces is refused; what it only warns of is a warning. The rules are those of the standards
//! `baseline` and `restricted` as far as the form can break them.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Namespace, PodSpec, Volume};
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::Problem;
use slipway_model::issue::PodRule;
use slipway_plan::ObjectKey;

use super::demand::containers;
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const ENFORCED: &str = "pod-security.kubernetes.io/enforce";
const WARNED: &str = "pod-security.kubernetes.io/warn";

/// Rights of the super-user that `baseline` leaves to a container that asks for them.
const HARMLESS: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let key = ObjectKey::cluster_wide("v1", "Namespace", subject.namespace);
    let namespace: Option<Namespace> = witness.person.find(&key).await?;
    let labels = namespace.and_then(|namespace| namespace.metadata.labels);
    Ok(vec![judge(&labels.unwrap_or_default(), subject)])
}

fn judge(labels: &BTreeMap<String, String>, subject: &Subject) -> Finding {
    let level = |label: &str| labels.get(label).map_or("privileged", String::as_str);
    let (enforced, warned) = (level(ENFORCED), level(WARNED));
    let spec = subject.spec();
    let problem = |level: &str, rule| Problem::PodSecurity {
        level: level.to_owned(),
        rule,
    };
    let fact = Fact::new(FactCode::Enforced, [("level", enforced.to_owned())]);
    let mut finding = Finding::of(CheckCode::PodSecurity).seen(fact);
    let refused = broken(enforced, &spec);
    for (path, rule) in &refused {
        finding = finding.failed(subject.fields.field(path), problem(enforced, *rule));
    }
    let doubtful = broken(warned, &spec);
    for (path, rule) in doubtful.iter().filter(|broken| !refused.contains(broken)) {
        finding = finding.warned(subject.fields.field(path), problem(warned, *rule));
    }
    finding
}

/// The rules of a level that a pod breaks, each with the path to blame.
fn broken(level: &str, pod: &PodSpec) -> Vec<(String, PodRule)> {
    match level {
        "baseline" => baseline(pod),
        "restricted" => restricted(pod),
        _ => Vec::new(),
    }
}

fn baseline(pod: &PodSpec) -> Vec<(String, PodRule)> {
    let on_node = volumes(pod, |volume| volume.host_path.is_some(), PodRule::HostPath);
    on_node
        .chain(added(pod, |right| !HARMLESS.contains(&right)))
        .collect()
}

fn restricted(pod: &PodSpec) -> Vec<(String, PodRule)> {
    let of_kind =
        |volume: &Volume| volume.host_path.is_some() || volume.nfs.is_some() || volume.flex_volume.is_some();
    let mut broken: Vec<_> = volumes(pod, of_kind, PodRule::VolumeKinds).collect();
    broken.extend(added(pod, |right| right != "NET_BIND_SERVICE"));
    for (path, container) in containers(pod) {
        let rules = [
            (escalates(container), PodRule::Escalation),
            (keeps_rights(container), PodRule::DropAll),
            (unfiltered(pod, container), PodRule::Seccomp),
        ];
        let path = format!("{path}.securityContext.allowPrivilegeEscalation");
        let found = rules.into_iter().filter(|(is_broken, _)| *is_broken);
        broken.extend(found.map(|(_, rule)| (path.clone(), rule)));
    }
    broken.extend(as_root(pod));
    broken
}

fn volumes(
    pod: &PodSpec,
    breaks: impl Fn(&Volume) -> bool,
    rule: PodRule,
) -> impl Iterator<Item = (String, PodRule)> {
    let all = pod.volumes.iter().flatten().enumerate();
    all.filter(move |(_, volume)| breaks(volume))
        .map(move |(index, _)| (format!("spec.volumes[{index}]"), rule))
}

fn added(pod: &PodSpec, breaks: impl Fn(&str) -> bool) -> Vec<(String, PodRule)> {
    let asks = |container: &Container| {
        let context = container.security_context.as_ref();
        let added = context.and_then(|context| context.capabilities.as_ref()?.add.as_ref());
        added.into_iter().flatten().any(|right| breaks(right))
    };
    containers(pod)
        .filter(|(_, container)| asks(container))
        .map(|(path, _)| {
            (
                format!("{path}.securityContext.capabilities.add"),
                PodRule::Capabilities,
            )
        })
        .collect()
}

fn escalates(container: &Container) -> bool {
    let context = container.security_context.as_ref();
    context.and_then(|context| context.allow_privilege_escalation) != Some(false)
}

fn keeps_rights(container: &Container) -> bool {
    let context = container.security_context.as_ref();
    let dropped = context.and_then(|context| context.capabilities.as_ref()?.drop.as_ref());
    !dropped.into_iter().flatten().any(|right| right == "ALL")
}

fn unfiltered(pod: &PodSpec, container: &Container) -> bool {
    let of_pod = pod
        .security_context
        .as_ref()
        .and_then(|context| context.seccomp_profile.as_ref());
    let own = container.security_context.as_ref();
    let profile = own
        .and_then(|context| context.seccomp_profile.as_ref())
        .or(of_pod);
    profile.is_none_or(|profile| profile.type_ == "Unconfined")
}

/// Where a pod may run as the super-user: by saying so, or by not saying that it does not.
fn as_root(pod: &PodSpec) -> Vec<(String, PodRule)> {
    let of_pod = pod.security_context.as_ref();
    let mut broken = Vec::new();
    if of_pod.and_then(|context| context.run_as_user) == Some(0) {
        broken.push(("spec.securityContext.runAsUser".to_owned(), PodRule::NonRoot));
    }
    for (path, container) in containers(pod) {
        let own = container.security_context.as_ref();
        if own.and_then(|context| context.run_as_user) == Some(0) {
            broken.push((format!("{path}.securityContext.runAsUser"), PodRule::NonRoot));
        }
        let said = own
            .and_then(|context| context.run_as_non_root)
            .or(of_pod.and_then(|context| context.run_as_non_root));
        if said != Some(true) {
            broken.push(("spec.securityContext".to_owned(), PodRule::NonRoot));
        }
    }
    broken
}

#[cfg(test)]
mod tests;
