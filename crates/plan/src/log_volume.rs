//! Volumes for log files: the log service can only collect from a volume, so one is added where none is mounted.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, Volume, VolumeMount};
use slipway_model::App;
use slipway_model::app::Container;
use slipway_model::value::{Folders, MountPath};

/// A volume added for log files of one container.
pub(crate) struct LogVolume {
    /// The row of the container.
    pub(crate) container: u32,
    name: String,
    directory: MountPath,
}

/// The volumes that log files need and nobody has typed.
pub(crate) fn added(app: &App) -> Vec<LogVolume> {
    let mut added: Vec<LogVolume> = Vec::new();
    let typed: BTreeSet<&str> = app.volumes.iter().map(|volume| volume.name.as_str()).collect();
    let mut names = (1_u32..)
        .map(|number| format!("slipway-logs-{number}"))
        .filter(|name| !typed.contains(name.as_str()));
    for container in app.all_containers() {
        for directory in uncovered(container) {
            let name = names.next().unwrap_or_default();
            added.push(LogVolume {
                container: container.row,
                name,
                directory,
            });
        }
    }
    added
}

/// Folders with log files that no mount covers, outer ones first.
fn uncovered(container: &Container) -> Vec<MountPath> {
    let mut directories: Vec<&str> = container
        .logs
        .iter()
        .filter_map(|log| log.path.directory())
        .collect();
    directories.sort_unstable();
    let mut mounted: Folders = container.mounts.iter().map(|mount| &mount.path).collect();
    let mut uncovered = Vec::new();
    for directory in directories {
        if !mounted.cover(directory)
            && let Ok(path) = MountPath::parse(directory)
        {
            mounted.add(&path);
            uncovered.push(path);
        }
    }
    uncovered
}

impl LogVolume {
    /// What it is for, whatever number it bears.
    pub(crate) fn tag(&self) -> String {
        format!("{}:{}", self.container, self.directory)
    }

    /// The volume of the pod.
    pub(crate) fn volume(&self) -> Volume {
        Volume {
            name: self.name.clone(),
            empty_dir: Some(EmptyDirVolumeSource::default()),
            ..Volume::default()
        }
    }

    /// Where its container mounts it.
    pub(crate) fn mount(&self) -> VolumeMount {
        VolumeMount {
            name: self.name.clone(),
            mount_path: self.directory.to_string(),
            ..VolumeMount::default()
        }
    }
}
