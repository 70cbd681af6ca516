//! `cargo xtask dev`: the inner loop. Rebuilds what was edited; the page is served from disk, the server is restarted.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::build::{self, Profile, root};
use crate::command::{cargo, succeed};
use crate::{cluster, demo, sources, tools};

const PAUSE: Duration = Duration::from_millis(400);

/// What to work against.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Use this cluster instead of the local Kubernetes.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8780", value_name = "ADDRESS:PORT")]
    listen: String,
}

/// Builds, serves and watches until Ctrl-C. A build that fails says so and waits for the next change.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    tools::ensure(&[&tools::COMPILER, &tools::NODE, &tools::NPM])?;
    let kubeconfig = match &args.kubeconfig {
        Some(kubeconfig) => kubeconfig.clone(),
        None => cluster::running()?,
    };
    let mut browser = Watched::new(&sources::BROWSER);
    let mut sources = Watched::new(&sources::SERVER);
    let mut server: Option<Child> = None;
    loop {
        if browser.changed() {
            told("the browser app", || build::browser(Profile::Dev));
        }
        if sources.changed() && told("the server", server_build) {
            if let Some(mut old) = server.take() {
                // It is made to survive just this.
                old.kill()?;
                old.wait()?;
            }
            server = Some(start(args, &kubeconfig)?);
        }
        thread::sleep(PAUSE);
    }
}

/// Sources, and how they looked last.
struct Watched {
    paths: &'static [&'static str],
    seen: String,
}

impl Watched {
    fn new(paths: &'static [&'static str]) -> Self {
        Self {
            paths,
            seen: String::new(),
        }
    }

    fn changed(&mut self) -> bool {
        let now = sources::fingerprint(self.paths);
        let changed = now != self.seen;
        self.seen = now;
        changed
    }
}

fn told(what: &str, work: impl FnOnce() -> anyhow::Result<()>) -> bool {
    let begun = Instant::now();
    match work() {
        Ok(()) => println!("{what}: built in {:.1} s", begun.elapsed().as_secs_f32()),
        Err(error) => {
            eprintln!("{what}: {error:#}");
            return false;
        }
    }
    true
}

fn server_build() -> anyhow::Result<()> {
    succeed(&mut cargo([
        "build",
        "--quiet",
        "--package",
        "slipway-backend",
        "--bin",
        "slipway",
    ]))
}

fn start(args: &Args, kubeconfig: &PathBuf) -> anyhow::Result<Child> {
    let mut server = Command::new(demo::program()?);
    server
        .args(["serve", "--listen", &args.listen, "--data-dir"])
        .arg(root().join("target/dev"))
        .arg("--kubeconfig")
        .arg(kubeconfig);
    let before = link();
    let child = server.spawn().context("cannot start slipway")?;
    let end = Instant::now() + Duration::from_secs(20);
    while link() == before && Instant::now() < end {
        thread::sleep(PAUSE / 4);
    }
    match link() {
        Some(link) => println!("sign in: {link}"),
        None => eprintln!("the server has not started; it says why above"),
    }
    Ok(child)
}

/// The sign-in link; each start writes a new one.
fn link() -> Option<String> {
    let link = std::fs::read_to_string(root().join("target/dev/sign-in")).ok()?;
    Some(link.trim().to_owned())
}
