//! Flags, and how they meet the other sources.

use std::net::SocketAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;

/// The flags of `slipway serve`; the rest of the configuration has no flags.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
pub struct Flags {
    /// A TOML file with any of the keys
    #[arg(long, env = "SLIPWAY_CONFIG", value_name = "FILE", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8780]
    #[arg(long, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Where to answer /metrics instead of there
    #[arg(long, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,
    /// The address browsers use; may be given several times
    #[arg(long = "public-url", value_name = "URL")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub public_urls: Vec<String>,
    /// Where the database and the sign-in link are kept
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The kubeconfig [default: $KUBECONFIG, then ~/.kube/config, then the pod's service account]
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubeconfig: Option<PathBuf>,
    /// How log lines are written: text or json
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<String>,
    /// What is logged, e.g. `info` or `info,slipway_backend=debug`
    #[arg(long, value_name = "LEVELS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
}

impl Flags {
    /// All sources, the strongest last.
    pub(super) fn figment(&self) -> Figment {
        let file = self
            .config
            .as_ref()
            .map(Toml::file_exact)
            .map_or_else(Figment::new, Figment::from);
        let environment =
            Env::prefixed("SLIPWAY_").filter(|key| key != "config" && !is_service_link(key.as_str()));
        file.merge(environment).merge(Serialized::defaults(self))
    }
}

/// Whether Kubernetes itself put this variable into the pod, as it does for each Service beside it: one that is named
/// `slipway` gives `SLIPWAY_PORT`, `SLIPWAY_SERVICE_HOST` and more, which say nothing about us.
fn is_service_link(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "port" || key.starts_with("port_") || key.starts_with("service_")
}

#[cfg(test)]
mod tests {
    use super::is_service_link;

    #[test]
    fn what_kubernetes_puts_into_a_pod_beside_a_service_named_slipway_is_not_ours() {
        for name in [
            "PORT",
            "PORT_8780_TCP",
            "PORT_8780_TCP_ADDR",
            "SERVICE_HOST",
            "SERVICE_PORT_HTTP",
        ] {
            assert!(is_service_link(name), "{name}");
        }
        for name in ["LISTEN", "DATA_DIR", "PUBLIC_URLS"] {
            assert!(!is_service_link(name), "{name}");
        }
    }
}
