//! The real binary on a real control plane.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use local_cluster::Cluster;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::processes::{Processes, free_port};
use crate::wait::{LONG, until};

/// The name under which the guard knows the server.
const NAME: &str = "slipway";

/// The cluster's name in URLs; the kubeconfigs of the local Kubernetes have one context of this name.
const SLUG: &str = "local";

/// What differs from the plain server of single-user mode.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Who may use it. Empty: whoever has the sign-in link.
    pub members: Vec<Member>,
    /// How it reaches the cluster. Absent: as an administrator, straight.
    pub kubeconfig: Option<PathBuf>,
    /// Where the runner of operations stops until the server is killed, e.g. `sent:1`; only at the first start.
    pub park_at: Option<&'static str>,
}

/// Somebody who may use the server.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user name in the cluster.
    pub name: String,
    /// The team, by its id, which is also its name.
    pub team: String,
}

impl Member {
    /// The token that signs the member in.
    pub fn token(&self) -> String {
        format!("a-token-only-for-journeys-of-{}", self.name)
    }
}

/// A running `slipway serve`.
#[derive(Clone, Debug)]
pub struct Server {
    processes: Processes,
    port: u16,
}

impl Server {
    /// Starts one with an empty database and waits until it is ready.
    pub(crate) async fn start(
        processes: &Processes,
        cluster: &Cluster,
        settings: &Settings,
    ) -> anyhow::Result<Self> {
        let server = Self {
            processes: processes.clone(),
            port: free_port()?,
        };
        let kubeconfig = settings
            .kubeconfig
            .clone()
            .unwrap_or_else(|| cluster.kubeconfig());
        server.configure(&kubeconfig, settings)?;
        let park = settings
            .park_at
            .map(|point| format!("SLIPWAYTEST_CRASH_AT={point}"));
        server.launch(park.as_slice()).await?;
        Ok(server)
    }

    /// Where browsers find it.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The cluster's name in URLs.
    pub fn cluster(&self) -> &'static str {
        SLUG
    }

    /// Starts it on the same database and address, after it has ended.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.launch(&[]).await
    }

    async fn launch(&self, environment: &[String]) -> anyhow::Result<()> {
        let config = self.processes.folder().join("slipway.toml");
        let args = vec![
            "serve".to_owned(),
            "--config".to_owned(),
            config.display().to_string(),
        ];
        self.processes
            .run_with(NAME, &binary()?, args, environment)
            .await?;
        until("the server is ready", LONG, async || {
            if !self.processes.runs(NAME).await? {
                bail!("the server has ended:\n{}", self.log());
            }
            Ok((self.status_of("/readyz").await? == 200).then_some(()))
        })
        .await
        .with_context(|| format!("the server does not start:\n{}", self.log()))
    }

    /// Ends it as `kill -9` does.
    pub async fn kill(&self) -> anyhow::Result<()> {
        self.processes.kill(NAME).await
    }

    /// Ends it as a service manager does.
    pub async fn stop(&self) -> anyhow::Result<()> {
        self.processes.stop(NAME).await
    }

    /// The link that signs a browser in.
    pub fn sign_in_link(&self) -> anyhow::Result<String> {
        let link =
            std::fs::read_to_string(self.data().join("sign-in")).context("there is no sign-in link")?;
        Ok(link.trim().to_owned())
    }

    /// Everything it has written.
    pub fn log(&self) -> String {
        self.processes.log(NAME)
    }

    fn data(&self) -> PathBuf {
        self.processes.folder().join("data")
    }

    fn configure(&self, kubeconfig: &Path, settings: &Settings) -> anyhow::Result<()> {
        let folder = self.processes.folder();
        // A TOML string between single quotes is taken as it is.
        let mut config = format!(
            "listen = '127.0.0.1:{}'\ndata_dir = '{}'\nkubeconfig = '{}'\n",
            self.port,
            self.data().display(),
            kubeconfig.display(),
        );
        let teams: std::collections::BTreeSet<_> =
            settings.members.iter().map(|member| &member.team).collect();
        for team in teams {
            write!(config, "\n[[teams]]\nid = '{team}'\n")?;
        }
        for member in &settings.members {
            let file = folder.join(format!("{}.token", member.name));
            std::fs::write(&file, member.token())?;
            let Member { name, team } = member;
            write!(
                config,
                "\n[[members]]\nname = '{name}'\nteams = ['{team}']\ntoken_file = '{}'\n",
                file.display()
            )?;
        }
        std::fs::write(folder.join("slipway.toml"), config)?;
        Ok(())
    }

    /// The status of a plain GET. A whole client would only be another program to trust.
    async fn status_of(&self, path: &str) -> anyhow::Result<u16> {
        let ask = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.port
            );
            stream.write_all(request.as_bytes()).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            let status = answer.split(' ').nth(1).context("not an answer")?;
            Ok(status.parse()?)
        };
        tokio::time::timeout(Duration::from_secs(5), ask).await?
    }
}

/// The server's binary: beside the tests, where `cargo build` puts it.
fn binary() -> anyhow::Result<PathBuf> {
    let tests = std::env::current_exe()?;
    let folder = tests
        .parent()
        .and_then(Path::parent)
        .context("the tests stand in no target folder")?;
    let binary = folder.join("slipway");
    if !binary.is_file() {
        bail!(
            "there is no {}; build browser app and server with: cargo xtask build --dev",
            binary.display()
        );
    }
    Ok(binary)
}
