//! Step 2: the volumes.

use super::check::no_duplicates;
use super::known::Known;
use super::part::Part;
use crate::app::{
    AccessMode, Disk, Files, HostKind, Nas, NewClaim, NfsVersion, Volume, VolumeSource, WorkloadKind,
};
use crate::value::{
    CloudId, DataKey, DnsLabel, FileMode, FilePath, InsidePath, LabelValue, Memory, ServerName, Subdomain,
};
use crate::{Draft, Issues, Problem, draft};

use super::basics;

pub(super) fn validate(known: &Known, issues: &mut Issues) -> Option<Vec<Volume>> {
    let draft = known.draft();
    let mut volumes = Vec::new();
    let mut names = Vec::new();
    for row in draft.volumes.iter().filter(|row| !is_blank(row)) {
        let mut part = Part::new(format!("volumes.{}", row.id), issues);
        let volume = volume(known, row, &mut part);
        names.extend(
            volume
                .as_ref()
                .map(|volume| (part.field("name"), volume.name.clone())),
        );
        volumes.push(volume);
    }
    no_duplicates(issues, &names);
    no_duplicates(issues, &claims(draft, volumes.iter().flatten()));
    volumes.into_iter().collect()
}

/// The claims that are made with the app, each at the field its name comes from.
fn claims<'v>(draft: &Draft, volumes: impl Iterator<Item = &'v Volume>) -> Vec<(String, String)> {
    let app = draft.basics.name.text();
    let claim = |volume: &Volume| {
        let made = || ("name", format!("{app}-{}", volume.name));
        let (leaf, name) = match &volume.source {
            VolumeSource::NewClaim(NewClaim { name: Some(name), .. }) => ("object", name.to_string()),
            VolumeSource::NewClaim(_) | VolumeSource::Nas(_) | VolumeSource::Disk(_) => made(),
            _ => return None,
        };
        Some((format!("volumes.{}.{leaf}", volume.row), name))
    };
    volumes.filter_map(claim).collect()
}

fn is_blank(row: &draft::Volume) -> bool {
    let nothing = draft::Volume {
        id: row.id,
        kind: row.kind.clone(),
        ..draft::Volume::default()
    };
    *row == nothing
}

#[derive(Clone, Copy)]
enum Kind {
    EmptyDir,
    HostPath,
    ConfigMap,
    Secret,
    Claim,
    NewClaim,
    ClaimTemplate,
    Nfs,
    Nas,
    NasFlex,
    Disk,
    DiskFlex,
}

const KINDS: [(&str, Kind); 12] = [
    ("empty_dir", Kind::EmptyDir),
    ("host_path", Kind::HostPath),
    ("config_map", Kind::ConfigMap),
    ("secret", Kind::Secret),
    ("claim", Kind::Claim),
    ("new_claim", Kind::NewClaim),
    ("claim_template", Kind::ClaimTemplate),
    ("nfs", Kind::Nfs),
    ("nas", Kind::Nas),
    ("nas_flex", Kind::NasFlex),
    ("disk", Kind::Disk),
    ("disk_flex", Kind::DiskFlex),
];

fn volume(known: &Known, row: &draft::Volume, part: &mut Part) -> Option<Volume> {
    let draft = known.draft();
    let name = part.needed("name", &row.name, DnsLabel::parse);
    let kind = part.choice("kind", &row.kind, &KINDS);
    let source = kind.and_then(|kind| source(draft, kind, row, part));
    if let Some(source) = &source {
        if !row.name.is_blank() && !known.is_mounted(row.name.text()) {
            part.warn("name", Problem::VolumeNotMounted {});
        }
        if draft.pod.security.restricted.is_on() && source.is_unrestricted() {
            part.error("kind", Problem::RestrictedForbids {});
        }
    }
    Some(Volume {
        row: row.id,
        name: name?,
        source: source?,
    })
}

fn source(draft: &Draft, kind: Kind, row: &draft::Volume, part: &mut Part) -> Option<VolumeSource> {
    match kind {
        Kind::EmptyDir => Some(empty_dir(row, part)),
        Kind::HostPath => host_path(row, part),
        Kind::ConfigMap => files(row, part).map(VolumeSource::ConfigMap),
        Kind::Secret => files(row, part).map(VolumeSource::Secret),
        Kind::Claim => {
            let name = part.needed("object", &row.object, Subdomain::parse);
            let read_only = part.switch("read_only", &row.read_only);
            Some(VolumeSource::Claim {
                name: name?,
                read_only,
            })
        }
        Kind::NewClaim => new_claim(row, part).map(VolumeSource::NewClaim),
        Kind::ClaimTemplate => {
            let kind = basics::kind(&draft.basics).filter(|kind| *kind != WorkloadKind::StatefulSet);
            if let Some(kind) = kind {
                let kind = kind.as_str().to_owned();
                part.error("kind", Problem::NotForType { kind });
            }
            new_claim(row, part).map(VolumeSource::ClaimTemplate)
        }
        Kind::Nfs => {
            let server = part.needed("server", &row.server, ServerName::parse);
            let path = part.needed("path", &row.path, FilePath::parse);
            let read_only = part.switch("read_only", &row.read_only);
            Some(VolumeSource::Nfs {
                server: server?,
                path: path?,
                read_only,
            })
        }
        Kind::Nas => nas(row, part).map(VolumeSource::Nas),
        Kind::NasFlex => nas(row, part).map(VolumeSource::NasFlex),
        Kind::Disk => disk(row, part).map(VolumeSource::Disk),
        Kind::DiskFlex => disk(row, part).map(VolumeSource::DiskFlex),
    }
}

