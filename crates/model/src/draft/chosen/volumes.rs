//! Volumes: each kind has fields of its own.

use crate::draft::Volume;

pub(super) fn volume(row: &mut Volume) {
    let own = Volume {
        id: row.id,
        name: row.name.clone(),
        kind: row.kind.clone(),
        ..Volume::default()
    };
    let all = std::mem::replace(row, own);
    match row.kind.text() {
        "" | "empty_dir" => (row.medium, row.size) = (all.medium, all.size),
        "host_path" => (row.path, row.host_kind) = (all.path, all.host_kind),
        "config_map" | "secret" => {
            (row.object, row.optional) = (all.object, all.optional);
            (row.mode, row.items) = (all.mode, all.items);
        }
        "claim" => (row.object, row.read_only) = (all.object, all.read_only),
        "new_claim" | "claim_template" => {
            (row.object, row.class) = (all.object, all.class);
            (row.size, row.access) = (all.size, all.access);
        }
        "nfs" => (row.server, row.path, row.read_only) = (all.server, all.path, all.read_only),
        "nas" | "nas_flex" => {
            (row.server, row.path, row.version) = (all.server, all.path, all.version);
            (row.options, row.size) = (all.options, all.size);
        }
        "disk" | "disk_flex" => {
            (row.disk, row.fs_kind) = (all.disk, all.fs_kind);
            (row.size, row.zone) = (all.size, all.zone);
        }
        // Whatever that is, it is no kind: nothing is known of its fields.
        _ => *row = all,
    }
}
