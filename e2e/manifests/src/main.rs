//! Manifests that nobody here wrote, read into drafts and planned: whatever a manifest says must be in the plan, or be
//! listed as left out of it.

mod judged;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use judged::{Judgement, judged};
use manifests::{kind_of, manifests};

#[derive(Parser)]
#[command(about = "Holds the reading of manifests to manifests of other projects")]
struct Args {
    /// Folders with manifests.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// How many there must be at least.
    #[arg(long, default_value_t = 300)]
    least: usize,
    /// Print a line for each that is refused, with the reason.
    #[arg(long)]
    refused: bool,
}

/// How many there were of each outcome.
#[derive(Default)]
struct Figures {
    files: usize,
    workloads: usize,
    planned: usize,
    left_out: usize,
    lost: usize,
    refused: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut figures = Figures::default();
    for folder in &args.folders {
        let before = figures.workloads;
        for file in manifests(folder) {
            figures.files += 1;
            for judgement in judged(&file) {
                count(&mut figures, &args, &file.display().to_string(), judgement);
            }
        }
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        println!(
            "{}: {} workloads",
            name.unwrap_or_default(),
            figures.workloads - before
        );
    }
    println!(
        "{} files, {} workloads: {} planned, {} places left out and listed, {} places lost",
        figures.files, figures.workloads, figures.planned, figures.left_out, figures.lost
    );
    for (reason, times) in &figures.refused {
        println!("{times} refused: {reason}");
    }
    let is_good = figures.lost == 0 && figures.planned >= args.least;
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn count(figures: &mut Figures, args: &Args, file: &str, judgement: Judgement) {
    match judgement {
        Judgement::Refused(reason) => {
            if args.refused {
                println!("{file}: {reason}");
            }
            *figures.refused.entry(kind_of(&reason).to_owned()).or_default() += 1;
        }
        Judgement::Planned { left_out, lost } => {
            figures.workloads += 1;
            figures.planned += 1;
            figures.left_out += left_out;
            figures.lost += lost.len();
            for place in lost {
                println!("LOST {file}: {place}");
            }
        }
        Judgement::WithProblems(problems) => {
            figures.workloads += 1;
            if args.refused {
                println!("{file}: opens with problems at {}", problems.join(", "));
            }
            *figures
                .refused
                .entry("opens with problems".to_owned())
                .or_default() += 1;
        }
    }
}
