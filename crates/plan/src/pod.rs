//! The pod template.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    LocalObjectReference, PodSecurityContext, PodSpec, PodTemplateSpec, SeccompProfile,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use slipway_model::App;
use slipway_model::app::PodSecurity;

use crate::ownership::text_pairs;
use crate::{Ownership, container, log_volume, scheduling, volume};

/// The template of an app's pods.
pub(crate) fn template(app: &App, ownership: &Ownership) -> PodTemplateSpec {
    let annotations = (!app.pod.annotations.is_empty()).then(|| text_pairs(&app.pod.annotations).collect());
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(ownership.pod_labels(&app.pod.labels)),
            annotations,
            ..ObjectMeta::default()
        }),
        spec: Some(spec(app, ownership)),
    }
}

fn spec(app: &App, ownership: &Ownership) -> PodSpec {
    let added = log_volume::added(app);
    let built = |container| container::built(container, &app.pod.security, &added);
    let volumes = app.volumes.iter().filter_map(|typed| volume::mounted(app, typed));
    let pod = &app.pod;
    PodSpec {
        containers: app.containers.iter().map(built).collect(),
        init_containers: some_if_any(app.init_containers.iter().map(built)),
        volumes: some_if_any(volumes.chain(added.iter().map(log_volume::LogVolume::volume))),
        image_pull_secrets: pull_secrets(app),
        security_context: security(&pod.security),
        service_account_name: pod.service_account.as_ref().map(ToString::to_string),
        termination_grace_period_seconds: pod.grace.map(i64::from),
        node_selector: (!pod.node_selector.is_empty()).then(|| text_pairs(&pod.node_selector).collect()),
        affinity: scheduling::affinity(&pod.affinity, ownership),
        tolerations: some_if_any(pod.tolerations.iter().map(scheduling::toleration)),
        topology_spread_constraints: some_if_any(
            pod.spread.iter().map(|rule| scheduling::spread(rule, ownership)),
        ),
        ..PodSpec::default()
    }
}

/// The secrets of the pod, then those of all containers, each once: Kubernetes knows them for the whole pod only.
fn pull_secrets(app: &App) -> Option<Vec<LocalObjectReference>> {
    let mut seen = BTreeSet::new();
    let of_containers = app.all_containers().flat_map(|container| &container.pull_secrets);
    let secrets = app.pod.pull_secrets.iter().chain(of_containers);
    let first = secrets.filter(|secret| seen.insert(*secret));
    let names = first.map(|secret| LocalObjectReference {
        name: secret.to_string(),
    });
    some_if_any(names)
}

fn security(security: &PodSecurity) -> Option<PodSecurityContext> {
    if *security == PodSecurity::default() {
        return None;
    }
    Some(PodSecurityContext {
        run_as_non_root: security.restricted.then_some(true),
        run_as_user: security.user.map(i64::from),
        run_as_group: security.group.map(i64::from),
        fs_group: security.fs_group.map(i64::from),
        seccomp_profile: security.restricted.then(|| SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            localhost_profile: None,
        }),
        ..PodSecurityContext::default()
    })
}

/// A list, or nothing where it would be empty.
pub(crate) fn some_if_any<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}
