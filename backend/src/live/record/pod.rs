//! What is kept of a pod, with what is wrong with it.

use k8s_openapi::api::core::v1::{ContainerStatus, Pod, PodSpec, PodStatus};
use slipway_api::HealthReason;

use super::{Place, Record, controller, count, created_at, message};

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PodRecord {
    pub(crate) place: Place,
    pub(crate) created_at: i64,
    /// The `ReplicaSet` it belongs to; empty if to none.
    pub(crate) replica_set: String,
    /// As `kubectl get pods` says it.
    pub(crate) status: String,
    pub(crate) leaving: bool,
    pub(crate) ready: u32,
    pub(crate) containers: u32,
    pub(crate) restarts: u32,
    pub(crate) node: Option<String>,
    pub(crate) node_address: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) reason: Option<HealthReason>,
}

impl Record for PodRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<Pod> for PodRecord {
    fn from(pod: Pod) -> Self {
        let place = Place::of(&pod.metadata);
        let spec = pod.spec.unwrap_or_default();
        let status = pod.status.unwrap_or_default();
        let leaving = pod.metadata.deletion_timestamp.is_some();
        let containers = status.container_statuses.as_deref().unwrap_or_default();
        let owner = controller(&pod.metadata, "ReplicaSet");
        Self {
            created_at: created_at(&pod.metadata),
            replica_set: owner.map(|owner| owner.name.clone()).unwrap_or_default(),
            status: if leaving {
                "Terminating".to_owned()
            } else {
                words(&spec, &status)
            },
            leaving,
            ready: size(containers.iter().filter(|container| container.ready).count()),
            containers: size(spec.containers.len()),
            restarts: containers
                .iter()
                .map(|container| count(Some(container.restart_count)))
                .sum(),
            reason: reason(&place.name, &status).filter(|_| !leaving),
            node: spec.node_name,
            node_address: status.host_ip,
            address: status.pod_ip,
            place,
        }
    }
}

fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The status as `kubectl get pods` says it: the first container that has something to say, else the phase.
fn words(spec: &PodSpec, status: &PodStatus) -> String {
    if let Some(reason) = &status.reason {
        return reason.clone();
    }
    let all = status.init_container_statuses.as_deref().unwrap_or_default();
    let waiting = all
        .iter()
        .position(|container| !finished_init(container) && !sidecar(spec, container));
    if let Some(position) = waiting.filter(|_| phase(status) == "Pending") {
        let said = said(&all[position]).filter(|reason| reason != "PodInitializing");
        return said.map_or_else(
            || format!("Init:{position}/{}", all.len()),
            |reason| format!("Init:{reason}"),
        );
    }
    let containers = status.container_statuses.iter().flatten();
    containers
        .rev()
        .find_map(said)
        .filter(|said| said != "Completed")
        .unwrap_or_else(|| phase(status).to_owned())
}

fn phase(status: &PodStatus) -> &str {
    status.phase.as_deref().unwrap_or("Pending")
}

fn finished_init(container: &ContainerStatus) -> bool {
    let ended = container
        .state
        .as_ref()
        .and_then(|state| state.terminated.as_ref());
    ended.is_some_and(|ended| ended.exit_code == 0)
}

fn sidecar(spec: &PodSpec, status: &ContainerStatus) -> bool {
    let container = spec
        .init_containers
        .iter()
        .flatten()
        .find(|container| container.name == status.name);
    status.started == Some(true)
        && container.is_some_and(|container| container.restart_policy.as_deref() == Some("Always"))
}

fn said(container: &ContainerStatus) -> Option<String> {
    let state = container.state.as_ref()?;
    let waiting = state.waiting.as_ref().and_then(|waiting| waiting.reason.clone());
    let ended = state.terminated.as_ref().map(|ended| {
        ended
            .reason
            .clone()
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| match ended.signal {
                Some(signal) => format!("Signal:{signal}"),
                None => format!("ExitCode:{}", ended.exit_code),
            })
    });
    waiting.filter(|reason| !reason.is_empty()).or(ended)
}

/// What is wrong with a pod, if anything is.
fn reason(pod: &str, status: &PodStatus) -> Option<HealthReason> {
    let found = |code: &str, text: Option<&str>| HealthReason {
        code: code.to_owned(),
        object: format!("Pod {pod}"),
        message: message(text),
    };
    if status.phase.as_deref() == Some("Failed") {
        let code = if status.reason.as_deref() == Some("Evicted") {
            "evicted"
        } else {
            "pod_failed"
        };
        return Some(found(code, status.message.as_deref()));
    }
    let conditions = status.conditions.iter().flatten();
    let unplaced =
        conditions.filter(|condition| condition.type_ == "PodScheduled" && condition.status == "False");
    if let Some(condition) =
        { unplaced }.find(|condition| condition.reason.as_deref() == Some("Unschedulable"))
    {
        return Some(found("unschedulable", condition.message.as_deref()));
    }
    let containers = status
        .init_container_statuses
        .iter()
        .flatten()
        .chain(status.container_statuses.iter().flatten());
    containers
        .filter_map(trouble)
        .min_by_key(|(code, _)| severity(code))
        .map(|(code, text)| found(code, text.as_deref()))
}

/// What is wrong with a container, as a code and the cluster's words.
fn trouble(container: &ContainerStatus) -> Option<(&'static str, Option<String>)> {
    let waiting = container.state.as_ref()?.waiting.as_ref()?;
    let ended = container
        .last_state
        .as_ref()
        .and_then(|state| state.terminated.as_ref());
    let code = match waiting.reason.as_deref()? {
        "ErrImagePull"
        | "ImagePullBackOff"
        | "ErrImageNeverPull"
        | "RegistryUnavailable"
        | "ImageInspectError" => "image_pull_failed",
        "InvalidImageName" => "invalid_image",
        "CreateContainerConfigError" => "config_missing",
        "CreateContainerError" | "RunContainerError" | "StartError" => "start_failed",
        "CrashLoopBackOff" if ended.is_some_and(|ended| ended.reason.as_deref() == Some("OOMKilled")) => {
            "out_of_memory"
        }
        "CrashLoopBackOff" => "crash_looping",
        _ => return None,
    };
    let died = ended.filter(|_| code == "crash_looping").map(|ended| {
        let words = ended
            .message
            .as_deref()
            .map(str::trim)
            .filter(|words| !words.is_empty());
        words.map_or_else(|| format!("exit code {}", ended.exit_code), ToOwned::to_owned)
    });
    Some((code, died.or_else(|| waiting.message.clone())))
}

/// Which of several troubles is named first: the one that has to be mended first.
pub(crate) fn severity(code: &str) -> usize {
    const ORDER: [&str; 9] = [
        "invalid_image",
        "image_pull_failed",
        "config_missing",
        "start_failed",
        "out_of_memory",
        "crash_looping",
        "pod_failed",
        "evicted",
        "unschedulable",
    ];
    ORDER
        .iter()
        .position(|known| *known == code)
        .unwrap_or(ORDER.len())
}
