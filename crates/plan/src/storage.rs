//! Volumes of the cluster, and claims on them.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    CSIPersistentVolumeSource, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PersistentVolume,
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeSpec, VolumeNodeAffinity,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use slipway_model::App;
use slipway_model::app::{AccessMode, Disk, Nas, NewClaim, Volume, VolumeSource};
use slipway_model::value::{DnsLabel, Memory, Subdomain};

use crate::{Manifest, ObjectKey, Ownership, PlannedObject};

/// The label by which a claim finds its volume.
pub(crate) const VOLUME_LABEL: &str = "alicloud-pvname";
/// The size written down for a file server, which holds nobody to it.
pub(crate) const NAS_SIZE: &str = "5Gi";
/// The size written down for a disk of unknown size; the least the cloud sells.
pub(crate) const DISK_SIZE: &str = "20Gi";

/// The volumes and claims that an app brings with it, volumes first.
pub(crate) fn planned(app: &App, ownership: &Ownership) -> Vec<PlannedObject> {
    let mut volumes = Vec::new();
    let mut claims = Vec::new();
    for volume in &app.volumes {
        match &volume.source {
            VolumeSource::NewClaim(claim) => claims.push(new_claim(app, volume, claim, ownership)),
            VolumeSource::Nas(nas) => {
                let made = Static::nas(app, volume, nas, ownership);
                volumes.push(made.volume(ownership));
                claims.push(made.claim(app, ownership));
            }
            VolumeSource::Disk(disk) => {
                let made = Static::disk(app, volume, disk, ownership);
                volumes.push(made.volume(ownership));
                claims.push(made.claim(app, ownership));
            }
            _ => {}
        }
    }
    volumes.into_iter().chain(claims).collect()
}

/// The name of a claim that an app brings with it.
pub(crate) fn claim_name(app: &App, volume: &Volume, typed: Option<&Subdomain>) -> String {
    typed.map_or_else(|| format!("{}-{}", app.name, volume.name), ToString::to_string)
}

/// The claim that each pod of a `StatefulSet` gets a copy of.
pub(crate) fn claim_template(
    name: &DnsLabel,
    claim: &NewClaim,
    ownership: &Ownership,
) -> PersistentVolumeClaim {
    PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(name.to_string()),
            labels: Some(ownership.labels().into_iter().collect()),
            ..ObjectMeta::default()
        },
        spec: Some(claim_spec(claim)),
        status: None,
    }
}

