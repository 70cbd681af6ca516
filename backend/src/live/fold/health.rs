//! How an app is, and which of several reasons is named.

use slipway_api::{Health, HealthReason};

use crate::live::record::{Condition, DeploymentRecord, PodRecord, severity};

/// How an app is, and why when it is not simply running.
///
/// What is wrong with a pod comes before what follows from it for the Deployment: "the image cannot be pulled" helps,
/// "the deadline has passed" does not.
pub(super) fn health(deployment: &DeploymentRecord, pods: &[&PodRecord]) -> (Health, Option<HealthReason>) {
    if deployment.wanted == 0 && deployment.observed {
        return stopped(deployment);
    }
    if let Some(reason) = trouble(deployment, pods) {
        let passing = reason.code == "unschedulable" || deployment.ready > 0;
        return (
            if passing { Health::Degraded } else { Health::Failed },
            Some(reason),
        );
    }
    if settled(deployment) {
        return (Health::Running, None);
    }
    let reason = |code: &str| Some(about(deployment, code, None));
    if deployment.paused {
        return (Health::Progressing, reason("paused"));
    }
    if rolled_out(deployment) {
        return (Health::Degraded, reason("not_ready"));
    }
    (Health::Progressing, reason("rolling_out"))
}

fn stopped(deployment: &DeploymentRecord) -> (Health, Option<HealthReason>) {
    match deployment.pods {
        0 => (Health::Stopped, Some(about(deployment, "scaled_to_zero", None))),
        _ => (Health::Progressing, Some(about(deployment, "scaling_down", None))),
    }
}

/// Whether just the pods wanted are serving, all of the newest version.
fn settled(deployment: &DeploymentRecord) -> bool {
    let wanted = deployment.wanted;
    deployment.observed
        && deployment.updated >= wanted
        && deployment.available >= wanted
        && deployment.ready >= wanted
        && deployment.pods <= wanted
}

/// Whether the newest version has served in full before, so that pods that do not are no part of a roll-out.
fn rolled_out(deployment: &DeploymentRecord) -> bool {
    let complete = |condition: &Condition| condition.reason == "NewReplicaSetAvailable";
    deployment.observed
        && deployment.updated >= deployment.wanted
        && deployment.pods <= deployment.wanted
        && deployment.progressing.as_ref().is_some_and(complete)
}

fn trouble(deployment: &DeploymentRecord, pods: &[&PodRecord]) -> Option<HealthReason> {
    let of_pods = pods
        .iter()
        .filter(|pod| !pod.leaving && pod.ready < pod.containers.max(1));
    let of_pods = of_pods
        .filter_map(|pod| pod.reason.as_ref())
        .min_by_key(|reason| severity(&reason.code));
    // A pod that failed or was evicted and has been replaced is no trouble any more.
    let settled = settled(deployment);
    of_pods
        .filter(|_| !settled)
        .cloned()
        .or_else(|| refused_pods(deployment))
        .or_else(|| deadline_exceeded(deployment))
}

fn refused_pods(deployment: &DeploymentRecord) -> Option<HealthReason> {
    let failure = deployment
        .replica_failure
        .as_ref()
        .filter(|failure| failure.holds)?;
    let quota = failure
        .message
        .as_ref()
        .is_some_and(|message| message.contains("exceeded quota"));
    let code = if quota { "quota_exceeded" } else { "pods_refused" };
    Some(about(deployment, code, failure.message.clone()))
}

fn deadline_exceeded(deployment: &DeploymentRecord) -> Option<HealthReason> {
    let progressing = deployment.progressing.as_ref()?;
    let exceeded = !progressing.holds && progressing.reason == "ProgressDeadlineExceeded";
    exceeded.then(|| {
        about(
            deployment,
            "progress_deadline_exceeded",
            progressing.message.clone(),
        )
    })
}

fn about(deployment: &DeploymentRecord, code: &str, message: Option<String>) -> HealthReason {
    HealthReason {
        code: code.to_owned(),
        object: format!("Deployment {}", deployment.place.name),
        message,
    }
}
