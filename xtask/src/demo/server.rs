//! `slipway serve` as a process.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use local_cluster::Cluster;
use local_cluster::guard::{Guard, Process};
use tokio::process::{Child, Command};

const NAME: &str = "slipway";
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// A running server.
pub(super) struct Server {
    address: SocketAddr,
    data: PathBuf,
    owner: Owner,
}

/// Who ends it when this process ends.
enum Owner {
    /// The cluster's guard, also when this process is killed.
    Guard(Guard),
    /// This process.
    Parent(Mutex<Child>),
}

impl Server {
    /// Starts it on a cluster of ours; it ends with the cluster.
    pub(super) async fn guarded(cluster: &Cluster, data: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        fs::create_dir_all(data)?;
        let mut args = arguments(data, address);
        args.extend([
            "--kubeconfig".to_owned(),
            cluster.kubeconfig().to_string_lossy().into_owned(),
        ]);
        let variables = ["PATH", "HOME", "RUST_LOG", "RUST_BACKTRACE"];
        let env = variables
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", std::env::var(name).ok()?)));
        let process = Process {
            name: NAME.to_owned(),
            program: program()?,
            args,
            env: env.collect(),
            log: log(data),
        };
        cluster.guard().run(process).await?;
        Ok(Self {
            address,
            data: data.to_owned(),
            owner: Owner::Guard(cluster.guard().clone()),
        })
    }

    /// Starts it on somebody's cluster.
    pub(super) fn alone(kubeconfig: PathBuf, data: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        fs::create_dir_all(data)?;
        let output = fs::File::create(log(data))?;
        let mut command = Command::new(program()?);
        command
            .args(arguments(data, address))
            .env("KUBECONFIG", kubeconfig);
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true);
        let child = command.spawn().context("cannot start slipway")?;
        Ok(Self {
            address,
            data: data.to_owned(),
            owner: Owner::Parent(Mutex::new(child)),
        })
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until it is ready.
    pub(super) async fn ready(&self) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        let client = super::client::plain()?;
        while Instant::now() < end {
            let answer = client.get(format!("{}/readyz", self.url())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            self.running().await?;
            tokio::time::sleep(PAUSE).await;
        }
        bail!(
            "slipway was not ready within {} s\n{}",
            PATIENCE.as_secs(),
            self.last_words()
        )
    }

    /// The link that signs a browser in; a new one after each use.
    pub(super) fn sign_in_link(&self) -> anyhow::Result<String> {
        let link = fs::read_to_string(self.data.join("sign-in")).context("there is no sign-in link")?;
        Ok(link.trim().to_owned())
    }

    /// The command that prints the link of the moment.
    pub(super) fn sign_in_command(&self) -> anyhow::Result<String> {
        Ok(format!(
            "{} sign-in --data-dir {}",
            program()?.display(),
            self.data.display()
        ))
    }

    /// Waits until it has ended, which is always an error here.
    pub(super) async fn ended(&self) -> anyhow::Result<()> {
        loop {
            self.running().await?;
            tokio::time::sleep(PAUSE * 5).await;
        }
    }

    /// Ends it. After a Ctrl-C in a terminal it is ending already.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        match &mut self.owner {
            Owner::Guard(guard) => guard.stop(NAME).await,
            Owner::Parent(child) => {
                let child = child.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
                if tokio::time::timeout(Duration::from_secs(10), child.wait())
                    .await
                    .is_err()
                {
                    child.kill().await?;
                }
                Ok(())
            }
        }
    }

    async fn running(&self) -> anyhow::Result<()> {
        let running = match &self.owner {
            Owner::Guard(guard) => guard.running().await?.contains_key(NAME),
            Owner::Parent(child) => child
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .try_wait()?
                .is_none(),
        };
        if !running {
            bail!("slipway has ended\n{}", self.last_words());
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(log(&self.data)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

fn arguments(data: &Path, address: SocketAddr) -> Vec<String> {
    let data = data.to_string_lossy().into_owned();
    vec![
        "serve".to_owned(),
        "--listen".to_owned(),
        address.to_string(),
        "--data-dir".to_owned(),
        data,
    ]
}

fn log(data: &Path) -> PathBuf {
    data.join("slipway.log")
}

/// The binary that was built beside this one.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(NAME))
}
