//! A manifest or a running app as a draft: the way back, for scripts and for what was made by other means.

mod documents;
mod report;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use slipway_model::app::WorkloadKind;
use slipway_model::value::{DnsLabel, Subdomain};
use slipway_plan::read::{ReadError, read_app, yaml};

use crate::apply::AppAddress;
use crate::cluster::{Connection, Gathered, contexts};
use crate::files::errors;
pub(crate) use documents::objects;
use report::Report;

/// What to read.
#[derive(Debug, clap::Args)]
pub struct ReadBack {
    /// A manifest as YAML or JSON, `-` for standard input, or a running app as namespace/type/name
    from: String,
    /// The kubeconfig that leads to a running app [default: $KUBECONFIG, then ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Its context; the current one when left out
    #[arg(long)]
    context: Option<String>,
    /// The app to read where there are several: its name, type/name or namespace/type/name
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Also write what a plan of the draft leaves out, as objects that a server-side apply adds to it
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
}

/// Words for the types of workload, as people type them.
const TYPES: [(&[&str], WorkloadKind); 4] = [
    (&["deployment", "deployments", "deploy"], WorkloadKind::Deployment),
    (&["statefulset", "statefulsets", "sts"], WorkloadKind::StatefulSet),
    (&["job", "jobs"], WorkloadKind::Job),
    (&["cronjob", "cronjobs", "cj"], WorkloadKind::CronJob),
];

impl ReadBack {
    /// Prints the draft, and before it what it leaves out. What `slipway validate` will refuse in it goes to standard error.
    pub fn run(&self) -> anyhow::Result<()> {
        let gathered = self.gathered()?;
        let is_file = self.from == "-" || Path::new(&self.from).exists();
        let opened = read_app(gathered.objects, self.app.as_deref()).map_err(|error| match error {
            ReadError::SeveralWorkloads(_) => anyhow::Error::new(error).context("choose one with --app NAME"),
            error => error.into(),
        })?;
        let report = Report::of(&opened, &gathered.unseen, is_file);
        let text = report.comments() + &yaml(&opened.draft);
        let errors = errors(&text);
        if let Some(file) = &self.keep {
            let patches = report.patches(!errors.issues.is_empty())?;
            std::fs::write(file, patches).with_context(|| file.display().to_string())?;
        }
        print!("{text}");
        eprint!("{errors}");
        Ok(())
    }

    fn gathered(&self) -> anyhow::Result<Gathered> {
        let text = if self.from == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        } else if Path::new(&self.from).exists() {
            std::fs::read_to_string(&self.from).with_context(|| self.from.clone())?
        } else {
            let address = address(&self.from)?;
            return tokio::runtime::Runtime::new()?.block_on(self.live(&address));
        };
        Ok(Gathered {
            objects: objects(&text).with_context(|| self.from.clone())?,
            ..Gathered::default()
        })
    }

    async fn live(&self, address: &AppAddress) -> anyhow::Result<Gathered> {
        let contexts = contexts(self.kubeconfig.as_deref())?;
        let origin = contexts.iter().find(|origin| match &self.context {
            Some(context) => origin.name() == context,
            None => origin.is_current(),
        });
        let origin = origin.with_context(|| match &self.context {
            Some(context) => format!("the kubeconfig has no context {context}"),
            None => "the kubeconfig has no current context; name one with --context".to_owned(),
        })?;
        let access = Connection::open(origin).await?.own();
        Ok(access.gather(&address.key()).await?)
    }
}

/// Reads `namespace/type/name`.
fn address(text: &str) -> anyhow::Result<AppAddress> {
    let mut parts = text.split('/');
    let (Some(namespace), Some(word), Some(name), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        bail!("there is no file {text}; a running app is named as namespace/type/name");
    };
    let (Ok(namespace), Ok(name)) = (DnsLabel::parse(namespace), Subdomain::parse(name)) else {
        bail!("{text} is neither a file nor a running app as namespace/type/name");
    };
    let word = word.to_ascii_lowercase();
    let known = TYPES.iter().find(|(words, _)| words.contains(&word.as_str()));
    let Some((_, kind)) = known else {
        bail!("the form has no place for the type {word}: it has Deployment, StatefulSet, Job and CronJob");
    };
    Ok(AppAddress::new(namespace, *kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_app_is_named_by_namespace_type_and_name() {
        let found = address("shop/deploy/web").unwrap();

        assert_eq!(
            (found.namespace(), found.workload(), found.name()),
            ("shop", "Deployment", "web")
        );
        for (wrong, said) in [
            ("missing.yaml", "there is no file"),
            ("shop/daemonset/agent", "no place for the type daemonset"),
            ("shop/deploy/", "neither a file nor"),
            ("../deploy/x?", "neither a file nor"),
            ("a/b/c/d", "there is no file"),
        ] {
            let error = address(wrong).unwrap_err().to_string();
            assert!(error.contains(said), "{wrong}: {error}");
        }
    }
}
