//! Drafts in files: judged and planned without a server, for scripts and pull requests.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use slipway_model::{Draft, Issue, validate};
use slipway_plan::{Target, plan};

/// The files to judge.
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Drafts as YAML or JSON
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// The file to plan.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// A draft as YAML or JSON
    file: PathBuf,
    /// What the plan is made for, as YAML or JSON; without it the newest version with Ingress and metrics
    #[arg(long)]
    target: Option<PathBuf>,
}

/// What is wrong or doubtful about one file.
#[derive(Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The file.
    pub file: PathBuf,
    /// Everything about it, in the order of the form.
    pub issues: Vec<Issue>,
}

impl Validate {
    /// Judges each file.
    pub fn judged(&self) -> anyhow::Result<Vec<Judged>> {
        let judged = self.files.iter().map(|file| {
            let issues = validate(&read(file)?).issues;
            Ok(Judged {
                file: file.clone(),
                issues,
            })
        });
        judged.collect()
    }

    /// Prints what is wrong as JSON. Fails when a draft cannot be applied.
    pub fn run(&self) -> anyhow::Result<()> {
        let judged = self.judged()?;
        println!("{}", serde_json::to_string_pretty(&judged)?);
        let wrong = judged
            .iter()
            .filter(|judged| judged.issues.iter().any(Issue::is_error))
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
        let verdict = validate(&read(&self.file)?);
        let app = verdict.app.with_context(|| {
            let errors: Vec<&Issue> = verdict.issues.iter().filter(|issue| issue.is_error()).collect();
            serde_json::to_string_pretty(&errors).unwrap_or_default()
        })?;
        Ok(plan(&app, &target).yaml())
    }

    /// Prints the objects.
    pub fn run(&self) -> anyhow::Result<()> {
        print!("{}", self.yaml()?);
        Ok(())
    }
}

fn read(file: &Path) -> anyhow::Result<Draft> {
    let mut draft: Draft = parsed(file)?;
    draft.give_ids();
    Ok(draft)
}

fn parsed<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_saphyr::from_str(&text).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(name)
    }

    #[test]
    fn every_example_can_be_applied() {
        let folder = std::fs::read_dir(example("")).unwrap();
        let files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();

        let judged = Validate { files }.judged().unwrap();

        assert!(judged.len() > 5);
        for Judged { file, issues } in judged {
            assert!(
                !issues.iter().any(Issue::is_error),
                "{}: {issues:?}",
                file.display()
            );
        }
    }

    #[test]
    fn a_plan_is_yaml_in_the_order_of_creation() {
        let plan = Plan {
            file: example("nginx.yaml"),
            target: None,
        };

        let yaml = plan.yaml().unwrap();

        let kinds: Vec<&str> = yaml
            .lines()
            .filter_map(|line| line.strip_prefix("kind: "))
            .collect();
        assert_eq!(
            kinds,
            ["Service", "Deployment", "HorizontalPodAutoscaler", "Ingress"]
        );
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("draft.yaml");
        std::fs::write(&file, "basics: { nmae: shop }\n").unwrap();

        let error = format!("{:#}", Validate { files: vec![file] }.judged().unwrap_err());

        assert!(error.contains("draft.yaml") && error.contains("nmae"), "{error}");
    }
}
