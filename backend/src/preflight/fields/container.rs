//! Containers.

use std::collections::{HashMap, HashSet};

use slipway_model::App;
use slipway_model::app::{Container, RowText};

use super::FieldMap;

const CONTAINER: &[(&str, &str)] = &[
    ("", "image"),
    ("name", "name"),
    ("image", "image"),
    ("imagePullPolicy", "pull_policy"),
    ("command", "command"),
    ("args", "args"),
    ("workingDir", "working_dir"),
    ("stdin", "stdin"),
    ("tty", "tty"),
    ("restartPolicy", "kind"),
    ("ports", "ports"),
    ("env", "env"),
    ("envFrom", "env"),
    ("volumeMounts", "mounts"),
    ("lifecycle.postStart", "post_start"),
    ("lifecycle.preStop", "pre_stop"),
    ("resources", "resources.cpu_request"),
    ("securityContext.runAsUser", "security.user"),
    ("securityContext.runAsGroup", "security.group"),
    (
        "securityContext.readOnlyRootFilesystem",
        "security.read_only_root",
    ),
    ("securityContext.capabilities.add", "security.capabilities"),
];

/// What the server calls a resource, and its leaves: what is reserved, and the most.
const RESOURCES: [(&str, &str, &str); 3] = [
    ("cpu", "cpu_request", "cpu_limit"),
    ("memory", "memory_request", "memory_limit"),
    ("ephemeral-storage", "storage_request", "storage_limit"),
];

const PORT: &[(&str, &str)] = &[("", "number"), ("name", "name"), ("protocol", "protocol")];

const MOUNT: &[(&str, &str)] = &[
    ("", "path"),
    ("name", "volume"),
    ("subPath", "sub_path"),
    ("readOnly", "read_only"),
];

const PROBES: [(&str, &str); 3] = [
    ("livenessProbe", "liveness"),
    ("readinessProbe", "readiness"),
    ("startupProbe", "startup"),
];

const PROBE: &[(&str, &str)] = &[
    ("", "kind"),
    ("httpGet.scheme", "scheme"),
    ("httpGet.path", "path"),
    ("httpGet.port", "port"),
    ("httpGet.httpHeaders", "headers"),
    ("tcpSocket.port", "port"),
    ("exec.command", "command"),
    ("initialDelaySeconds", "initial_delay"),
    ("periodSeconds", "period"),
    ("timeoutSeconds", "timeout"),
    ("successThreshold", "healthy"),
    ("failureThreshold", "unhealthy"),
];

impl FieldMap {
    /// All containers of a pod, and the secrets that open their registries.
    pub(super) fn containers(&mut self, spec: &str, app: &App) {
        let lists = [
            ("containers", &app.containers),
            ("initContainers", &app.init_containers),
        ];
        for (list, containers) in lists {
            for (index, container) in containers.iter().enumerate() {
                self.container(&format!("{spec}.{list}[{index}]"), container);
            }
        }
        self.pull_secrets(spec, app);
        self.log_volumes(spec, app);
    }

    /// Each secret once, at the row that names it first: those of the pod, then those of its containers. Equal ones stand in
    /// the rows of many containers, so both are maps.
    fn pull_secrets(&mut self, spec: &str, app: &App) {
        let mut known = HashSet::new();
        for row in app.rows.in_list("pod.pull_secrets") {
            let path = format!("{spec}.imagePullSecrets[{}]", known.len());
            if known.insert(row.text.as_str()) {
                self.add(path, row.field());
            }
        }
        for container in app.all_containers() {
            let list = format!("containers.{}.pull_secrets", container.row);
            let mut rows: HashMap<&str, &RowText> = HashMap::new();
            for row in app.rows.in_list(&list) {
                rows.entry(row.text.as_str()).or_insert(row);
            }
            for secret in &container.pull_secrets {
                let path = format!("{spec}.imagePullSecrets[{}]", known.len());
                if known.insert(secret.as_str()) {
                    let row = rows.get(secret.as_str());
                    self.add(path, row.map_or_else(|| list.clone(), |row| row.field()));
                }
            }
        }
    }

    fn container(&mut self, path: &str, container: &Container) {
        let at = format!("containers.{}", container.row);
        self.add_all(path, &at, CONTAINER);
        let security = format!("{path}.securityContext");
        for part in ["", ".allowPrivilegeEscalation", ".capabilities.drop"] {
            self.add(format!("{security}{part}"), "pod.security.restricted");
        }
        for (name, request, limit) in RESOURCES {
            for (list, leaf) in [("requests", request), ("limits", limit)] {
                for part in [format!("{list}.{name}"), format!("{list}[{name}]")] {
                    self.add(
                        format!("{path}.resources.{part}"),
                        format!("{at}.resources.{leaf}"),
                    );
                }
            }
        }
        for (index, port) in container.ports.iter().enumerate() {
            let field = format!("{at}.ports.{}", port.row);
            self.add_all(&format!("{path}.ports[{index}]"), &field, PORT);
        }
        for (index, mount) in container.mounts.iter().enumerate() {
            let field = format!("{at}.mounts.{}", mount.row);
            self.add_all(&format!("{path}.volumeMounts[{index}]"), &field, MOUNT);
        }
        for (probe, leaf) in PROBES {
            self.add_all(&format!("{path}.{probe}"), &format!("{at}.{leaf}"), PROBE);
        }
        self.environment(path, &at, container);
    }

    /// Volumes that the log service needs, behind those that were typed.
    fn log_volumes(&mut self, spec: &str, app: &App) {
        let typed = |container: &Container| container.mounts.len();
        for (list, containers) in [
            ("containers", &app.containers),
            ("initContainers", &app.init_containers),
        ] {
            for (index, container) in containers.iter().enumerate() {
                for added in 0..container.logs.len() {
                    let position = typed(container) + added;
                    self.add(
                        format!("{spec}.{list}[{index}].volumeMounts[{position}]"),
                        format!("containers.{}.logs", container.row),
                    );
                }
            }
        }
    }
}
