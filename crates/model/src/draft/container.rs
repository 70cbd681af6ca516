//! Step 2: a container.

use serde::Serialize;

use super::log::{Log, LogTag};
use super::node::node;
use super::probe::Probe;
use super::security::ContainerSecurity;
use super::shape::told;
use super::text::{ObjectName, Word};
use super::volume::Mount;
use crate::Typed;

told! {
    /// One container of the pods.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct Container {
        /// The row's id.
        pub id: u32,
        /// Its name; the app's name when left empty.
        pub name: Typed,
        /// The image it runs.
        pub image: Typed,
        /// What is reserved for it.
        pub resources: Resources,
        /// The ports it listens on.
        pub ports: Vec<Port>,
        /// Its environment variables.
        pub env: Vec<Variable>,
        /// What it is: `main`, `init` (runs to its end before the others start) or `sidecar`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub kind: Typed,
        /// When the image is pulled: `IfNotPresent`, `Always` or `Never`; the cluster decides when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub pull_policy: Typed,
        /// Whether its standard input stays open: `true` or `false`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub stdin: Typed,
        /// Whether it has a terminal: `true` or `false`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub tty: Typed,
        /// The folder its process starts in; the image's own when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub working_dir: Typed,
        /// Whether it is alive; it is started again when it is not.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub liveness: Probe,
        /// Whether it may get requests.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub readiness: Probe,
        /// Whether it has started; the other two wait for that.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub startup: Probe,
        /// What its processes may do.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub security: ContainerSecurity,
        /// Secrets that open its registry.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub pull_secrets: Vec<ObjectName>,
        /// The command, instead of the image's.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub command: Vec<Word>,
        /// The arguments, instead of the image's.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub args: Vec<Word>,
        /// What runs beside it right after its start.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub post_start: Vec<Word>,
        /// What runs before it is stopped.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub pre_stop: Vec<Word>,
        /// Where volumes are mounted.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub mounts: Vec<Mount>,
        /// Logs that the log service collects.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub logs: Vec<Log>,
        /// Tags on these logs.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub log_tags: Vec<LogTag>,
    }
}

node! { row Container {
    leaves: [name, image, kind, pull_policy, stdin, tty, working_dir],
    parts: [resources, liveness, readiness, startup, security],
    rows: [pull_secrets, ports, env, command, args, post_start, pre_stop, mounts, logs, log_tags]
} }

told! {
    /// What is reserved for a container, and the most it may use.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct Resources {
        /// CPU, e.g. `500m` or `0.5`.
        pub cpu_request: Typed,
        /// Memory, e.g. `256Mi`.
        pub memory_request: Typed,
        /// Disk for its own files, e.g. `1Gi`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub storage_request: Typed,
        /// The most CPU it gets.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub cpu_limit: Typed,
        /// The memory at which it is stopped.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub memory_limit: Typed,
        /// The disk at which its pod is evicted.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub storage_limit: Typed,
    }
}

node! { part Resources {
    leaves: [cpu_request, memory_request, storage_request, cpu_limit, memory_limit, storage_limit],
    parts: [],
    rows: []
} }

told! {
    /// A port a container listens on.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Port {
        /// The row's id.
        pub id: u32,
        /// Its name, if it has one.
        pub name: Typed,
        /// Its number.
        pub number: Typed,
        /// `TCP` or `UDP`.
        pub protocol: Typed,
    }
}

impl Default for Port {
    fn default() -> Self {
        Self {
            id: 0,
            name: Typed::default(),
            number: Typed::default(),
            protocol: "TCP".into(),
        }
    }
}

node! { row Port { leaves: [name, number, protocol], parts: [], rows: [] } }

told! {
    /// An environment variable.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Variable {
        /// The row's id.
        pub id: u32,
        /// Where the value comes from: `value` is typed here; `config_map`, `secret`, `field` of the pod, `resource` of a
        /// container.
        pub kind: Typed,
        /// The variable's name. With a ConfigMap or Secret and neither name nor key, all its keys become variables.
        pub name: Typed,
        /// Its value.
        pub value: Typed,
        /// The ConfigMap or Secret.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub object: Typed,
        /// The key in it.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub key: Typed,
        /// What stands before each name when all keys become variables.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub prefix: Typed,
        /// Whether the container starts without it: `true` or `false`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub optional: Typed,
        /// The field of the pod, e.g. `metadata.name`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub field: Typed,
        /// The resource, e.g. `limits.cpu`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub resource: Typed,
        /// The unit the resource is counted in; `1` when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub divisor: Typed,
        /// The container whose resource it is; this one when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub container: Typed,
    }
}

impl Variable {
    /// Whether the row counts as not there: nothing was typed that says which value is meant.
    pub(crate) fn is_blank(&self) -> bool {
        let others = [&self.name, &self.object, &self.key, &self.field, &self.resource];
        self.value.as_str().is_empty() && others.iter().all(|leaf| leaf.is_blank())
    }
}

impl Default for Variable {
    fn default() -> Self {
        Self {
            id: 0,
            kind: "value".into(),
            name: Typed::default(),
            value: Typed::default(),
            object: Typed::default(),
            key: Typed::default(),
            prefix: Typed::default(),
            optional: Typed::default(),
            field: Typed::default(),
            resource: Typed::default(),
            divisor: Typed::default(),
            container: Typed::default(),
        }
    }
}

node! { row Variable {
    leaves: [kind, name, value, object, key, prefix, optional, field, resource, divisor, container],
    parts: [],
    rows: []
} }
