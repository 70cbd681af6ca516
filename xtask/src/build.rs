//! `cargo xtask build`: the browser app, then the server that embeds it.
//!
//! [`browser`] fills `dist/`: `index.html`, and under `assets/` everything it refers to, named after its content so
//! that it can be cached for ever. A release build also lays a `.br` and a `.gz` beside each file. Beside the server comes
//! `slipway.cdx.json`, which says what it is made of.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

mod budget;
mod dist;
#[cfg(test)]
mod locales;
mod npm;
mod sbom;
mod wasm;
pub(crate) mod weight;

/// What to build.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Args {
    /// Quick to build, larger to load: for the inner loop.
    #[arg(long)]
    dev: bool,
    /// Leave the server out.
    #[arg(long)]
    browser_only: bool,
    /// Link the server statically, for an image with nothing else in it.
    #[arg(long = "static", conflicts_with = "dev")]
    statically: bool,
    /// Only weigh the model as a module for the browser.
    #[arg(long, conflicts_with_all = ["dev", "browser_only", "statically"])]
    sizes: bool,
}

/// How much work goes into small files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, larger to load.
    Dev,
    /// What is shipped: optimised, compressed, held to the size budget.
    Release,
}

/// Builds what was asked for.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    if args.sizes {
        return weight::check();
    }
    let profile = if args.dev { Profile::Dev } else { Profile::Release };
    browser(profile)?;
    if args.browser_only {
        return Ok(());
    }
    let folder = if args.statically {
        linked_statically(&["slipway-backend"])?
    } else {
        server(profile)?;
        let folder = if args.dev { "debug" } else { "release" };
        root().join("target").join(folder)
    };
    sbom::write(&folder.join("slipway"))
}

/// Builds the browser app into `dist/`, and holds a release build to its size budget.
pub(crate) fn browser(profile: Profile) -> anyhow::Result<()> {
    let root = root();
    let tools = npm::installed(&root)?;
    let work = root.join("target/browser");
    std::fs::create_dir_all(&work)?;

    let app = wasm::build(&root, &work, &tools, profile)?;
    let sheet = work.join("app.css");
    tools.node("style.mjs", &[&root.join("frontend"), &sheet])?;

    let dist = dist::Dist::emptied(&root)?;
    let wasm = dist.add(&app.wasm, "app", "wasm")?;
    let parts = dist.add_parts(&app.parts, &app.fetcher)?;
    let script = tools.bundle(
        &app.start,
        &work.join("start.js"),
        "esm",
        &[("WASM_URL", wasm.as_str())],
    )?;
    let boot = tools.bundle(&root.join("frontend/boot.js"), &work.join("boot.js"), "iife", &[])?;
    let names = [
        ("wasm", wasm),
        ("script", dist.add(&script, "app", "js")?),
        ("boot", dist.add(&boot, "boot", "js")?),
        ("style", dist.add(&sheet, "app", "css")?),
    ];
    dist.index(&root.join("frontend/index.html"), &names)?;

    if profile == Profile::Release {
        tools.node("press.mjs", &dist.files()?)?;
        budget::check(&dist.files()?, &parts)?;
    }
    Ok(())
}

/// Builds packages as the image ships them, in one go, and answers the folder they lie in. Naming the target, even the
/// machine's own, keeps the flag away from build scripts and macros, which must stay dynamic.
pub(crate) fn linked_statically(packages: &[&str]) -> anyhow::Result<PathBuf> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut cargo = cargo();
    cargo.args(["build", "--release", "--bins", "--target", &target]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    succeed(
        cargo
            .env("RUSTFLAGS", "-C target-feature=+crt-static")
            .current_dir(root()),
    )?;
    Ok(root().join("target").join(target).join("release"))
}

/// Builds the server that embeds what is in `dist/`.
pub(crate) fn server(profile: Profile) -> anyhow::Result<()> {
    let mut cargo = cargo();
    cargo.args(["build", "--package", "slipway-backend", "--bin", "slipway"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    succeed(cargo.current_dir(root()))
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn cargo() -> Command {
    crate::command::cargo([])
}

/// Runs a command to its end; anything but success is an error that names it.
fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("failed ({status}): {command:?}");
    }
    Ok(())
}
