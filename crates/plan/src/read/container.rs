//! A container of the pod template.

use std::collections::BTreeSet;

use slipway_model::Typed;
use slipway_model::draft::{Container, ContainerSecurity, Mount, Port, Resources, Word};

use super::part::Part;
use super::{environment, probe};

/// What is around a container.
pub(super) struct Surroundings {
    /// Whether the pods pass the standard `restricted`.
    pub(super) restricted: bool,
    /// The volumes that the form has.
    pub(super) volumes: BTreeSet<String>,
    /// The volumes that were added for log files, and will be again.
    pub(super) added: BTreeSet<String>,
}

/// Reads a container; `first` for those that come before the others.
pub(super) fn read(part: &mut Part, first: bool, around: &Surroundings) -> Container {
    let id = part.id();
    part.forget("terminationMessagePath", "/dev/termination-log");
    part.forget("terminationMessagePolicy", "File");
    let mut container = Container {
        id,
        name: part.text("name"),
        pull_policy: pull_policy(part),
        image: part.text("image"),
        resources: resources(&mut part.inner("resources")),
        stdin: part.switch("stdin"),
        tty: part.switch("tty"),
        working_dir: part.text("workingDir"),
        command: part.words("command"),
        args: part.words("args"),
        post_start: lifecycle(part, "postStart"),
        pre_stop: lifecycle(part, "preStop"),
        security: security(&mut part.inner("securityContext"), around.restricted),
        ..Container::default()
    };
    if first {
        let sidecar = part.take_if("restartPolicy", "Always");
        container.kind = if sidecar { "sidecar" } else { "init" }.into();
    }
    container.ports = part.rows("ports").iter_mut().filter_map(port).collect();
    environment::read(part, &mut container);
    mounts(part, &mut container, around);
    for (leaf, key, probe) in [
        ("liveness", "livenessProbe", &mut container.liveness),
        ("readiness", "readinessProbe", &mut container.readiness),
        ("startup", "startupProbe", &mut container.startup),
    ] {
        *probe = probe::read(&mut part.inner(key), format!("containers.{id}.{leaf}"));
    }
    container
}

/// When the image is pulled; blank where it is what the server makes of the image's tag.
fn pull_policy(part: &mut Part) -> Typed {
    let image = part
        .peek("image")
        .and_then(|image| image.as_str())
        .unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let floating = !image.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest");
    part.unless(
        "imagePullPolicy",
        if floating { "Always" } else { "IfNotPresent" },
    )
}

fn resources(part: &mut Part) -> Resources {
    let mut requests = part.inner("requests");
    let (cpu_request, memory_request) = (requests.text("cpu"), requests.text("memory"));
    let storage_request = requests.text("ephemeral-storage");
    let mut limits = part.inner("limits");
    Resources {
        cpu_request,
        memory_request,
        storage_request,
        cpu_limit: limits.text("cpu"),
        memory_limit: limits.text("memory"),
        storage_limit: limits.text("ephemeral-storage"),
    }
}

fn port(part: &mut Part) -> Option<Port> {
    part.attempt(|part| {
        let protocol = part.word("protocol", &["TCP", "UDP"]);
        // Any other protocol than these two is still there.
        if part.peek("protocol").is_some() {
            return None;
        }
        // Without its number the row would be a blank one.
        let number = part.text("containerPort");
        (!number.is_blank()).then(|| Port {
            id: part.id(),
            name: part.text("name"),
            number,
            protocol: protocol.unwrap_or_else(|| "TCP".to_owned()).into(),
        })
    })
}

fn lifecycle(part: &mut Part, key: &str) -> Vec<Word> {
    part.inner("lifecycle").inner(key).inner("exec").words("command")
}

fn security(part: &mut Part, restricted: bool) -> ContainerSecurity {
    let mut security = ContainerSecurity {
        user: part.text("runAsUser"),
        group: part.text("runAsGroup"),
        read_only_root: part.switch("readOnlyRootFilesystem"),
        ..ContainerSecurity::default()
    };
    if restricted {
        part.take("allowPrivilegeEscalation");
        part.inner("capabilities").take("drop");
    }
    security.capabilities = part.inner("capabilities").words("add");
    security
}

/// Where volumes that the form has are mounted. What was added for log files belongs to the log files.
fn mounts(part: &mut Part, container: &mut Container, around: &Surroundings) {
    for mut mount in part.rows("volumeMounts") {
        let volume = mount
            .peek("name")
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        if around.added.contains(volume) {
            mount.take("name");
            mount.take("mountPath");
        } else if around.volumes.contains(volume) {
            container.mounts.push(Mount {
                id: mount.id(),
                volume: mount.text("name"),
                path: mount.text("mountPath"),
                sub_path: mount.text("subPath"),
                read_only: mount.switch("readOnly"),
            });
        }
    }
}
