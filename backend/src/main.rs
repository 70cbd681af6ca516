//! The Slipway server: drafts, checks, operations and the live view, over HTTP.

mod one_heap;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use slipway_backend::config::{Config, Flags};
use slipway_backend::identity::SignInLinks;
use slipway_backend::{files, log, read_back, serve};

#[derive(Parser)]
#[command(
    name = "slipway",
    version,
    about = "From a container image to a running app on Kubernetes, in a browser."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(Flags),
    /// Print the link that signs you in (single-user mode)
    SignIn(Flags),
    /// Print the JSON Schema of drafts
    Schema,
    /// Say what is wrong with drafts in files, as JSON
    Validate(files::Validate),
    /// Print the Kubernetes objects of a draft in a file, as YAML
    Plan(files::Plan),
    /// Print a manifest or a running app as a draft, as YAML
    Draft(read_back::ReadBack),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("slipway: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(flags) => {
            one_heap::begin();
            let config = Config::read(&flags)?;
            log::start(&config);
            let runtime = tokio::runtime::Runtime::new()?;
            Ok(runtime.block_on(serve::run(config))?)
        }
        Command::SignIn(flags) => print_link(&Config::read(&flags)?),
        Command::Schema => {
            print!("{}", slipway_model::file::SCHEMA);
            Ok(())
        }
        Command::Validate(files) => files.run(),
        Command::Plan(file) => file.run(),
        Command::Draft(from) => from.run(),
    }
}

fn print_link(config: &Config) -> anyhow::Result<()> {
    if !config.members.is_empty() {
        anyhow::bail!("members are configured: each signs in with their own token");
    }
    let file = SignInLinks::file(&config.data_dir);
    let link = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "there is no sign-in link in {}; is `slipway serve` running? This command needs the same --data-dir or --config",
            config.data_dir.display()
        )
    })?;
    print!("{link}");
    Ok(())
}
