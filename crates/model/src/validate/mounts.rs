//! Step 2: where a container mounts volumes.

use super::check::no_duplicates;
use super::known::Known;
use super::part::Part;
use crate::app::Mount;
use crate::value::{DnsLabel, InsidePath, MountPath};
use crate::{Problem, draft};

pub(super) fn read(known: &Known, container: &draft::Container, part: &mut Part) -> Vec<Mount> {
    let mut mounts = Vec::new();
    let mut paths = Vec::new();
    for row in container.mounts.iter().filter(|row| !is_blank(row)) {
        let mut part = part.inner(format!("mounts.{}", row.id));
        let Some(mount) = mount(known, row, &mut part) else {
            continue;
        };
        paths.push((part.field("path"), mount.path.clone()));
        mounts.push(mount);
    }
    no_duplicates(part.issues(), &paths);
    mounts
}

fn is_blank(row: &draft::Mount) -> bool {
    row.volume.is_blank() && row.path.is_blank() && row.sub_path.is_blank()
}

fn mount(known: &Known, row: &draft::Mount, part: &mut Part) -> Option<Mount> {
    let volume = part.needed("volume", &row.volume, DnsLabel::parse);
    if volume
        .as_ref()
        .is_some_and(|name| !known.has_volume(name.as_str()))
    {
        part.error("volume", Problem::UnknownVolume {});
    }
    let path = part.needed("path", &row.path, MountPath::parse);
    let sub_path = part.optional("sub_path", &row.sub_path, InsidePath::parse);
    let read_only = part.switch("read_only", &row.read_only);
    Some(Mount {
        row: row.id,
        volume: volume?,
        path: path?,
        sub_path,
        read_only,
    })
}
