//! `cargo xtask cluster up|down|kubeconfig`: the local Kubernetes by hand.
//!
//! `up` leaves it running: a process in the background, the holder, owns the cluster and listens on a socket, at which
//! `down` asks it to end. The data stays for the next `up`.

mod holder;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Subcommand;
use local_cluster::{Release, build};

use crate::tools;

/// What to do with the local Kubernetes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build it if need be, start it, and leave it running.
    Up,
    /// Stop it. Its objects stay for the next start.
    Down {
        /// Delete its objects.
        #[arg(long)]
        discard: bool,
    },
    /// Print the path of its kubeconfig.
    Kubeconfig,
    /// Own the cluster until asked to end.
    #[command(hide = true)]
    Hold,
}

/// Does it.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let place = Place::find()?;
    match args.verb {
        Verb::Up => up(&place),
        Verb::Down { discard } => down(&place, discard),
        Verb::Kubeconfig => kubeconfig(&place),
        Verb::Hold => holder::hold(&place),
    }
}

/// Where the one cluster of this user lies.
struct Place(PathBuf);

impl Place {
    fn find() -> anyhow::Result<Self> {
        let folder = local_cluster::cache_folder()?.join("cluster");
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn socket(&self) -> PathBuf {
        self.0.join("holder.socket")
    }

    fn log(&self) -> PathBuf {
        self.0.join("holder.log")
    }

    /// Where the holder writes the path of the kubeconfig when the cluster is ready.
    fn ready(&self) -> PathBuf {
        self.0.join("kubeconfig-path")
    }

    /// A connection to the holder, if there is one. A holder that was killed leaves a socket that refuses.
    fn connect(&self) -> Option<UnixStream> {
        UnixStream::connect(self.socket()).ok()
    }
}

fn up(place: &Place) -> anyhow::Result<()> {
    let kubeconfig = running_at(place)?;
    println!(
        "The local Kubernetes runs until: cargo xtask cluster down\n\nexport KUBECONFIG={}",
        kubeconfig.display()
    );
    Ok(())
}

/// The kubeconfig of the local Kubernetes, which is started if it does not run.
pub(crate) fn running() -> anyhow::Result<PathBuf> {
    running_at(&Place::find()?)
}

fn running_at(place: &Place) -> anyhow::Result<PathBuf> {
    if place.connect().is_none() {
        tools::ensure(&[&tools::COMPILER])?;
        tools::ensure_go()?;
        build::build(Release::default(), &build::to_stderr)?;
        start_holder(place)?;
    }
    Ok(PathBuf::from(fs::read_to_string(place.ready())?))
}

fn start_holder(place: &Place) -> anyhow::Result<()> {
    let log = fs::File::create(place.log())?;
    // A group of its own: it goes on when this command, or the terminal, ends.
    let mut holder = Command::new(std::env::current_exe()?)
        .args(["cluster", "hold"])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()?;
    let end = Instant::now() + Duration::from_mins(3);
    while place.connect().is_none() {
        if let Some(status) = holder.try_wait()? {
            bail!(
                "the local Kubernetes did not start ({status})\n{}",
                fs::read_to_string(place.log())?
            );
        }
        if Instant::now() > end {
            holder.kill()?;
            bail!(
                "the local Kubernetes did not start in three minutes; see {}",
                place.log().display()
            );
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn down(place: &Place, discard: bool) -> anyhow::Result<()> {
    if let Some(mut holder) = place.connect() {
        holder.write_all(b"end\n")?;
        // The holder closes the connection when everything has ended.
        holder.read_to_end(&mut Vec::new())?;
        println!("The local Kubernetes has stopped.");
    } else {
        println!("The local Kubernetes does not run.");
    }
    if discard && place.data().exists() {
        fs::remove_dir_all(place.data())?;
        println!("Its objects are gone.");
    }
    Ok(())
}

fn kubeconfig(place: &Place) -> anyhow::Result<()> {
    if place.connect().is_none() {
        bail!("the local Kubernetes does not run: cargo xtask cluster up");
    }
    let path = fs::read_to_string(place.ready()).context("the local Kubernetes is just starting")?;
    println!("{path}");
    Ok(())
}
