//! `cargo xtask mutants`: breaks the rules one by one and asks whether a test notices.
//!
//! Hours for all of them, so it is done in shards and not in CI. Whoever survives is either killed by a new test or
//! explained in `docs/mutants.md`; one that is neither is an error.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, bail};

use crate::build::root;
use crate::tools;

/// What is mutated: the rules, and the values they read.
const RULES: [&str; 4] = [
    "crates/model/src/validate/*.rs",
    "crates/model/src/validate.rs",
    "crates/model/src/value/*.rs",
    "crates/model/src/value.rs",
];
/// The tests that look at them, by the start of their names.
const TESTS: [&str; 2] = ["validate::", "value::"];

/// What to break.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// One part of the work, e.g. 1/8.
    #[arg(long, default_value = "1/1")]
    shard: Shard,
    /// Only files whose path matches.
    #[arg(long, value_name = "GLOB")]
    file: Vec<String>,
    /// Say what would be broken, and break nothing.
    #[arg(long)]
    list: bool,
}

/// A part of the work, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    part: usize,
    of: usize,
}

impl FromStr for Shard {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (part, of) = text.split_once('/').context("a shard is written like 1/8")?;
        let (part, of) = (part.parse()?, of.parse()?);
        anyhow::ensure!((1..=of).contains(&part), "there is no shard {part} of {of}");
        Ok(Self { part, of })
    }
}

/// Breaks the rules of one shard and says which breaks no test noticed.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    tools::ensure(&[&tools::COMPILER])?;
    let program = tools::cargo_mutants()?;
    let results = root().join("target/mutants");
    let mut mutants = Command::new(program);
    mutants
        .current_dir(root())
        .args(["mutants", "--package", "slipway-model"]);
    let rules = RULES.map(ToOwned::to_owned);
    let files = if args.file.is_empty() {
        &rules[..]
    } else {
        &args.file
    };
    for file in files {
        mutants.args(["--file", file]);
    }
    // It counts from zero.
    let Shard { part, of } = args.shard;
    mutants.arg("--shard").arg(format!("{}/{of}", part - 1));
    if args.list {
        return crate::command::succeed(mutants.arg("--list"));
    }
    // Snapshots are of no use to it, and one that differs would leave a file behind.
    mutants
        .env("INSTA_UPDATE", "no")
        .args(["--jobs", "1", "--no-shuffle", "--profile", "mutants"]);
    // One folder for all shards, so that what it depends on is compiled once.
    mutants.env("CARGO_TARGET_DIR", results.join("build"));
    fs::create_dir_all(&results)?;
    mutants.arg("--output").arg(&results);
    mutants.args(["--", "--lib", "--"]).args(TESTS);
    let status = mutants.status().context("cargo mutants")?;
    // 2: some survived. 3: some took too long, which a test noticed too.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        bail!("cargo mutants: {status}");
    }
    unexplained(&results)
}

/// Refuses survivors that `docs/mutants.md` does not explain.
fn unexplained(results: &Path) -> anyhow::Result<()> {
    // In a table a bar is written with a backslash.
    let explained = fs::read_to_string(root().join("docs/mutants.md")).unwrap_or_default();
    let explained = explained.replace("\\|", "|");
    let survivors: BTreeSet<String> = survivors(&results.join("mutants.out/missed.txt"))?;
    let new: Vec<&str> = survivors
        .iter()
        .map(String::as_str)
        .filter(|survivor| !explained.contains(*survivor))
        .collect();
    println!(
        "{} survived, {} of them explained",
        survivors.len(),
        survivors.len() - new.len()
    );
    if new.is_empty() {
        return Ok(());
    }
    bail!(
        "no test notices, and docs/mutants.md does not explain:\n{}",
        new.join("\n")
    )
}

fn survivors(list: &PathBuf) -> anyhow::Result<BTreeSet<String>> {
    let list = fs::read_to_string(list).with_context(|| list.display().to_string())?;
    Ok(list.lines().map(named).collect())
}

/// A mutant without its line and column, which change with every edit above it.
fn named(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    let change = parts.nth(2).unwrap_or_default().trim();
    format!("{}: {change}", file.trim_start_matches("crates/model/src/"))
}

#[cfg(test)]
mod tests {
    use super::{Shard, named};

    #[test]
    fn a_shard_is_counted_from_one() {
        assert_eq!("2/8".parse::<Shard>().unwrap(), Shard { part: 2, of: 8 });
        for wrong in ["", "2", "0/8", "9/8", "a/b"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mutant_is_named_by_its_file_and_the_change() {
        let line = "crates/model/src/validate/pod.rs:51:40: replace == with != in security";

        assert_eq!(named(line), "validate/pod.rs: replace == with != in security");
    }
}
