//! Tools and builds, what is up to date left out.

use std::fs;
use std::thread;

use anyhow::anyhow;
use local_cluster::{Release, build as kubernetes};

use crate::build::{self, Profile, root};
use crate::command::{cargo, succeed};
use crate::{sources, tools};

/// Builds the browser app, the server and, if wanted, the local Kubernetes.
pub(super) fn everything(with_cluster: bool) -> anyhow::Result<()> {
    tools::ensure(&[&tools::COMPILER, &tools::NODE, &tools::NPM])?;
    if !with_cluster {
        return ours();
    }
    tools::ensure_go()?;
    // Side by side: each has parts that use one core only.
    thread::scope(|scope| {
        let cluster = scope.spawn(|| kubernetes::build(Release::default(), &kubernetes::to_stderr));
        ours()?;
        cluster
            .join()
            .map_err(|_| anyhow!("the build of the local Kubernetes broke off"))??;
        Ok(())
    })
}

fn ours() -> anyhow::Result<()> {
    browser()?;
    succeed(&mut cargo([
        "build",
        "--package",
        "slipway-backend",
        "--bin",
        "slipway",
    ]))
}

/// The build as shipped, because a page of it loads at once; made again only after a change.
fn browser() -> anyhow::Result<()> {
    let stamp = root().join("target/browser/demo-stamp");
    let state = || {
        let page = fs::read_to_string(root().join("dist/index.html")).unwrap_or_default();
        format!("{}\n{page}", sources::fingerprint(&sources::BROWSER))
    };
    let before = state();
    if fs::read_to_string(&stamp).is_ok_and(|made| made == before) {
        return Ok(());
    }
    eprintln!("building the browser app");
    build::browser(Profile::Release)?;
    fs::write(stamp, state())?;
    Ok(())
}
