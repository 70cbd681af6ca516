//! The server under measurement, as a process of its own, and a signed-in client.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use local_cluster::Cluster;
use reqwest::{Client, RequestBuilder};
use slipway_api::{ClusterView, SignIn, paths};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How long to wait for something before giving up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
pub(crate) struct Server {
    process: Child,
    client: Client,
    url: String,
    /// The slug of the cluster.
    pub(crate) cluster: String,
    data: TempDir,
}

impl Server {
    /// Starts the server on a new database and signs in.
    pub(crate) async fn start(slipway: &Path, cluster: &Cluster) -> anyhow::Result<Self> {
        let mut server = Self::launch(slipway, cluster)?;
        server.ready().await?;
        let link = std::fs::read_to_string(server.data.path().join("sign-in"))
            .context("reading the sign-in link")?;
        let token = link
            .trim()
            .split('#')
            .nth(1)
            .context("a link with a token")?
            .to_owned();
        server
            .post(paths::SESSION)
            .json(&SignIn { token })
            .send()
            .await?
            .error_for_status()?;
        let clusters: Vec<ClusterView> = server
            .get(paths::CLUSTERS)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        server.cluster = clusters.into_iter().next().context("one cluster")?.slug;
        Ok(server)
    }

    /// Starts the process and does not wait.
    pub(crate) fn launch(slipway: &Path, cluster: &Cluster) -> anyhow::Result<Self> {
        Self::launch_with(slipway, cluster, &[])
    }

    /// The same with more arguments.
    pub(crate) fn launch_with(slipway: &Path, cluster: &Cluster, more: &[&str]) -> anyhow::Result<Self> {
        let data = TempDir::new()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new(slipway)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"])
            .arg(data.path())
            .arg("--kubeconfig")
            .arg(cluster.kubeconfig())
            .args(["--log-level", "warn"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", slipway.display()))?;
        let client = Client::builder().cookie_store(true).timeout(PATIENCE).build()?;
        Ok(Self {
            process,
            client,
            url: format!("http://127.0.0.1:{port}"),
            cluster: String::new(),
            data,
        })
    }

    /// Waits until the server says it is ready.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self
                .get("/readyz")
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        anyhow::bail!("the server was not ready within {PATIENCE:?}")
    }

    /// Where it listens: an address and a port.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// A request that reads.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A request that changes something.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.url))
            .header("X-Slipway", "1")
    }

    /// A request that saves something.
    pub(crate) fn put(&self, path: &str) -> RequestBuilder {
        self.client
            .put(format!("{}{path}", self.url))
            .header("X-Slipway", "1")
    }

    /// A request that throws something away.
    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.client
            .delete(format!("{}{path}", self.url))
            .header("X-Slipway", "1")
    }

    /// Memory in use, in MiB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        let pid = self.process.id().context("a running process")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }

    /// Ends the process.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.process.kill().await?;
        Ok(())
    }
}
