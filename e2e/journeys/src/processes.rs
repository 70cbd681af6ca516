//! The processes of one journey: started by a guard, which ends them when the journey ends, however it ends.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use local_cluster::guard::{Guard, Process, Signal};

/// A folder and the processes that work in it.
#[derive(Clone, Debug)]
pub(crate) struct Processes {
    guard: Guard,
    folder: PathBuf,
}

impl Processes {
    /// Nothing yet. `guard` is the program that starts and ends them.
    pub(crate) fn new(guard: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("slipway-journey-")
            .tempdir()?
            .keep();
        Ok(Self {
            guard: Guard::start(guard, &folder, true)?,
            folder,
        })
    }

    /// The folder, which goes with the processes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a process. Its environment is the little it needs, so that nothing of the machine's gets in.
    pub(crate) async fn run(&self, name: &str, program: &Path, args: Vec<String>) -> anyhow::Result<()> {
        self.run_with(name, program, args, &[]).await
    }

    /// The same, with something more in its environment.
    pub(crate) async fn run_with(
        &self,
        name: &str,
        program: &Path,
        args: Vec<String>,
        more: &[String],
    ) -> anyhow::Result<()> {
        let home = self.folder.display();
        let path = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
        let mut env = vec![
            format!("PATH={}", path.to_string_lossy()),
            format!("HOME={home}"),
            format!("TMPDIR={home}"),
            "LANG=C.UTF-8".to_owned(),
        ];
        env.extend_from_slice(more);
        let program = program.to_owned();
        let log = self.log_file(name);
        self.guard
            .run(Process {
                name: name.to_owned(),
                program,
                args,
                env,
                log,
            })
            .await
    }

    /// Ends a process at once and waits until it has ended.
    pub(crate) async fn kill(&self, name: &str) -> anyhow::Result<()> {
        self.guard.signal(name, Signal::Kill).await
    }

    /// Asks a process to end and waits until it has ended.
    pub(crate) async fn stop(&self, name: &str) -> anyhow::Result<()> {
        self.guard.stop(name).await
    }

    /// Whether a process runs.
    pub(crate) async fn runs(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.guard.running().await?.contains_key(name))
    }

    /// Everything a process has written.
    pub(crate) fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.log_file(name)).unwrap_or_default()
    }

    /// Ends all of them and removes the folder.
    pub(crate) async fn end(&self) -> anyhow::Result<()> {
        self.guard.end().await
    }

    fn log_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }
}

/// A port of the loopback interface that nobody uses now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(socket.local_addr()?.port())
}
