//! Everything that can be configured, in one struct.
//!
//! Each key may come from a flag (`--data-dir`), an environment variable (`SLIPWAY_DATA_DIR`) or a TOML file
//! (`data_dir = …`, named by `--config` or `SLIPWAY_CONFIG`), the first of these that has it. A key that does not exist
//! is refused, with the nearest one that does. Secrets are never values here, only names of files.

mod address;
mod error;
mod flags;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

pub use address::{IpBlock, PublicUrl};
pub use error::ConfigError;
pub use flags::Flags;

use crate::clusters::ClusterSettings;

/// What can be configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen. Only this machine can reach the default, `127.0.0.1:8780`.
    pub listen: SocketAddr,
    /// Where to answer `/metrics`, and nothing else, instead of at `listen`.
    pub metrics_listen: Option<SocketAddr>,
    /// The addresses under which browsers reach this server, e.g. `https://slipway.example.com`. Needed when listening for
    /// others than this machine; requests for any other host are refused.
    #[serde(deserialize_with = "address::one_or_many")]
    pub public_urls: Vec<PublicUrl>,
    /// Addresses, or blocks of them, of proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "address::one_or_many")]
    pub trusted_proxies: Vec<IpBlock>,
    /// Where the database and the sign-in link are kept. One process at a time.
    pub data_dir: PathBuf,
    /// The file with the key that encrypts stored registry credentials.
    pub secret_key_file: Option<PathBuf>,
    /// The kubeconfig. By default `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod.
    pub kubeconfig: Option<PathBuf>,
    /// The clusters to work with. Empty: every context of the kubeconfig.
    pub clusters: Vec<ClusterSettings>,
    /// Who may use this server. Empty: whoever can read the data folder, with the rights of the kubeconfig.
    pub members: Vec<MemberConfig>,
    /// The teams members belong to.
    pub teams: Vec<TeamConfig>,
    /// How log lines are written: `text` or `json`.
    pub log_format: LogFormat,
    /// What is logged: `info`, or finer, e.g. `info,slipway_backend=debug`.
    pub log_level: String,
}

/// A person who may use this server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberConfig {
    /// The user name, as the cluster's role bindings have it.
    pub name: String,
    /// The groups, as the cluster's role bindings have them.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The ids of their teams; the first is the one they act for.
    pub teams: Vec<String>,
    /// The file with their token, at least 20 characters.
    pub token_file: PathBuf,
}

/// A team.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamConfig {
    /// Its id.
    pub id: String,
    /// Its name for people; the id when absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines, one object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8780)),
            metrics_listen: None,
            public_urls: Vec::new(),
            trusted_proxies: Vec::new(),
            data_dir: default_data_dir(),
            secret_key_file: None,
            kubeconfig: None,
            clusters: Vec::new(),
            members: Vec::new(),
            teams: Vec::new(),
            log_format: LogFormat::default(),
            log_level: "info".to_owned(),
        }
    }
}

impl Config {
    /// Reads flags, environment and file, and refuses what cannot work.
    pub fn read(flags: &Flags) -> Result<Self, ConfigError> {
        let config: Self = flags
            .figment()
            .extract()
            .map_err(|error| ConfigError::from_figment(&error))?;
        config.demand_sense()?;
        Ok(config)
    }

    /// Whether browsers reach this server over TLS.
    pub fn over_tls(&self) -> bool {
        self.public_urls.iter().any(PublicUrl::is_https)
    }

    /// Whether a proxy, if there is one, would make all clients look like one: others can reach this server, and nobody is
    /// believed about the addresses of clients.
    pub fn takes_clients_for_one(&self) -> bool {
        !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty()
    }

    fn demand_sense(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && self.public_urls.is_empty() {
            return Err(ConfigError::NoPublicUrl(self.listen));
        }
        if self.over_tls() && !self.public_urls.iter().all(PublicUrl::is_https) {
            return Err(ConfigError::MixedPublicUrls);
        }
        tracing_subscriber::EnvFilter::try_new(&self.log_level)
            .map_err(|_| ConfigError::LogLevel(self.log_level.clone()))?;
        Ok(())
    }
}

fn default_data_dir() -> PathBuf {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/share")))
        .map_or_else(|| PathBuf::from("slipway-data"), |base| base.join("slipway"))
}

#[cfg(test)]
mod tests;
