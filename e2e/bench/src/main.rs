//! The benchmarks, each beside a bare client in the same run.
//!
//! Ratios within one run say something; absolute figures say how fast the machine was that minute.

mod app;
mod attacks;
mod bare;
mod bytes;
mod change;
mod create;
mod figure;
mod rate;
mod server;
mod start;
mod stream;
mod validate;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use local_cluster::{Cluster, Options};

use crate::figure::Report;

#[derive(Parser)]
#[command(about = "Figures of the built server, each beside a bare client in the same run")]
struct Args {
    /// The server to measure.
    #[arg(long)]
    slipway: PathBuf,
    /// The model alone as a compressed module for the browser, to weigh.
    #[arg(long)]
    model_wasm: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// How often each thing is measured.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// How many apps are submitted in a second.
    #[arg(long, default_value_t = 25)]
    rate: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// For how many seconds each attack goes on.
    #[arg(long, default_value_t = 10)]
    attack_seconds: u64,
    /// Measure nothing but the attacks.
    #[arg(long)]
    only_attacks: bool,
    /// Measure nothing but changes of an app that runs.
    #[arg(long, conflicts_with = "only_attacks")]
    only_changes: bool,
    /// Another build of the server, beside which changes are measured.
    #[arg(long)]
    beside: Option<PathBuf>,
    /// In how many namespaces.
    #[arg(long, default_value_t = 200)]
    namespaces: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let mut report = Report::default();
    if !args.only_attacks && !args.only_changes {
        everything(&args, &mut report).await?;
    }
    let cluster = Cluster::start(Options::default()).await?;
    if !args.only_attacks {
        eprintln!("changing what runs …");
        let beside = args.beside.as_deref();
        change::measure(&args.slipway, beside, &cluster, args.rounds, &mut report).await?;
    }
    if !args.only_changes {
        let time = Duration::from_secs(args.attack_seconds);
        attacks::measure(&args.slipway, &cluster, time, &mut report).await?;
    }
    cluster.stop().await?;
    report.print(args.json)
}

/// Everything that needs a server that is not attacked.
async fn everything(args: &Args, report: &mut Report) -> anyhow::Result<()> {
    eprintln!("judging a large draft …");
    validate::measure(report);
    if let Some(module) = &args.model_wasm {
        bytes::weigh(module, report)?;
    }
    // Every app of the load has a Service, with an address of its own.
    let options = Options {
        many_services: true,
        ..Options::default()
    };
    let cluster = Cluster::start(options).await?;

    eprintln!("start-up …");
    start::measure(&args.slipway, &cluster, report).await?;
    let server = server::Server::start(&args.slipway, &cluster).await?;
    eprintln!("bytes …");
    bytes::measure(&server, report).await?;
    eprintln!("submit to all objects applied …");
    create::measure(&server, &cluster, args.rounds, report).await?;
    eprintln!("commit to stream …");
    stream::measure(&server, &cluster, args.rounds, report).await?;
    eprintln!("many teams at once …");
    let load = rate::Load {
        rate: args.rate,
        seconds: args.seconds,
        namespaces: args.namespaces,
    };
    rate::measure(&server, &cluster, load, report).await?;
    server.stop().await?;
    cluster.stop().await
}
