//! Every command that a developer or CI runs, one file each.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod build;
mod cluster;
mod command;
mod demo;
mod dev;
mod manifests;
mod mutants;
mod sources;
mod sqlx;
mod test;
#[cfg(test)]
mod threats;
mod tools;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Slipway's commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything from a fresh clone and print a link to sign in; Ctrl-C stops all.
    Demo(demo::Args),
    /// Check everything that CI checks.
    Test(test::Args),
    /// Rebuild and serve while you edit.
    Dev(dev::Args),
    /// Build the browser app and the server.
    Build(build::Args),
    /// Measure the release build, each figure beside a bare client in the same run.
    Bench(bench::Args),
    /// Break the rules one by one and ask whether a test notices: hours, in shards.
    Mutants(mutants::Args),
    /// Read and plan manifests of other projects, and demand that nothing is lost.
    Manifests(manifests::Args),
    /// The local Kubernetes: up, down, kubeconfig.
    Cluster(cluster::Args),
    /// Describe the checked queries in `.sqlx`, for builds without a database.
    Sqlx,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Dev(args) => dev::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Mutants(args) => mutants::run(&args),
        Command::Manifests(args) => manifests::run(&args),
        Command::Cluster(args) => cluster::run(&args),
        Command::Sqlx => sqlx::refresh(),
    }
}
