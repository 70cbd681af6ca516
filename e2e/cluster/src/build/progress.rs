//! How far a build has come.

use std::io::Write;
use std::time::Duration;

/// How far the build has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The program that is being built.
    pub tool: &'a str,
    /// Its number, counted from one.
    pub number: usize,
    /// How many programs there are.
    pub total: usize,
    /// What is happening to it.
    pub stage: Stage,
}

/// What is happening to a program.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// Another build holds the lock.
    Waiting,
    /// Being built, for so long; reported about once a second.
    Building(Duration),
    /// Built, in so much time.
    Built(Duration),
}

/// Writes progress to standard error, one line as each program begins and ends, past the capture of a test runner:
/// a first build takes minutes, and silence would look like a hang.
pub fn to_stderr(progress: Progress<'_>) {
    let Progress {
        tool,
        number,
        total,
        stage,
    } = progress;
    let line = match stage {
        Stage::Waiting => format!("waiting for {tool} of the local Kubernetes\n"),
        Stage::Building(elapsed) if elapsed.is_zero() => {
            format!("local Kubernetes: building {tool} ({number} of {total})\n")
        }
        Stage::Building(elapsed) if elapsed.as_secs().is_multiple_of(30) => {
            format!(
                "local Kubernetes: building {tool} ({number} of {total}), {} s\n",
                elapsed.as_secs()
            )
        }
        Stage::Building(_) => return,
        Stage::Built(elapsed) => {
            format!(
                "local Kubernetes: built {tool} ({number} of {total}) in {} s\n",
                elapsed.as_secs()
            )
        }
    };
    // Nothing to do when standard error is closed.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
