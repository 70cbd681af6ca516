//! `cargo xtask cluster up|down|kubeconfig`: the local Kubernetes by hand.

/// What to do with the local Kubernetes.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Does it.
pub(crate) fn run(_args: &Args) -> anyhow::Result<()> {
    anyhow::bail!("the local Kubernetes cannot be built yet")
}
