//! `cargo xtask build`: the browser app, then the server that embeds it.

/// What to build.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Builds what was asked for.
pub(crate) fn run(_args: &Args) -> anyhow::Result<()> {
    anyhow::bail!("the browser app has no build yet")
}