fn empty_dir(row: &draft::Volume, part: &mut Part) -> VolumeSource {
    let in_memory = part.chosen("medium", &row.medium, &[("Memory", ())]).is_some();
    let size = part.optional("size", &row.size, Memory::parse);
    VolumeSource::EmptyDir { in_memory, size }
}

fn host_path(row: &draft::Volume, part: &mut Part) -> Option<VolumeSource> {
    let path = part.needed("path", &row.path, FilePath::parse);
    let kind = part.chosen("host_kind", &row.host_kind, HostKind::CHOICES);
    Some(VolumeSource::HostPath { path: path?, kind })
}

fn files(row: &draft::Volume, part: &mut Part) -> Option<Files> {
    let object = part.needed("object", &row.object, Subdomain::parse);
    let mode = part.optional("mode", &row.mode, FileMode::parse);
    let optional = part.switch("optional", &row.optional);
    let mut items = Vec::new();
    for item in row
        .items
        .iter()
        .filter(|item| !(item.key.is_blank() && item.path.is_blank()))
    {
        let mut part = part.inner(format!("items.{}", item.id));
        let key = part.needed("key", &item.key, DataKey::parse);
        // A file is named after its key unless told otherwise.
        let path = if item.path.is_blank() {
            &item.key
        } else {
            &item.path
        };
        let path = part.needed("path", path, InsidePath::of_file);
        items.extend(key.zip(path));
    }
    Some(Files {
        object: object?,
        items,
        mode,
        optional,
    })
}

/// The least GiB the cloud sells, by its own storage classes.
const LEAST_GIB: [(&str, u32); 4] = [
    ("alicloud-disk-topology-alltype", 20),
    ("alicloud-disk-essd", 20),
    ("alicloud-disk-ssd", 20),
    ("alicloud-disk-efficiency", 20),
];

fn new_claim(row: &draft::Volume, part: &mut Part) -> Option<NewClaim> {
    let name = part.optional("object", &row.object, Subdomain::parse);
    let class = part.optional("class", &row.class, Subdomain::parse);
    let size = part.needed("size", &row.size, Memory::parse);
    let access = part.choice("access", &row.access, AccessMode::CHOICES);
    let least = LEAST_GIB
        .iter()
        .find(|(name, _)| class.as_ref().is_some_and(|class| class.as_str() == *name));
    if let Some((_, gib)) = least.filter(|(_, gib)| size.as_ref().is_some_and(|size| size.is_below_gib(*gib)))
    {
        part.error(
            "size",
            Problem::SizeTooSmall {
                min: format!("{gib}Gi"),
            },
        );
    }
    Some(NewClaim {
        name,
        class,
        size: size?,
        access: access?,
    })
}

/// The root of a file server, for those who name no folder on it.
const ROOT: &str = "/";

fn nas(row: &draft::Volume, part: &mut Part) -> Option<Nas> {
    let server = part.needed("server", &row.server, ServerName::parse);
    let path = if row.path.is_blank() {
        FilePath::parse(ROOT).ok()
    } else {
        part.needed("path", &row.path, FilePath::parse)
    };
    let version = part.choice("version", &row.version, NfsVersion::CHOICES);
    let extreme = server.as_ref().is_some_and(ServerName::is_extreme);
    if extreme && version == Some(NfsVersion::V4) {
        part.error(
            "version",
            Problem::UnknownChoice {
                choices: vec![NfsVersion::V3.as_str().to_owned()],
            },
        );
    }
    let options = part.text("options", &row.options);
    let size = part.optional("size", &row.size, Memory::parse);
    Some(Nas {
        server: server?,
        path: path?,
        version: version?,
        options,
        size,
    })
}

/// The file systems of a cloud disk.
const FILE_SYSTEMS: [(&str, &str); 4] = [
    ("ext4", "ext4"),
    ("ext3", "ext3"),
    ("xfs", "xfs"),
    ("ntfs", "ntfs"),
];

fn disk(row: &draft::Volume, part: &mut Part) -> Option<Disk> {
    let id = part.needed("disk", &row.disk, |text| CloudId::parse(text, "d-"));
    let fs_kind = part.choice("fs_kind", &row.fs_kind, &FILE_SYSTEMS);
    let size = part.optional("size", &row.size, Memory::parse);
    let zone = part.optional("zone", &row.zone, LabelValue::parse);
    Some(Disk {
        id: id?,
        fs_kind: fs_kind?,
        size,
        zone,
    })
}
