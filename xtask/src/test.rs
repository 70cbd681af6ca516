//! `cargo xtask test`: everything that CI checks, what fails fastest first.

mod dependencies;
mod stages;

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::tools;
use stages::{STAGES, Stage};

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Without the browser and without the slow loops.
    #[arg(long)]
    quick: bool,
    /// Go on after a failure.
    #[arg(long)]
    keep_going: bool,
    /// Only stages whose name contains this.
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
}

/// Runs all stages in order and says how long each took.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let wanted = |stage: &&Stage| {
        (!args.quick || stage.quick)
            && args
                .only
                .as_ref()
                .is_none_or(|word| stage.name.contains(word.as_str()))
    };
    let stages: Vec<&Stage> = STAGES.iter().filter(wanted).collect();
    tools::ensure(&[&tools::COMPILER])?;
    tools::ensure_go()?;
    if stages.iter().any(|stage| !stage.quick) {
        tools::ensure(&[&tools::NODE, &tools::NPM, &tools::CHROMIUM, &tools::CHROMEDRIVER])?;
    }
    let mut results = Vec::new();
    for stage in stages {
        eprintln!("\n── {} ──", stage.name);
        let begun = Instant::now();
        let result = (stage.check)(args.quick);
        if let Err(error) = &result {
            eprintln!("{}: {error:#}", stage.name);
        }
        let failed = result.is_err();
        results.push((stage.name, !failed, begun.elapsed()));
        if failed && !args.keep_going {
            break;
        }
    }
    report(&results)
}

fn report(results: &[(&str, bool, Duration)]) -> anyhow::Result<()> {
    println!();
    for (name, passed, time) in results {
        println!(
            "{:>6.1} s  {}  {name}",
            time.as_secs_f32(),
            if *passed { "passed" } else { "FAILED" }
        );
    }
    let passed = results.iter().filter(|(_, passed, _)| *passed).count();
    let failed = results.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}
