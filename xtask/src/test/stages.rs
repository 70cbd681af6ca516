//! What is checked, in the order that fails fastest.

use std::process::Command;

use anyhow::bail;

use crate::build::{self, Profile, root};
use crate::command::{cargo, output, succeed};
use crate::sqlx;

/// One thing to check.
pub(super) struct Stage {
    pub(super) name: &'static str,
    /// Whether it is part of the quick run as well.
    pub(super) quick: bool,
    /// Checks it; told whether the run is a quick one.
    pub(super) check: fn(bool) -> anyhow::Result<()>,
}

/// All stages. Which packages are chosen decides which features the others have: lints and docs choose alike, and so do
/// tests and journeys, so that little is compiled twice.
pub(super) const STAGES: [Stage; 9] = [
    Stage {
        name: "format",
        quick: true,
        check: |_| succeed(&mut cargo(["fmt", "--all", "--check"])),
    },
    Stage {
        name: "lints",
        quick: true,
        check: |_| lints(),
    },
    Stage {
        name: "lints for the browser",
        quick: true,
        check: |_| browser_lints(),
    },
    Stage {
        name: "docs",
        quick: true,
        check: |_| docs(),
    },
    Stage {
        name: "tests",
        quick: true,
        check: tests,
    },
    Stage {
        name: "stored SQL and leftovers",
        quick: true,
        check: |_| leftovers(),
    },
    Stage {
        name: "browser build",
        quick: false,
        check: |_| browser_build(),
    },
    Stage {
        name: "journeys",
        quick: false,
        check: |_| journeys(),
    },
    Stage {
        name: "dependencies",
        quick: false,
        check: |_| super::dependencies::check(),
    },
];

const BROWSER: &str = "slipway-frontend";
/// The tests that kill the server again and again, which a quick run goes without.
const SLOW: &str = "kill::";

fn lints() -> anyhow::Result<()> {
    clippy(&["--all-targets"])?;
    // A test that runs only on demand is none of all targets.
    clippy(&["--test", "journeys"])
}

/// Everything that is compiled for this machine.
fn clippy(targets: &[&str]) -> anyhow::Result<()> {
    let mut args = vec!["clippy", "--workspace", "--exclude", BROWSER];
    args.extend(targets);
    args.extend(["--quiet", "--", "-D", "warnings"]);
    succeed(&mut cargo(args))
}

fn browser_lints() -> anyhow::Result<()> {
    crate::tools::ensure_wasm()?;
    let args = [
        "clippy",
        "--package",
        BROWSER,
        "--target",
        crate::tools::WASM,
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    succeed(&mut cargo(args))
}

fn docs() -> anyhow::Result<()> {
    let args = ["doc", "--workspace", "--exclude", BROWSER, "--no-deps", "--quiet"];
    // Read by those who work here, so a link to something private is as good as any other.
    succeed(cargo(args).env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}

/// Everything but the journeys, which their package leaves out unless they are named. The browser app is among it: what
/// of it is not markup runs here as well.
fn tests(quick: bool) -> anyhow::Result<()> {
    // A snapshot that differs is a failure; new ones are for `cargo insta review`.
    let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
    tests.env("INSTA_UPDATE", "no");
    if std::env::var_os("RUST_TEST_THREADS").is_none() {
        // Tests wait for a cluster or for a deadline much of their time: one more than there are processors keeps these
        // busy. With more of them servers wait for the disk for longer than tests allow.
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        tests.env("RUST_TEST_THREADS", (processors + 1).to_string());
    }
    if quick {
        tests.env("SLIPWAYDEV_QUICK", "1").args(["--", "--skip", SLOW]);
    }
    succeed(&mut tests)
}

/// Nothing that a test run writes may be left beside the sources.
fn leftovers() -> anyhow::Result<()> {
    sqlx::check()?;
    let listed = output(Command::new("git").current_dir(root()).args([
        "ls-files",
        "--others",
        "--",
        "*.snap.new",
        "*.pending-snap",
    ]));
    let Ok(listed) = listed else {
        eprintln!("not a git checkout: nobody looked for leftovers");
        return Ok(());
    };
    if !listed.is_empty() {
        bail!("snapshots that nobody has reviewed:\n{listed}");
    }
    Ok(())
}

/// The app as it is shipped, and the model alone: each is held to its size.
fn browser_build() -> anyhow::Result<()> {
    build::browser(Profile::Release)?;
    build::weight::check()
}

/// The journeys drive the real binary, which stands in the folder of the tests: it is built for the tests of its package,
/// called `it`. All packages are chosen, as for the other tests; nothing is then left to compile but the journeys.
fn journeys() -> anyhow::Result<()> {
    let choice = ["test", "--workspace", "--test", "journeys"];
    succeed(cargo(choice).args(["--test", "it", "--no-run"]))?;
    succeed(&mut cargo(choice))
}
