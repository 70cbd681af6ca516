//! What kwok simulates: nodes, pods, addresses, usage.

use std::fs;
use std::path::{Path, PathBuf};

/// kwok's configuration is one file of several documents.
const STAGES: [&str; 11] = [
    include_str!("../assets/kwok/node-initialize.yaml"),
    include_str!("../assets/kwok/node-heartbeat-with-lease.yaml"),
    include_str!("../assets/kwok/pod-ready.yaml"),
    include_str!("../assets/kwok/pod-complete.yaml"),
    include_str!("../assets/kwok/pod-delete.yaml"),
    include_str!("../assets/kwok/pod-image-missing.yaml"),
    include_str!("../assets/kwok/service-load-balancer.yaml"),
    include_str!("../assets/kwok/ingress-address.yaml"),
    include_str!("../assets/kwok/usage-from-annotation.yaml"),
    include_str!("../assets/kwok/metrics-resource.yaml"),
    include_str!("../assets/kwok/cluster-logs.yaml"),
];

/// Container runtimes begin each line with time and stream; kwok serves nothing else.
const LOG: &str =
    "2026-01-01T00:00:00.000000000Z stdout F This container is simulated: it has no output of its own.\n";

/// Writes the configuration into the folder and answers its path.
pub(crate) fn configure(folder: &Path) -> anyhow::Result<PathBuf> {
    let log = folder.join("container.log");
    fs::write(&log, LOG)?;
    let file = folder.join("kwok.yaml");
    let text = STAGES.join("---\n").replace("@LOGS@", &log.to_string_lossy());
    fs::write(&file, text)?;
    Ok(file)
}
