//! Step 2: volumes of the pods, and where containers mount them.

use super::form::form;

form! {
    /// A volume of the pods.
    row Volume {
        leaves: [
            /// Its name, by which containers mount it.
            name,
            /// What it is: `empty_dir`, `host_path`, `config_map`, `secret`, `claim`, `new_claim`, `claim_template`, `nfs`,
            /// `nas`, `nas_flex`, `disk` or `disk_flex`.
            kind,
            /// The name of the ConfigMap, Secret or claim.
            object,
            /// Whether the pods start without that object: `true` or `false`.
            optional,
            /// The permissions of the files, in octal.
            mode,
            /// The path on the node or on the file server.
            path,
            /// What must be at the path on the node, e.g. `DirectoryOrCreate`.
            host_kind,
            /// `Memory`, or empty for the node's disk.
            medium,
            /// Its size.
            size,
            /// The storage class; the cluster's default when left empty.
            class,
            /// Who may mount a claim, e.g. `ReadWriteOnce`.
            access,
            /// The host name of the file server.
            server,
            /// The version of NFS: `3` or `4.0`.
            version,
            /// Mount options, separated by commas.
            options,
            /// The id of a cloud disk.
            disk,
            /// The file system of a cloud disk; `ext4` when left empty.
            fs_kind,
            /// The zone a cloud disk is in.
            zone,
            /// Whether nobody may write to it: `true` or `false`.
            read_only,
        ]
        parts: []
        rows: [
            /// The keys of a ConfigMap or Secret that become files; all of them when there is no row.
            items: Item,
        ]
    }
}

form! {
    /// A key that becomes a file.
    row Item {
        leaves: [
            /// The key.
            key,
            /// The path of the file in the volume.
            path,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// Where a container mounts a volume.
    row Mount {
        leaves: [
            /// The name of the volume.
            volume,
            /// The path in the container.
            path,
            /// The part of the volume that is mounted; all of it when left empty.
            sub_path,
            /// Whether the container may only read: `true` or `false`.
            read_only,
        ]
        parts: []
        rows: []
    }
}
