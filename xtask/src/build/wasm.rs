//! The Rust of the browser app: compiled, cut into parts, bound to JavaScript, and made small.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::npm::Tools;
use super::{Profile, cargo, succeed};

const TARGET: &str = crate::tools::WASM;

/// The files the browser needs.
pub(crate) struct App {
    /// The module that is loaded first.
    pub(crate) wasm: PathBuf,
    /// The modules that are fetched when they are needed.
    pub(crate) parts: Vec<PathBuf>,
    /// The script that fetches them. It names each by its file, beside itself.
    pub(crate) fetcher: PathBuf,
    /// The script that starts it; imports what wasm-bindgen wrote beside it.
    pub(crate) start: PathBuf,
}

/// The name of the script that fetches the parts, as the module that is loaded first imports it.
const FETCHER: &str = "./parts.js";

/// Compiles the browser app, cuts off what is not loaded first, and binds the rest.
pub(crate) fn build(root: &Path, work: &Path, tools: &Tools, profile: Profile) -> anyhow::Result<App> {
    let compiled = compile(root, "slipway-frontend", profile)?;
    let bound = work.join("bound");
    emptied(&bound)?;
    let first = work.join("first.wasm");
    let mut parts = split(&compiled, &first, &bound)?;
    // The parts use memory, table and stack of the first module by the names the linker gave them.
    bindgen(&first)
        .web(true)?
        .keep_lld_exports(true)
        .demangle(false)
        .generate(&bound)?;

    let start = bound.join("start.js");
    fs::copy(root.join("frontend/start.js"), &start)?;
    let mut wasm = bound.join("app_bg.wasm");
    if profile == Profile::Release {
        wasm = optimised(tools, &wasm)?;
        parts = parts
            .iter()
            .map(|part| optimised(tools, part))
            .collect::<Result<_, _>>()?;
    }
    Ok(App {
        wasm,
        parts,
        fetcher: bound.join(FETCHER),
        start,
    })
}

/// Compiles a package that is one module, binds it in an emptied folder and answers the module, made small.
pub(super) fn bind(root: &Path, tools: &Tools, package: &str, bound: &Path) -> anyhow::Result<PathBuf> {
    let compiled = compile(root, package, Profile::Release)?;
    emptied(bound)?;
    bindgen(&compiled)
        .web(true)?
        .remove_name_section(true)
        .generate(bound)?;
    optimised(tools, &bound.join("app_bg.wasm"))
}

fn emptied(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn bindgen(module: &Path) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("app")
        .typescript(false)
        .omit_default_module_path(true)
        .keep_debug(false)
        .remove_producers_section(true);
    bindgen
}

/// Cuts the module at the functions that are marked for it. What more than one part needs is a part as well.
fn split(compiled: &Path, first: &Path, parts: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let module = fs::read(compiled)?;
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = parts;
    options.main_out_path = first;
    options.main_module = "./app.js";
    options.link_name = FETCHER;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("cannot split the browser app: {error:#}"))?;
    Ok(split.split_modules)
}

/// The same module, small, under the same name in a folder beside it.
fn optimised(tools: &Tools, module: &Path) -> anyhow::Result<PathBuf> {
    let folder = module.with_file_name("small");
    fs::create_dir_all(&folder)?;
    let small = folder.join(module.file_name().unwrap_or_default());
    tools.optimise(module, &small)?;
    Ok(small)
}

fn compile(root: &Path, package: &str, profile: Profile) -> anyhow::Result<PathBuf> {
    crate::tools::ensure_wasm()?;
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
