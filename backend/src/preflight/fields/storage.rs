//! Volumes of the cluster, and claims on them.

use slipway_model::App;
use slipway_model::app::{Volume, VolumeSource};
use slipway_plan::{Ownership, PlannedObject};

use super::FieldMap;

const VOLUME: &[(&str, &str)] = &[
    ("", "kind"),
    ("metadata.name", "name"),
    ("spec.capacity", "size"),
    ("spec.mountOptions", "options"),
    ("spec.nodeAffinity", "zone"),
    ("spec.csi.fsType", "fs_kind"),
    ("spec.csi.volumeAttributes.server", "server"),
    ("spec.csi.volumeAttributes.path", "path"),
    ("spec.csi.volumeAttributes.vers", "version"),
];

const CLAIM: &[(&str, &str)] = &[
    ("", "kind"),
    ("accessModes", "access"),
    ("resources", "size"),
    ("storageClassName", "class"),
];

impl FieldMap {
    pub(super) fn claim(&mut self, app: &App, object: &PlannedObject) {
        let is_its = |volume: &&Volume| claim_name(app, volume).is_some_and(|name| name == object.key.name);
        let Some(volume) = app.volumes.iter().find(is_its) else {
            return;
        };
        let at = format!("volumes.{}", volume.row);
        self.add("", format!("{at}.kind"));
        self.add("metadata.name", format!("{at}.{}", claim_leaf(volume)));
        self.claim_spec("spec", &at);
    }

    /// What a claim asks for.
    pub(super) fn claim_spec(&mut self, path: &str, at: &str) {
        self.add_all(path, at, CLAIM);
    }

    pub(super) fn volume(&mut self, app: &App, object: &PlannedObject) {
        let ownership = Ownership::of(app);
        let is_its = |volume: &&Volume| {
            let of_cloud = matches!(volume.source, VolumeSource::Nas(_) | VolumeSource::Disk(_));
            of_cloud && ownership.wide_name(volume.name.as_str()) == object.key.name
        };
        let Some(volume) = app.volumes.iter().find(is_its) else {
            return;
        };
        let at = format!("volumes.{}", volume.row);
        for (path, leaf) in VOLUME {
            self.add(*path, format!("{at}.{leaf}"));
        }
        if matches!(volume.source, VolumeSource::Disk(_)) {
            self.add("spec.csi.volumeHandle", format!("{at}.disk"));
        }
    }
}

/// The leaf that a claim's name comes from.
pub(super) fn claim_leaf(volume: &Volume) -> &'static str {
    match &volume.source {
        VolumeSource::Claim { .. } => "object",
        VolumeSource::NewClaim(claim) if claim.name.is_some() => "object",
        _ => "name",
    }
}

/// The name of the claim that is made for a volume, if one is.
fn claim_name(app: &App, volume: &Volume) -> Option<String> {
    let made = || format!("{}-{}", app.name, volume.name);
    match &volume.source {
        VolumeSource::NewClaim(claim) => Some(claim.name.as_ref().map_or_else(made, ToString::to_string)),
        VolumeSource::Nas(_) | VolumeSource::Disk(_) => Some(made()),
        _ => None,
    }
}
