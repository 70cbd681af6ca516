//! Volumes of the pod template.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, EmptyDirVolumeSource, FlexVolumeSource, HostPathVolumeSource, KeyToPath,
    NFSVolumeSource, PersistentVolumeClaimVolumeSource, SecretVolumeSource, Volume,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use slipway_model::App;
use slipway_model::app::{self, Disk, Files, Nas, VolumeSource};

use crate::pod::some_if_any;
use crate::storage;

/// A volume of the pods; none for a claim template, which is the `StatefulSet`'s.
pub(crate) fn mounted(app: &App, volume: &app::Volume) -> Option<Volume> {
    let empty = Volume {
        name: volume.name.to_string(),
        ..Volume::default()
    };
    Some(match &volume.source {
        VolumeSource::EmptyDir { in_memory, size } => Volume {
            empty_dir: Some(EmptyDirVolumeSource {
                medium: in_memory.then(|| "Memory".to_owned()),
                size_limit: size.as_ref().map(|size| Quantity(size.canonical())),
            }),
            ..empty
        },
        VolumeSource::HostPath { path, kind } => Volume {
            host_path: Some(HostPathVolumeSource {
                path: path.to_string(),
                type_: kind.map(|kind| kind.as_str().to_owned()),
            }),
            ..empty
        },
        VolumeSource::ConfigMap(files) => Volume {
            config_map: Some(config_map(files)),
            ..empty
        },
        VolumeSource::Secret(files) => Volume {
            secret: Some(secret(files)),
            ..empty
        },
        VolumeSource::Claim { name, read_only } => claim(empty, name.to_string(), *read_only),
        VolumeSource::NewClaim(new) => {
            claim(empty, storage::claim_name(app, volume, new.name.as_ref()), false)
        }
        VolumeSource::Nas(_) | VolumeSource::Disk(_) => {
            claim(empty, storage::claim_name(app, volume, None), false)
        }
        VolumeSource::ClaimTemplate(_) => return None,
        VolumeSource::Nfs {
            server,
            path,
            read_only,
        } => Volume {
            nfs: Some(NFSVolumeSource {
                server: server.to_string(),
                path: path.to_string(),
                read_only: read_only.then_some(true),
            }),
            ..empty
        },
        VolumeSource::NasFlex(nas) => Volume {
            flex_volume: Some(nas_flex(nas)),
            ..empty
        },
        VolumeSource::DiskFlex(disk) => Volume {
            flex_volume: Some(disk_flex(disk)),
            ..empty
        },
    })
}

fn claim(empty: Volume, claim_name: String, read_only: bool) -> Volume {
    Volume {
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name,
            read_only: read_only.then_some(true),
        }),
        ..empty
    }
}

fn config_map(files: &Files) -> ConfigMapVolumeSource {
    ConfigMapVolumeSource {
        name: files.object.to_string(),
        items: items(files),
        default_mode: files.mode.map(|mode| mode.get().into()),
        optional: files.optional.then_some(true),
    }
}

fn secret(files: &Files) -> SecretVolumeSource {
    SecretVolumeSource {
        secret_name: Some(files.object.to_string()),
        items: items(files),
        default_mode: files.mode.map(|mode| mode.get().into()),
        optional: files.optional.then_some(true),
    }
}

fn items(files: &Files) -> Option<Vec<KeyToPath>> {
    some_if_any(files.items.iter().map(|(key, path)| KeyToPath {
        key: key.to_string(),
        path: path.to_string(),
        mode: None,
    }))
}

/// All options of a flexVolume are text.
fn flex(driver: &str, fs_type: Option<&str>, options: &[(&str, Option<String>)]) -> FlexVolumeSource {
    let options: BTreeMap<_, _> = options
        .iter()
        .filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)))
        .collect();
    FlexVolumeSource {
        driver: driver.to_owned(),
        fs_type: fs_type.map(ToOwned::to_owned),
        options: Some(options),
        ..FlexVolumeSource::default()
    }
}

fn nas_flex(nas: &Nas) -> FlexVolumeSource {
    let options = [
        ("server", Some(nas.server.to_string())),
        ("path", Some(nas.path.to_string())),
        ("vers", Some(nas.version.as_str().to_owned())),
        ("options", nas.options.clone()),
    ];
    flex("alicloud/nas", None, &options)
}

fn disk_flex(disk: &Disk) -> FlexVolumeSource {
    flex(
        "alicloud/disk",
        Some(disk.fs_kind),
        &[("volumeId", Some(disk.id.to_string()))],
    )
}
