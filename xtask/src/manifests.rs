//! `cargo xtask manifests`: manifests that nobody here wrote, through reading and planning, and with `--apply` through a real
//! API server, where each app is edited.
//!
//! They are the samples and test data in the zips of Go modules, at the versions below, fetched by Go itself through
//! whatever proxy it is told to use. None of them is kept in the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde::Deserialize;

use crate::command::{cargo, output, succeed};
use crate::tools;

/// The modules, each with its version.
const MODULES: [&str; 9] = [
    "github.com/GoogleContainerTools/skaffold/v2@v2.13.2",
    "github.com/aquasecurity/trivy@v0.74.0",
    "github.com/argoproj/argo-rollouts@v1.8.3",
    "github.com/fluxcd/pkg/ssa@v0.78.0",
    "github.com/kubeflow/katib@v0.19.0",
    "github.com/zegl/kube-score@v1.20.0",
    "helm.sh/helm/v3@v3.22.0",
    "istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad",
    "k8s.io/kubernetes@v1.37.2",
];

/// What to do with them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many there must be at least.
    #[arg(long, default_value_t = 300)]
    least: usize,
    /// Print a line for each that is refused, with the reason.
    #[arg(long)]
    refused: bool,
    /// Create them on a real API server instead, make five different edits of each app, and demand that each is exact.
    #[arg(long)]
    apply: bool,
    /// How many apps must be edited.
    #[arg(long, default_value_t = 200, requires = "apply")]
    apps: usize,
    /// Which apps, and which edits.
    #[arg(long, default_value_t = 1, requires = "apply")]
    seed: u64,
    /// Only apps whose file or name contains this.
    #[arg(long, value_name = "WORD", requires = "apply")]
    only: Option<String>,
}

/// The test that edits them.
const EDITED: &str = "exact::of_others::manifests_of_others_are_edited_exactly";

/// What Go says of a module that it has fetched.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fetched {
    dir: PathBuf,
}

/// Fetches them and holds the reading to them.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    tools::ensure_go()?;
    let folders = MODULES.iter().map(|module| fetched(module));
    let folders = folders.collect::<anyhow::Result<Vec<_>>>()?;
    if args.apply {
        return apply(args, &folders);
    }
    succeed(&mut cargo(["build", "--quiet", "--package", "manifests"]))?;
    let program = crate::build::root().join("target/debug/manifests");
    let mut command = Command::new(program);
    command.args(["--least", &args.least.to_string()]).args(folders);
    if args.refused {
        command.arg("--refused");
    }
    succeed(&mut command)
}

/// Edits them. All packages are chosen, as for the other tests, so that nothing is compiled twice.
fn apply(args: &Args, folders: &[PathBuf]) -> anyhow::Result<()> {
    tools::ensure(&[&tools::COMPILER])?;
    let mut test = cargo(["test", "--workspace", "--test", "it", "--", EDITED]);
    test.args(["--exact", "--ignored", "--nocapture"])
        .env("SLIPWAYDEV_MANIFESTS", std::env::join_paths(folders)?)
        .env("SLIPWAYDEV_MANIFESTS_APPS", args.apps.to_string())
        .env("SLIPWAYDEV_MANIFESTS_SEED", args.seed.to_string());
    if args.refused {
        test.env("SLIPWAYDEV_MANIFESTS_REFUSED", "1");
    }
    if let Some(only) = &args.only {
        test.env("SLIPWAYDEV_MANIFESTS_ONLY", only);
    }
    succeed(&mut test)
}

/// The folder of a module, fetched if Go does not have it yet.
fn fetched(module: &str) -> anyhow::Result<PathBuf> {
    let in_cache = local_cluster::cache_folder()?.join("go/bin/go");
    let go = if in_cache.exists() {
        in_cache.as_path()
    } else {
        Path::new("go")
    };
    let said = output(
        Command::new(go)
            .args(["mod", "download", "-json", module])
            .current_dir(std::env::temp_dir()),
    )?;
    let fetched: Fetched =
        serde_json::from_str(&said).with_context(|| format!("what Go says of {module}"))?;
    Ok(fetched.dir)
}
