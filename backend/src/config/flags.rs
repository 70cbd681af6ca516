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
        let file = self.config.as_ref().map(Toml::file_exact).map_or_else(Figment::new, Figment::from);
        file.merge(Env::prefixed("SLIPWAY_").ignore(&["config"])).merge(Serialized::defaults(self))
    }
}
