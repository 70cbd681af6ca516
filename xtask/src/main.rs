//! Every command that a developer or CI runs, one file each.

use clap::{Parser, Subcommand};

mod build;
mod cluster;
mod sqlx;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Slipway's commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the browser app and the server.
    Build(build::Args),
    /// The local Kubernetes: up, down, kubeconfig.
    Cluster(cluster::Args),
    /// Describe the checked queries in `.sqlx`.
    Sqlx(sqlx::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Build(args) => build::run(&args),
        Command::Cluster(args) => cluster::run(&args),
        Command::Sqlx(args) => sqlx::run(&args),
    }
}
