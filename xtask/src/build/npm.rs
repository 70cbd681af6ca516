//! What the browser build takes from npm: pinned by `xtask/web/package-lock.json`, run by node.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The installed tools.
pub(crate) struct Tools {
    folder: PathBuf,
}

/// Installs exactly what the lock file names, unless that is already there.
pub(crate) fn installed(root: &Path) -> anyhow::Result<Tools> {
    let folder = root.join("xtask/web");
    let lock = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).ok().as_deref() != Some(lock.as_slice()) {
        needs("node")?;
        needs("npm")?;
        // No package needs its install script: esbuild's only replaces a launcher by the binary it would launch.
        super::succeed(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--loglevel=error"])
                .current_dir(&folder),
        )?;
        fs::write(&stamp, &lock)?;
    }
    Ok(Tools { folder })
}

fn needs(program: &str) -> anyhow::Result<()> {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !found.is_ok_and(|status| status.success()) {
        bail!("{program} is missing; on Debian or Ubuntu: apt-get install nodejs npm");
    }
    Ok(())
}

impl Tools {
    /// Runs one of our scripts with node.
    pub(crate) fn node<A: AsRef<OsStr>>(&self, script: &str, args: &[A]) -> anyhow::Result<()> {
        super::succeed(Command::new("node").arg(self.folder.join(script)).args(args))
    }

    /// Makes one small script (`iife`) or module (`esm`) of a script and what it imports. Each definition replaces a name by a string.
    pub(crate) fn bundle(
        &self,
        entry: &Path,
        output: &Path,
        format: &str,
        defined: &[(&str, &str)],
    ) -> anyhow::Result<PathBuf> {
        let mut esbuild = self.program("esbuild");
        esbuild.arg(entry).arg(format!("--outfile={}", output.display()));
        esbuild.args(["--bundle", "--minify", "--target=es2022", "--log-level=warning"]);
        // wasm-bindgen names the script that fetches the parts once for each function of it.
        esbuild.arg("--log-override:duplicate-object-key=silent");
        esbuild.arg(format!("--format={format}"));
        for (name, value) in defined {
            esbuild.arg(format!("--define:{name}={}", serde_json::to_string(value)?));
        }
        super::succeed(&mut esbuild).context("esbuild")?;
        Ok(output.to_owned())
    }

    /// Shrinks a module for the browser.
    pub(crate) fn optimise(&self, input: &Path, output: &Path) -> anyhow::Result<()> {
        let mut optimiser = self.program("wasm-opt");
        optimiser.args([
            "-Oz",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--strip-debug",
        ]);
        super::succeed(optimiser.arg(input).arg("-o").arg(output)).context("wasm-opt")
    }

    /// A program that an installed package brings. All of them start as a script for node.
    fn program(&self, name: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.folder.join("node_modules/.bin").join(name));
        node
    }
}
