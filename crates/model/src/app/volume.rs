//! Volumes.

use serde::Serialize;

use super::words;
use crate::value::{
    CloudId, DataKey, DnsLabel, FileMode, FilePath, InsidePath, LabelValue, Memory, MountPath, ServerName,
    Subdomain,
};

/// A volume of the pods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Volume {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: DnsLabel,
    /// What it is.
    pub source: VolumeSource,
}

/// What a volume is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum VolumeSource {
    /// Empty at first, gone with the pod.
    EmptyDir {
        /// Whether it is kept in memory.
        in_memory: bool,
        /// Its most.
        size: Option<Memory>,
    },
    /// A path on the node.
    HostPath {
        /// The path.
        path: FilePath,
        /// What must be there.
        kind: Option<HostKind>,
    },
    /// The keys of a ConfigMap as files.
    ConfigMap(Files),
    /// The keys of a Secret as files.
    Secret(Files),
    /// A claim that is there.
    Claim {
        /// Its name.
        name: Subdomain,
        /// Whether nobody may write.
        read_only: bool,
    },
    /// A claim that is made with the app.
    NewClaim(NewClaim),
    /// A claim for each pod of a `StatefulSet`.
    ClaimTemplate(NewClaim),
    /// A file server, without anything else in between.
    Nfs {
        /// The server.
        server: ServerName,
        /// The path there.
        path: FilePath,
        /// Whether nobody may write.
        read_only: bool,
    },
    /// The cloud's file server, by a volume and a claim made with the app.
    Nas(Nas),
    /// The same in the way of clusters before 1.20.
    NasFlex(Nas),
    /// A cloud disk, by a volume and a claim made with the app.
    Disk(Disk),
    /// The same in the way of clusters before 1.20.
    DiskFlex(Disk),
}

impl VolumeSource {
    /// Whether only one node at a time can mount it.
    pub fn is_for_one_node(&self) -> bool {
        match self {
            Self::Disk(_) | Self::DiskFlex(_) => true,
            Self::NewClaim(claim) => matches!(claim.access, AccessMode::OneNode | AccessMode::OnePod),
            _ => false,
        }
    }

    /// Whether the Pod Security standard `restricted` allows it.
    pub fn is_unrestricted(&self) -> bool {
        matches!(
            self,
            Self::HostPath { .. } | Self::Nfs { .. } | Self::NasFlex(_) | Self::DiskFlex(_)
        )
    }
}

/// Keys as files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Files {
    /// The object that has the keys.
    pub object: Subdomain,
    /// Which key becomes which file; all of them when there is none.
    pub items: Vec<(DataKey, InsidePath)>,
    /// The permissions of the files.
    pub mode: Option<FileMode>,
    /// Whether the pods start without the object.
    pub optional: bool,
}

/// What must be at a path on the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum HostKind {
    /// A folder, made if absent.
    DirectoryOrCreate,
    /// A folder.
    Directory,
    /// A file, made if absent.
    FileOrCreate,
    /// A file.
    File,
    /// A socket.
    Socket,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
}

words! { HostKind {
    DirectoryOrCreate => "DirectoryOrCreate",
    Directory => "Directory",
    FileOrCreate => "FileOrCreate",
    File => "File",
    Socket => "Socket",
    CharDevice => "CharDevice",
    BlockDevice => "BlockDevice",
} }

/// A claim that is made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewClaim {
    /// Its name; made from the app's and the volume's when absent.
    pub name: Option<Subdomain>,
    /// The storage class; the cluster's default when absent.
    pub class: Option<Subdomain>,
    /// Its size.
    pub size: Memory,
    /// Who may mount it.
    pub access: AccessMode,
}

/// Who may mount a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AccessMode {
    /// One node.
    OneNode,
    /// Any node.
    Many,
    /// Any node, to read.
    ManyToRead,
    /// One pod.
    OnePod,
}

words! { AccessMode {
    OneNode => "ReadWriteOnce",
    Many => "ReadWriteMany",
    ManyToRead => "ReadOnlyMany",
    OnePod => "ReadWriteOncePod",
} }

/// The cloud's file server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nas {
    /// The server.
    pub server: ServerName,
    /// The path there.
    pub path: FilePath,
    /// The version of NFS.
    pub version: NfsVersion,
    /// Mount options.
    pub options: Option<String>,
    /// The size that is written down; the server does not hold anybody to it.
    pub size: Option<Memory>,
}

/// A version of NFS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NfsVersion {
    /// Version 3.
    V3,
    /// Version 4.
    V4,
}

words! { NfsVersion { V3 => "3", V4 => "4.0" } }

/// A cloud disk that is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disk {
    /// Its id.
    pub id: CloudId,
    /// Its file system.
    pub fs_kind: &'static str,
    /// Its size.
    pub size: Option<Memory>,
    /// The zone it is in.
    pub zone: Option<LabelValue>,
}

/// Where a container mounts a volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mount {
    /// The draft row it comes from.
    pub row: u32,
    /// The volume.
    pub volume: DnsLabel,
    /// The path in the container.
    pub path: MountPath,
    /// The part of the volume.
    pub sub_path: Option<InsidePath>,
    /// Whether the container may only read.
    pub read_only: bool,
}
