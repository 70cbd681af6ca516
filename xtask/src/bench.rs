//! `cargo xtask bench`: figures of the release build, each beside a bare client in the same run.

use std::path::PathBuf;
use std::process::Command;

use crate::build::{self, Profile};
use crate::command::succeed;
use crate::tools;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// How often each thing is measured.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Measure nothing but how the server stands attacks.
    #[arg(long)]
    only_attacks: bool,
    /// Measure nothing but changes of an app that runs.
    #[arg(long, conflicts_with = "only_attacks")]
    only_changes: bool,
    /// Another build of the server, beside which changes are measured in the same run.
    #[arg(long)]
    beside: Option<PathBuf>,
    /// For how many seconds apps are created at a steady rate.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Builds everything as it is shipped, then measures it.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    tools::ensure(&[&tools::COMPILER, &tools::NODE, &tools::NPM])?;
    tools::ensure_go()?;
    build::browser(Profile::Release)?;
    let model = build::weight::model()?;
    let built = build::linked_statically(&["slipway-backend", "bench"])?;
    let mut bench = Command::new(built.join("bench"));
    bench
        .arg("--slipway")
        .arg(built.join("slipway"))
        .arg("--model-wasm")
        .arg(model)
        .args(["--rounds", &args.rounds.to_string()])
        .args(["--seconds", &args.seconds.to_string()]);
    if args.only_attacks {
        bench.arg("--only-attacks");
    }
    if args.only_changes {
        bench.arg("--only-changes");
    }
    if let Some(beside) = &args.beside {
        bench.arg("--beside").arg(beside);
    }
    if args.json {
        bench.arg("--json");
    }
    succeed(&mut bench)
}