fn new_claim(app: &App, volume: &Volume, claim: &NewClaim, ownership: &Ownership) -> PlannedObject {
    let name = claim_name(app, volume, claim.name.as_ref());
    let manifest = PersistentVolumeClaim {
        metadata: ownership.metadata(&name, []),
        spec: Some(claim_spec(claim)),
        status: None,
    };
    let key = ObjectKey::namespaced("v1", "PersistentVolumeClaim", &app.namespace, name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

fn claim_spec(claim: &NewClaim) -> PersistentVolumeClaimSpec {
    PersistentVolumeClaimSpec {
        access_modes: Some(vec![claim.access.as_str().to_owned()]),
        resources: Some(VolumeResourceRequirements {
            requests: Some(storage(&claim.size.canonical())),
            limits: None,
        }),
        storage_class_name: claim.class.as_ref().map(ToString::to_string),
        ..PersistentVolumeClaimSpec::default()
    }
}

fn storage(size: &str) -> BTreeMap<String, Quantity> {
    BTreeMap::from([("storage".to_owned(), Quantity(size.to_owned()))])
}

/// Something that is there in the cloud: a volume that points to it, and a claim on just that volume.
struct Static {
    volume_name: String,
    claim_name: String,
    size: String,
    access: AccessMode,
    csi: CSIPersistentVolumeSource,
    mount_options: Option<Vec<String>>,
    zone: Option<String>,
}

impl Static {
    fn nas(app: &App, volume: &Volume, nas: &Nas, ownership: &Ownership) -> Self {
        let volume_name = ownership.wide_name(volume.name.as_str());
        let attributes = [
            ("server", nas.server.to_string()),
            ("path", nas.path.to_string()),
            ("vers", nas.version.as_str().to_owned()),
        ];
        let options = nas.options.as_deref().map(|options| {
            options
                .split(',')
                .map(|option| option.trim().to_owned())
                .collect()
        });
        Self {
            claim_name: claim_name(app, volume, None),
            size: size_or(nas.size.as_ref(), NAS_SIZE),
            access: AccessMode::Many,
            csi: csi("nasplugin.csi.alibabacloud.com", &volume_name, attributes),
            mount_options: options,
            zone: None,
            volume_name,
        }
    }

    fn disk(app: &App, volume: &Volume, disk: &Disk, ownership: &Ownership) -> Self {
        Self {
            volume_name: ownership.wide_name(volume.name.as_str()),
            claim_name: claim_name(app, volume, None),
            size: size_or(disk.size.as_ref(), DISK_SIZE),
            access: AccessMode::OneNode,
            csi: CSIPersistentVolumeSource {
                fs_type: Some(disk.fs_kind.to_owned()),
                ..csi("diskplugin.csi.alibabacloud.com", disk.id.as_str(), [])
            },
            mount_options: None,
            zone: disk.zone.as_ref().map(ToString::to_string),
        }
    }

    fn volume(&self, ownership: &Ownership) -> PlannedObject {
        let label = (VOLUME_LABEL.to_owned(), self.volume_name.clone());
        let manifest = PersistentVolume {
            metadata: ObjectMeta {
                namespace: None,
                ..ownership.metadata(&self.volume_name, [label])
            },
            spec: Some(PersistentVolumeSpec {
                access_modes: Some(vec![self.access.as_str().to_owned()]),
                capacity: Some(storage(&self.size)),
                csi: Some(self.csi.clone()),
                mount_options: self.mount_options.clone(),
                node_affinity: self.zone.as_deref().map(in_zone),
                // What is there in the cloud was there before the app, and stays after it.
                persistent_volume_reclaim_policy: Some("Retain".to_owned()),
                storage_class_name: Some(String::new()),
                ..PersistentVolumeSpec::default()
            }),
            status: None,
        };
        let key = ObjectKey::cluster_wide("v1", "PersistentVolume", &self.volume_name);
        PlannedObject::new(key, Manifest::of(&manifest))
    }

    fn claim(&self, app: &App, ownership: &Ownership) -> PlannedObject {
        let label = BTreeMap::from([(VOLUME_LABEL.to_owned(), self.volume_name.clone())]);
        let manifest = PersistentVolumeClaim {
            metadata: ownership.metadata(&self.claim_name, []),
            spec: Some(PersistentVolumeClaimSpec {
                access_modes: Some(vec![self.access.as_str().to_owned()]),
                resources: Some(VolumeResourceRequirements {
                    requests: Some(storage(&self.size)),
                    limits: None,
                }),
                selector: Some(LabelSelector {
                    match_labels: Some(label),
                    match_expressions: None,
                }),
                // Empty, not absent: the cluster's default class would make another volume.
                storage_class_name: Some(String::new()),
                ..PersistentVolumeClaimSpec::default()
            }),
            status: None,
        };
        let key = ObjectKey::namespaced("v1", "PersistentVolumeClaim", &app.namespace, &self.claim_name);
        PlannedObject::new(key, Manifest::of(&manifest))
    }
}

fn size_or(size: Option<&Memory>, default: &str) -> String {
    size.map_or_else(|| default.to_owned(), Memory::canonical)
}

fn csi<const N: usize>(
    driver: &str,
    handle: &str,
    attributes: [(&str, String); N],
) -> CSIPersistentVolumeSource {
    let attributes: BTreeMap<_, _> = attributes
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    CSIPersistentVolumeSource {
        driver: driver.to_owned(),
        volume_handle: handle.to_owned(),
        volume_attributes: (!attributes.is_empty()).then_some(attributes),
        ..CSIPersistentVolumeSource::default()
    }
}

fn in_zone(zone: &str) -> VolumeNodeAffinity {
    let requirement = NodeSelectorRequirement {
        key: "topology.kubernetes.io/zone".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec![zone.to_owned()]),
    };
    VolumeNodeAffinity {
        required: Some(NodeSelector {
            node_selector_terms: vec![NodeSelectorTerm {
                match_expressions: Some(vec![requirement]),
                match_fields: None,
            }],
        }),
    }
}
