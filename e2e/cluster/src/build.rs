//! Builds the programs of the local Kubernetes from pinned Go modules, once, into the user's cache folder.

mod go;
mod progress;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::Release;
use crate::release::{Module, Tool};
pub use progress::{Progress, Stage, to_stderr};

/// Where the built programs lie.
#[derive(Clone, Debug)]
pub struct Programs {
    folders: Vec<PathBuf>,
}

impl Programs {
    /// The path of a program, such as `kubectl`.
    ///
    /// # Panics
    /// When no module of the release builds a program of that name.
    pub fn path(&self, name: &str) -> PathBuf {
        let found = self
            .folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| path.exists());
        found.unwrap_or_else(|| panic!("the local Kubernetes has no program {name}"))
    }
}

/// The folder for what is built once per user: `$SLIPWAYDEV_CACHE`, else `$XDG_CACHE_HOME/slipway`, else `~/.cache/slipway`.
pub fn cache_folder() -> anyhow::Result<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("SLIPWAYDEV_CACHE")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("slipway")))
        .or_else(|| Some(set("HOME")?.join(".cache/slipway")))
        .context("no home folder: set SLIPWAYDEV_CACHE to a folder that may be written")
}

/// Builds what is missing of a release and says where it lies; quick when nothing is.
///
/// Two builds at once are safe: the second waits for the first and finds its work done. A build that is broken off leaves
/// nothing half made behind, and the next one goes on with what Go's own build cache kept.
pub fn build(release: Release, report: &dyn Fn(Progress<'_>)) -> anyhow::Result<Programs> {
    let root = cache_folder()?.join("kubernetes");
    let total = release.modules().iter().map(|module| module.tools.len()).sum();
    let mut progress = Progress {
        tool: "",
        number: 0,
        total,
        stage: Stage::Waiting,
    };
    let mut folders = Vec::new();
    for module in release.modules() {
        let folder = root.join(module.key());
        if folder.exists() {
            progress.number += module.tools.len();
        } else {
            build_module(module, &folder, &mut progress, report)
                .with_context(|| format!("cannot build {} of the local Kubernetes", module.name))?;
        }
        folders.push(folder);
    }
    Ok(Programs { folders })
}

fn build_module(
    module: &Module,
    folder: &Path,
    progress: &mut Progress<'_>,
    report: &dyn Fn(Progress<'_>),
) -> anyhow::Result<()> {
    let root = folder.parent().context("the cache folder has no parent")?;
    fs::create_dir_all(root).with_context(|| format!("cannot create {}", root.display()))?;
    let _lock = lock(&folder.with_extension("lock"), *progress, report)?;
    if folder.exists() {
        progress.number += module.tools.len();
        return Ok(());
    }
    let go = go::find()?;
    let work = tempfile::Builder::new().prefix(".building-").tempdir_in(root)?;
    let source = work.path().join("source");
    let built = work.path().join("built");
    fs::create_dir_all(&source)?;
    fs::create_dir_all(&built)?;
    for (name, content) in module.files {
        fs::write(source.join(name), content)?;
    }
    for tool in module.tools {
        progress.number += 1;
        build_tool(&go, tool, &source, &built, *progress, report)?;
    }
    fs::rename(&built, folder)?;
    Ok(())
}

fn build_tool(
    go: &Path,
    tool: &'static Tool,
    source: &Path,
    built: &Path,
    progress: Progress<'_>,
    report: &dyn Fn(Progress<'_>),
) -> anyhow::Result<()> {
    let at = |stage| Progress {
        tool: tool.name,
        stage,
        ..progress
    };
    let elapsed = go::build(go, tool, source, &built.join(tool.name), &|elapsed| {
        report(at(Stage::Building(elapsed)));
    })?;
    report(at(Stage::Built(elapsed)));
    Ok(())
}

/// Holds a file lock until dropped; the kernel releases it if this process is killed.
fn lock(path: &Path, progress: Progress<'_>, report: &dyn Fn(Progress<'_>)) -> anyhow::Result<File> {
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            report(Progress {
                tool: "another build",
                stage: Stage::Waiting,
                ..progress
            });
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(file)
}
