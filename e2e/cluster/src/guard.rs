//! The small program that starts the processes and stops them when their owner ends, killed or not.
//!
//! It is a program of its own (`guard/main.go`), because what must outlive a kill cannot live in the killed process. The
//! owner holds the write end of a pipe; the kernel closes it with the owner.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// The file that a folder must hold before the guard deletes it; the guard's own source names it as well.
pub(crate) const MARKER: &str = ".local-cluster";

/// A process for the guard to start.
#[derive(Clone, Debug, Serialize)]
pub struct Process {
    /// What it is called in later requests.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment, as `NAME=value`.
    pub env: Vec<String>,
    /// The file that its output is appended to.
    pub log: PathBuf,
}

/// A signal to a process of the guard and to all that it started.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signal {
    /// It stops where it is.
    Pause,
    /// It goes on.
    Resume,
    /// It ends at once.
    Kill,
}

#[derive(Debug, Serialize)]
#[serde(tag = "verb", rename_all = "lowercase")]
enum Request {
    Start(Process),
    Signal { name: String, signal: Signal },
    Stop { name: String },
    Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    error: String,
    running: BTreeMap<String, u32>,
}

/// A running guard. Dropping it, like ending this process in any way, makes it stop all that it started.
#[derive(Clone, Debug)]
pub struct Guard {
    pipe: Arc<Mutex<Option<Pipe>>>,
}

#[derive(Debug)]
struct Pipe {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Guard {
    /// Starts a guard over a folder, which it deletes at the end if `discard` is set.
    pub fn start(program: &Path, folder: &Path, discard: bool) -> anyhow::Result<Self> {
        std::fs::write(folder.join(MARKER), "")?;
        let mut command = Command::new(program);
        command
            .arg("-folder")
            .arg(folder)
            .arg(format!("-discard={discard}"));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A group of its own: Ctrl-C in a terminal goes to the owner's group, and the guard must not end before its work.
        let mut child = command
            .process_group(0)
            .spawn()
            .context("cannot start the guard")?;
        let requests = child.stdin.take().context("the guard has no standard input")?;
        let answers = BufReader::new(child.stdout.take().context("the guard has no standard output")?);
        Ok(Self {
            pipe: Arc::new(Mutex::new(Some(Pipe {
                child,
                requests,
                answers,
            }))),
        })
    }

    /// Starts a process. One of the same name must have ended.
    pub async fn run(&self, process: Process) -> anyhow::Result<()> {
        let name = process.name.clone();
        self.ask(Request::Start(process))
            .await
            .with_context(|| format!("cannot start {name}"))?;
        Ok(())
    }

    /// Sends a signal to a process; a kill also waits until it has ended.
    pub async fn signal(&self, name: &str, signal: Signal) -> anyhow::Result<()> {
        self.ask(Request::Signal {
            name: name.to_owned(),
            signal,
        })
        .await?;
        Ok(())
    }

    /// Asks a process to end, waits a few seconds, and insists.
    pub async fn stop(&self, name: &str) -> anyhow::Result<()> {
        self.ask(Request::Stop {
            name: name.to_owned(),
        })
        .await?;
        Ok(())
    }

    /// The running processes with their ids.
    pub async fn running(&self) -> anyhow::Result<BTreeMap<String, u32>> {
        Ok(self.ask(Request::Status).await?.running)
    }

    /// Closes the pipe and waits until the guard has stopped everything.
    pub async fn end(&self) -> anyhow::Result<()> {
        let guard = self.clone();
        tokio::task::spawn_blocking(move || {
            let pipe = guard.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(Pipe {
                mut child,
                requests,
                answers,
            }) = pipe
            {
                drop((requests, answers));
                child.wait()?;
            }
            Ok(())
        })
        .await?
    }

    async fn ask(&self, request: Request) -> anyhow::Result<Answer> {
        let guard = self.clone();
        tokio::task::spawn_blocking(move || guard.exchange(&request)).await?
    }

    fn exchange(&self, request: &Request) -> anyhow::Result<Answer> {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let pipe = pipe.as_mut().context("the cluster has been stopped")?;
        let mut line = serde_json::to_string(request)?;
        line.push('\n');
        pipe.requests
            .write_all(line.as_bytes())
            .context("the guard has ended")?;
        let mut line = String::new();
        pipe.answers.read_line(&mut line).context("the guard has ended")?;
        let answer: Answer = serde_json::from_str(&line).context("the guard has ended")?;
        if !answer.error.is_empty() {
            bail!("{}", answer.error);
        }
        Ok(answer)
    }
}
