//! Which Kubernetes is built: the pinned Go modules of each supported minor version.

use sha2::{Digest, Sha256};

/// A minor version of Kubernetes that the local cluster can be built from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Release {
    /// Kubernetes 1.37, the newest.
    #[default]
    V1_37,
}

/// One Go module: the tools built from it, with versions fixed by its `go.mod` and `go.sum`.
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) tools: &'static [Tool],
}

/// One program: its name here and the Go package it is built from.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// Kubernetes' own programs are told their version by the linker; unnamed, they say v0.0.0.
    pub(crate) kubernetes: Option<&'static str>,
}

const KUBERNETES_1_37: &str = "1.37.2";

const fn tool(name: &'static str, package: &'static str) -> Tool {
    Tool {
        name,
        package,
        kubernetes: None,
    }
}

const fn kubernetes(name: &'static str, package: &'static str) -> Tool {
    Tool {
        name,
        package,
        kubernetes: Some(KUBERNETES_1_37),
    }
}

macro_rules! pinned {
    ($folder:literal) => {
        &[
            ("go.mod", include_str!(concat!("../modules/", $folder, "/go.mod"))),
            ("go.sum", include_str!(concat!("../modules/", $folder, "/go.sum"))),
        ]
    };
}

/// The guard is ours and uses the standard library only, so it is the same for every release.
const GUARD: Module = Module {
    name: "guard",
    version: "1",
    files: &[
        ("go.mod", include_str!("../guard/go.mod")),
        ("main.go", include_str!("../guard/main.go")),
    ],
    tools: &[tool("guard", ".")],
};

/// One module for all programs, so that what they share is compiled once: building takes minutes as it is. Go picks the
/// highest version anyone asks for; the replacements keep Kubernetes' own libraries at the version they were released with.
const MODULES_1_37: &[Module] = &[
    GUARD,
    Module {
        name: "cluster",
        version: KUBERNETES_1_37,
        files: pinned!("1.37/cluster"),
        tools: &[
            tool("etcd", "go.etcd.io/etcd/server/v3"),
            tool("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
            kubernetes("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
            kubernetes(
                "kube-controller-manager",
                "k8s.io/kubernetes/cmd/kube-controller-manager",
            ),
            kubernetes("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
            kubernetes("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
            tool("metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server"),
        ],
    },
];

impl Release {
    /// Reads a minor version as people write it, such as `1.37`.
    pub fn parse(minor: &str) -> Option<Self> {
        match minor {
            "1.37" => Some(Self::V1_37),
            _ => None,
        }
    }

    pub(crate) fn modules(self) -> &'static [Module] {
        match self {
            Self::V1_37 => MODULES_1_37,
        }
    }
}

impl Module {
    /// Names this module's folder in the cache: the same pinned content is built once, anything else anew.
    pub(crate) fn key(&self) -> String {
        let mut hash = Sha256::new();
        for (name, content) in self.files {
            hash.update(name);
            hash.update(content);
        }
        for tool in self.tools {
            hash.update(tool.name);
            hash.update(tool.package);
        }
        let digest = data_encoding::HEXLOWER.encode(&hash.finalize()[..6]);
        format!(
            "{}-{}-{}-{digest}",
            self.name,
            self.version,
            std::env::consts::ARCH
        )
    }
}
