//! A container of the pod template.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, ContainerPort, ExecAction, Lifecycle, LifecycleHandler, ResourceRequirements,
    SecurityContext, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use slipway_model::app::{self, ContainerKind, ContainerSecurity, PodSecurity};
use slipway_model::value::{Cpu, Memory};

use crate::log_volume::LogVolume;
use crate::pod::some_if_any;
use crate::{environment, probe};

/// A container as Kubernetes writes it.
pub(crate) fn built(container: &app::Container, pod: &PodSecurity, added: &[LogVolume]) -> Container {
    let mounts = container.mounts.iter().map(mount);
    let of_logs = added
        .iter()
        .filter(|volume| volume.container == container.row)
        .map(LogVolume::mount);
    Container {
        name: container.name.to_string(),
        image: Some(container.image.to_string()),
        image_pull_policy: container.pull_policy.map(|policy| policy.as_str().to_owned()),
        command: words(&container.command),
        args: words(&container.args),
        working_dir: container.working_dir.as_ref().map(ToString::to_string),
        stdin: container.stdin.then_some(true),
        tty: container.tty.then_some(true),
        resources: resources(container),
        ports: some_if_any(container.ports.iter().map(port)),
        env: some_if_any(environment::variables(container)),
        env_from: some_if_any(container.whole_objects.iter().map(environment::whole)),
        liveness_probe: container.liveness.as_ref().map(probe::built),
        readiness_probe: container.readiness.as_ref().map(probe::built),
        startup_probe: container.startup.as_ref().map(probe::built),
        lifecycle: lifecycle(container),
        volume_mounts: some_if_any(mounts.chain(of_logs)),
        restart_policy: (container.kind == ContainerKind::Sidecar).then(|| "Always".to_owned()),
        security_context: security(&container.security, pod),
        ..Container::default()
    }
}

fn words(words: &[String]) -> Option<Vec<String>> {
    some_if_any(words.iter().cloned())
}

fn resources(container: &app::Container) -> Option<ResourceRequirements> {
    let typed = &container.resources;
    let amounts = |cpu: Option<String>, memory: Option<String>, storage: Option<String>| {
        let amounts = [("cpu", cpu), ("memory", memory), ("ephemeral-storage", storage)];
        let amounts: BTreeMap<_, _> = amounts
            .into_iter()
            .filter_map(|(name, amount)| Some((name.to_owned(), Quantity(amount?))))
            .collect();
        (!amounts.is_empty()).then_some(amounts)
    };
    let requests = amounts(
        container.cpu_request.as_ref().map(Cpu::canonical),
        container.memory_request.as_ref().map(Memory::canonical),
        typed.storage_request.as_ref().map(Memory::canonical),
    );
    let limits = amounts(
        typed.cpu_limit.as_ref().map(Cpu::canonical),
        typed.memory_limit.as_ref().map(Memory::canonical),
        typed.storage_limit.as_ref().map(Memory::canonical),
    );
    (requests.is_some() || limits.is_some()).then(|| ResourceRequirements {
        requests,
        limits,
        ..ResourceRequirements::default()
    })
}

fn port(port: &app::Port) -> ContainerPort {
    ContainerPort {
        name: port.name.as_ref().map(ToString::to_string),
        container_port: port.number.get().into(),
        protocol: Some(port.protocol.as_str().to_owned()),
        ..ContainerPort::default()
    }
}

fn lifecycle(container: &app::Container) -> Option<Lifecycle> {
    let handler = |command: &[String]| {
        words(command).map(|command| LifecycleHandler {
            exec: Some(ExecAction {
                command: Some(command),
            }),
            ..LifecycleHandler::default()
        })
    };
    let (post_start, pre_stop) = (handler(&container.post_start), handler(&container.pre_stop));
    (post_start.is_some() || pre_stop.is_some()).then(|| Lifecycle {
        post_start,
        pre_stop,
        ..Lifecycle::default()
    })
}

fn mount(mount: &app::Mount) -> VolumeMount {
    VolumeMount {
        name: mount.volume.to_string(),
        mount_path: mount.path.to_string(),
        sub_path: mount.sub_path.as_ref().map(ToString::to_string),
        read_only: mount.read_only.then_some(true),
        ..VolumeMount::default()
    }
}

/// What the standard `restricted` wants of each container is written into each.
fn security(security: &ContainerSecurity, pod: &PodSecurity) -> Option<SecurityContext> {
    if *security == ContainerSecurity::default() && !pod.restricted {
        return None;
    }
    let kept = some_if_any(security.capabilities.iter().map(ToString::to_string));
    let dropped = pod.restricted.then(|| vec!["ALL".to_owned()]);
    Some(SecurityContext {
        run_as_user: security.user.map(i64::from),
        run_as_group: security.group.map(i64::from),
        read_only_root_filesystem: security.read_only_root.then_some(true),
        allow_privilege_escalation: pod.restricted.then_some(false),
        capabilities: (kept.is_some() || dropped.is_some()).then_some(Capabilities {
            add: kept,
            drop: dropped,
        }),
        ..SecurityContext::default()
    })
}
