//! Drafts in files: judged and planned without a server, for scripts and pull requests.

mod report;

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;
use slipway_model::file::{self, File};
use slipway_model::{App, validate};
use slipway_plan::read::restored;
use slipway_plan::{Target, plan};

use crate::read_back::objects;

pub use report::{Found, Judged};

/// The files to judge.
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Drafts as YAML or JSON; `-` is the standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// The file to plan.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// A draft as YAML or JSON; `-` is the standard input
    file: PathBuf,
    /// What the plan is made for, as YAML or JSON; without it the newest version with Ingress and metrics
    #[arg(long)]
    target: Option<PathBuf>,
    /// What `slipway draft --keep` has written: it is put back into the objects
    #[arg(long, value_name = "FILE")]
    with: Option<PathBuf>,
}

impl Validate {
    /// Judges each file.
    pub fn judged(&self) -> anyhow::Result<Vec<Judged>> {
        self.files.iter().map(|file| Ok(judged(file)?.0)).collect()
    }

    /// Prints what is wrong, as JSON and as lines for people. Fails when a draft cannot be applied.
    pub fn run(&self) -> anyhow::Result<()> {
        let judged = self.judged()?;
        println!("{}", serde_json::to_string_pretty(&judged)?);
        for file in &judged {
            eprint!("{file}");
        }
        let wrong = judged
            .iter()
            .filter(|judged| judged.issues.iter().any(Found::is_error))
            .count();
        anyhow::ensure!(wrong == 0, "{wrong} of {} drafts cannot be applied", judged.len());
        Ok(())
    }
}

impl Plan {
    /// The objects as YAML documents, in the order they are created.
    pub fn yaml(&self) -> anyhow::Result<String> {
        let target = match &self.target {
            Some(file) => parsed(file)?,
            None => Target::default(),
        };
        let (judged, app) = judged(&self.file)?;
        let app = app.with_context(|| format!("the draft cannot be applied\n{judged}"))?;
        let plan = plan(&app, &target);
        match &self.with {
            Some(kept) => with(&plan, kept),
            None => Ok(plan.yaml()),
        }
    }

    /// Prints the objects.
    pub fn run(&self) -> anyhow::Result<()> {
        print!("{}", self.yaml()?);
        Ok(())
    }
}

/// The objects of a plan with what was kept beside it.
fn with(plan: &slipway_plan::Plan, kept: &Path) -> anyhow::Result<String> {
    let kept = objects(&text(kept)?).with_context(|| kept.display().to_string())?;
    let planned = plan.made().map(|object| object.body.value().clone());
    let restored = restored(planned.collect(), &kept);
    let texts: Result<Vec<String>, _> = restored.iter().map(serde_saphyr::to_string).collect();
    Ok(texts?.join("---\n"))
}

/// What is wrong with a draft that is printed.
pub(crate) fn errors(text: &str) -> Judged {
    let (mut judged, _) = judged_text(Path::new("draft"), text);
    judged.issues.retain(Found::is_error);
    judged
}

/// Everything wrong or doubtful about a file, and the app if nothing is wrong.
fn judged(path: &Path) -> anyhow::Result<(Judged, Option<App>)> {
    Ok(judged_text(path, &text(path)?))
}

fn judged_text(path: &Path, text: &str) -> (Judged, Option<App>) {
    let (issues, app) = match file::read(text) {
        Ok(file) => told(&file),
        Err(faults) => (faults.into_iter().map(Found::Fault).collect(), None),
    };
    let judged = Judged {
        file: path.to_owned(),
        issues,
    };
    (judged, app)
}

fn told(file: &File) -> (Vec<Found>, Option<App>) {
    let verdict = validate(file.draft());
    let issues = verdict.issues.into_iter();
    let found = issues.map(|issue| Found::in_file(file, issue)).collect();
    (found, verdict.app)
}

fn parsed<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    serde_saphyr::from_str(&text(file)?).with_context(|| file.display().to_string())
}

fn text(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("the standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests;
