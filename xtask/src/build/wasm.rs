//! The Rust of the browser app: compiled, bound to JavaScript, and made small.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::npm::Tools;
use super::{Profile, cargo, succeed};

const TARGET: &str = crate::tools::WASM;

/// The two files the browser needs.
pub(crate) struct App {
    /// The module.
    pub(crate) wasm: PathBuf,
    /// The script that starts it; imports what wasm-bindgen wrote beside it.
    pub(crate) start: PathBuf,
}

/// Compiles the browser app and binds it.
pub(crate) fn build(root: &Path, work: &Path, tools: &Tools, profile: Profile) -> anyhow::Result<App> {
    let bound = work.join("bound");
    let wasm = bind(root, tools, "slipway-frontend", &bound, profile)?;
    let start = bound.join("start.js");
    fs::copy(root.join("frontend/start.js"), &start)?;
    Ok(App { wasm, start })
}

/// Compiles a package, binds it in an emptied folder and answers the module, made small for a release.
pub(super) fn bind(
    root: &Path,
    tools: &Tools,
    package: &str,
    bound: &Path,
    profile: Profile,
) -> anyhow::Result<PathBuf> {
    crate::tools::ensure_wasm()?;
    let compiled = compile(root, package, profile)?;
    if bound.exists() {
        fs::remove_dir_all(bound)?;
    }
    Bindgen::new()
        .input_path(&compiled)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .keep_debug(false)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true)
        .generate(bound)?;

    let wasm = bound.join("app_bg.wasm");
    if profile != Profile::Release {
        return Ok(wasm);
    }
    let small = bound.join("app.wasm");
    tools.optimise(&wasm, &small)?;
    Ok(small)
}

fn compile(root: &Path, package: &str, profile: Profile) -> anyhow::Result<PathBuf> {
    let mut cargo = cargo();
    cargo
        .args(["build", "--package", package, "--target", TARGET])
        .current_dir(root);
    // Shallower types: compiled in a fraction of the time, and with as many pages as there are a fifth smaller too.
    let flags = "--cfg erase_components";
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.args(["--profile", "wasm-release"]);
            "wasm-release"
        }
    };
    succeed(&mut cargo)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let file = format!("{}.wasm", package.replace('-', "_"));
    let folder = target.join(TARGET).join(folder);
    // A program keeps the dash in its name, a library does not.
    let program = folder.join(format!("{package}.wasm"));
    Ok(if program.exists() {
        program
    } else {
        folder.join(file)
    })
}
