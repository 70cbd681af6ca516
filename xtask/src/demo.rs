//! `cargo xtask demo`: from a fresh clone to a link that signs in.
//!
//! The cluster's data and the server's lie side by side in `target/demo`: a database that knows a cluster which is gone
//! would only show what cannot be reached.

mod client;
mod prepare;
mod samples;
mod server;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Instant;

use local_cluster::{Cluster, Options};
use tokio::signal::unix::{SignalKind, signal};

use crate::build::root;
use server::Server;
pub(crate) use server::program;

/// How to show it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Use this cluster instead of a simulated one [default: $KUBECONFIG, if set].
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Where to listen; another port if this one is taken.
    #[arg(long, default_value = "127.0.0.1:8780", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Forget what earlier demos left.
    #[arg(long)]
    fresh: bool,
}

/// Builds, starts, prints the link, and stops everything at Ctrl-C.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let begun = Instant::now();
    let kubeconfig = args.kubeconfig.clone().or_else(configured);
    prepare::everything(kubeconfig.is_none())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let demo = Demo {
        folder: root().join("target/demo"),
        listen: free(args.listen),
        begun,
    };
    if args.fresh && demo.folder.exists() {
        fs::remove_dir_all(&demo.folder)?;
    }
    runtime.block_on(async {
        match kubeconfig {
            Some(kubeconfig) => demo.on_a_given_cluster(kubeconfig).await,
            None => demo.on_a_simulated_cluster().await,
        }
    })
}

struct Demo {
    folder: PathBuf,
    listen: SocketAddr,
    begun: Instant,
}

impl Demo {
    async fn on_a_simulated_cluster(&self) -> anyhow::Result<()> {
        self.say("starting the local Kubernetes");
        let data = self.folder.join("cluster");
        fs::create_dir_all(&data)?;
        let options = Options {
            data: Some(data),
            ..Options::default()
        };
        let cluster = tokio::select! {
            started = Cluster::start(options) => started?,
            () = told_to_stop()? => return Ok(()),
        };
        self.say("starting Slipway");
        let server = Server::guarded(&cluster, &self.folder.join("slipway"), self.listen).await?;
        let shown = async {
            server.ready().await?;
            self.say("creating the sample apps");
            let done = self.folder.join("slipway/samples-created");
            if let Err(error) = samples::create(&cluster, &server, &done).await {
                eprintln!("the sample apps are not there: {error:#}");
            }
            self.show(&server)?;
            println!("  The cluster is simulated: pods run nowhere, and addresses carry no traffic.");
            println!(
                "  Look at it: {} --kubeconfig {} get pods -A\n",
                cluster.program("kubectl").display(),
                cluster.kubeconfig().display()
            );
            server.ended().await
        };
        let result = tokio::select! {
            result = shown => result,
            () = told_to_stop()? => Ok(()),
        };
        println!("stopping …");
        cluster.stop().await?;
        result
    }

    async fn on_a_given_cluster(&self, kubeconfig: PathBuf) -> anyhow::Result<()> {
        self.say("starting Slipway");
        let mut server = Server::alone(kubeconfig, &self.folder.join("slipway-alone"), self.listen)?;
        let shown = async {
            server.ready().await?;
            self.show(&server)?;
            server.ended().await
        };
        let result = tokio::select! {
            result = shown => result,
            () = told_to_stop()? => Ok(()),
        };
        println!("stopping …");
        server.stop().await?;
        result
    }

    fn say(&self, what: &str) {
        println!("{:>5.1} s  {what} …", self.begun.elapsed().as_secs_f32());
    }

    fn show(&self, server: &Server) -> anyhow::Result<()> {
        println!("{:>5.1} s  ready\n", self.begun.elapsed().as_secs_f32());
        println!("  Sign in: {}", server.sign_in_link()?);
        println!("  It works once; the next one: {}\n", server.sign_in_command()?);
        println!("  Ctrl-C stops everything. What you make stays in target/demo; --fresh begins anew.");
        Ok(())
    }
}

/// Resolves at Ctrl-C or when asked to end.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// A list of several files is for the server to read: it knows the rules.
fn configured() -> Option<PathBuf> {
    std::env::var_os("KUBECONFIG")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The wished address, or one with another port.
fn free(wished: SocketAddr) -> SocketAddr {
    let bound = TcpListener::bind(wished).or_else(|_| TcpListener::bind((wished.ip(), 0)));
    bound.and_then(|listener| listener.local_addr()).unwrap_or(wished)
}
