//! A container.

use serde::Serialize;

use super::environment::{Variable, WholeObject};
use super::logs::{Log, LogTag};
use super::pod::ContainerSecurity;
use super::probe::Probe;
use super::volume::Mount;
use super::words;
use crate::value::{Cpu, DnsLabel, FilePath, ImageRef, Memory, PortName, PortNumber, Subdomain};

/// A container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Container {
    /// The draft row it comes from, so that a refusal finds its field again.
    pub row: u32,
    /// Its name.
    pub name: DnsLabel,
    /// What it is.
    pub kind: ContainerKind,
    /// The image it runs.
    pub image: ImageRef,
    /// When the image is pulled; the cluster decides when absent.
    pub pull_policy: Option<PullPolicy>,
    /// Secrets that open its registry.
    pub pull_secrets: Vec<Subdomain>,
    /// The CPU reserved for it.
    pub cpu_request: Option<Cpu>,
    /// The memory reserved for it.
    pub memory_request: Option<Memory>,
    /// What else is reserved for it, and the most it may use.
    pub resources: Resources,
    /// Whether its standard input stays open.
    pub stdin: bool,
    /// Whether it has a terminal.
    pub tty: bool,
    /// The folder its process starts in.
    pub working_dir: Option<FilePath>,
    /// The ports it listens on.
    pub ports: Vec<Port>,
    /// Its environment variables.
    pub env: Vec<Variable>,
    /// Objects of which every key is a variable.
    pub whole_objects: Vec<WholeObject>,
    /// The command, instead of the image's.
    pub command: Vec<String>,
    /// The arguments, instead of the image's.
    pub args: Vec<String>,
    /// What runs beside it right after its start.
    pub post_start: Vec<String>,
    /// What runs before it is stopped.
    pub pre_stop: Vec<String>,
    /// Whether it is alive.
    pub liveness: Option<Probe>,
    /// Whether it may get requests.
    pub readiness: Option<Probe>,
    /// Whether it has started.
    pub startup: Option<Probe>,
    /// Where volumes are mounted.
    pub mounts: Vec<Mount>,
    /// Logs that are collected.
    pub logs: Vec<Log>,
    /// Tags on them.
    pub log_tags: Vec<LogTag>,
    /// What its processes may do.
    pub security: ContainerSecurity,
}

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ContainerKind {
    /// It keeps running, or for a Job runs to its end.
    Main,
    /// It runs to its end before the others start.
    Init,
    /// It starts before the others and keeps running beside them.
    Sidecar,
}

words! { ContainerKind { Main => "main", Init => "init", Sidecar => "sidecar" } }

/// When an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PullPolicy {
    /// When the node does not have it.
    IfNotPresent,
    /// At each start.
    Always,
    /// Never: the node must have it.
    Never,
}

words! { PullPolicy { IfNotPresent => "IfNotPresent", Always => "Always", Never => "Never" } }

/// What else is reserved for a container, and the most it may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Resources {
    /// Disk reserved for its own files.
    pub storage_request: Option<Memory>,
    /// The most CPU.
    pub cpu_limit: Option<Cpu>,
    /// The most memory.
    pub memory_limit: Option<Memory>,
    /// The most disk.
    pub storage_limit: Option<Memory>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Port {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: Option<PortName>,
    /// Its number.
    pub number: PortNumber,
    /// Its protocol.
    pub protocol: Protocol,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

words! { Protocol { Tcp => "TCP", Udp => "UDP" } }
