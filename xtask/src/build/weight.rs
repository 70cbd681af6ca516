//! How much the model alone weighs in the browser: everything that reads, judges and writes drafts, and nothing else.

use std::path::{Path, PathBuf};

use super::npm::Tools;
use super::{npm, root, wasm};

/// The package that is the model and a way in and out.
const PACKAGE: &str = "model-weight";
/// The most it may weigh, compressed. Reading what runs, whatever the rules say of it, made it 9 kB larger; 120 000 is what it
/// is to come back to.
const LIMIT: u64 = 127_000;

/// Builds the module as the browser app is built, and answers where its compressed form lies.
pub(crate) fn model() -> anyhow::Result<PathBuf> {
    let root = root();
    let tools = npm::installed(&root)?;
    build(&root, &tools)
}

/// Prints what it weighs, and refuses too much.
pub(crate) fn check() -> anyhow::Result<()> {
    let pressed = model()?;
    let raw = pressed.with_extension("").metadata()?.len();
    let brotli = pressed.metadata()?.len();
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    println!("{raw:>10} {brotli:>10}  the model alone (limit: {LIMIT})");
    anyhow::ensure!(
        brotli <= LIMIT,
        "the model weighs {brotli} bytes, {LIMIT} allowed"
    );
    Ok(())
}

fn build(root: &Path, tools: &Tools) -> anyhow::Result<PathBuf> {
    let bound = root.join("target/weight");
    let wasm = wasm::bind(root, tools, PACKAGE, &bound)?;
    tools.node("press.mjs", &[&wasm])?;
    Ok(wasm.with_added_extension("br"))
}
