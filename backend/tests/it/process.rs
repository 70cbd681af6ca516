//! The real server as a process of its own, which a test can kill.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use slipway_api::{OperationLine, OperationView, paths};
use slipway_backend::apply::crash::CrashPoint;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::Client;

/// How long anything may take, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server of its own process, on a folder that outlives it.
pub(crate) struct Server {
    folder: PathBuf,
    kubeconfig: PathBuf,
    /// Its data folder, as it is seen from here.
    pub(crate) data: PathBuf,
    child: Child,
    pub(crate) client: Client,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it, to park at an instant if one is given, and signs in.
    pub(crate) async fn start(
        folder: &Path,
        kubeconfig: &Path,
        listen: SocketAddr,
        park: Option<CrashPoint>,
    ) -> Self {
        std::fs::remove_file(folder.join("data/sign-in")).ok();
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        command.env_clear().stderr(Stdio::piped());
        if let Some(point) = park {
            command.env("SLIPWAYTEST_CRASH_AT", point.to_string());
        }
        let server = Self::launched(command, folder, kubeconfig, listen, |_| folder.join("data"));
        server.await
    }

    /// Starts it with its data on a disk of its own, which has room for so many megabytes and which only it sees.
    pub(crate) async fn on_a_small_disk(folder: &Path, kubeconfig: &Path, megabytes: u32) -> Self {
        let data = folder.join("data");
        std::fs::create_dir(&data).unwrap();
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c"]).arg(format!(
            "mount -t tmpfs -o mode=0700,size={megabytes}m tmpfs {0:?} && exec {1} \"$@\"",
            data.display(),
            env!("CARGO_BIN_EXE_slipway"),
        ));
        command.arg("slipway").stderr(Stdio::null());
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let seen = |pid| PathBuf::from(format!("/proc/{pid}/root")).join(data.strip_prefix("/").unwrap());
        Self::launched(command, folder, kubeconfig, anywhere, seen).await
    }

    /// Starts it by a command, and signs in. `data` says where its data folder is seen from here.
    async fn launched(
        mut command: Command,
        folder: &Path,
        kubeconfig: &Path,
        listen: SocketAddr,
        data: impl FnOnce(u32) -> PathBuf,
    ) -> Self {
        let config = folder.join("slipway.toml");
        let cluster = format!(
            "[[clusters]]\nslug = \"test\"\nkubeconfig = {:?}\n",
            kubeconfig.display().to_string()
        );
        std::fs::write(&config, cluster).unwrap();
        command.args(["serve", "--listen", &listen.to_string(), "--log-level", "warn"]);
        command.arg("--data-dir").arg(folder.join("data"));
        command.arg("--config").arg(config);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let child = command.spawn().unwrap();
        let data = data(child.id().unwrap());
        let link = data.join("sign-in");
        let written = until("the sign-in link", async || std::fs::read_to_string(&link).ok()).await;
        let (base, token) = written.trim().split_once("/sign-in#").unwrap();
        let address: SocketAddr = base.strip_prefix("http://").unwrap().parse().unwrap();
        until("the server listens", async || {
            tokio::net::TcpStream::connect(address).await.ok()
        })
        .await;
        let client = Client::new(address).signed_in(token).await;
        Self {
            folder: folder.to_owned(),
            kubeconfig: kubeconfig.to_owned(),
            data,
            child,
            client,
            address,
        }
    }

    /// Waits until it is parked, then kills it.
    pub(crate) async fn killed_at(mut self, point: CrashPoint) -> (PathBuf, PathBuf, SocketAddr) {
        let mut lines = BufReader::new(self.child.stderr.take().unwrap()).lines();
        let parked = async {
            let wanted = format!("parked at {point}");
            let mut said = Vec::new();
            while let Some(line) = lines.next_line().await.unwrap() {
                if line == wanted {
                    return;
                }
                said.push(line);
            }
            panic!("it ended before {point}: {said:#?}");
        };
        tokio::time::timeout(PATIENCE, parked)
            .await
            .unwrap_or_else(|_| panic!("never came to {point}"));
        self.child.kill().await.unwrap();
        (self.folder, self.kubeconfig, self.address)
    }

    /// Kills it, whatever it is doing.
    pub(crate) async fn killed(mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) async fn only_operation(&self) -> OperationView {
        let lines: Vec<OperationLine> = self.client.get(paths::OPERATIONS).await.json(200);
        assert_eq!(lines.len(), 1, "{lines:#?}");
        self.last_operation().await
    }

    /// The end of the newest operation.
    pub(crate) async fn last_operation(&self) -> OperationView {
        let lines: Vec<OperationLine> = self.client.get(paths::OPERATIONS).await.json(200);
        self.operation(&lines[0].id).await
    }

    /// The end of an operation.
    pub(crate) async fn operation(&self, id: &str) -> OperationView {
        until("the operation ends", async || {
            let view: OperationView = self.client.get(&paths::operation(id)).await.json(200);
            view.state.is_final().then_some(view)
        })
        .await
    }
}

/// Asks until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
