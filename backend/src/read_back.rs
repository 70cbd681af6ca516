//! A manifest or a running app as a draft: the way back, for scripts and for what was made by other means.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;
use slipway_model::app::WorkloadKind;
use slipway_model::value::{DnsLabel, Subdomain};
use slipway_plan::read::{Opened, read, yaml};

use crate::apply::AppAddress;
use crate::cluster::{Connection, Gathered, contexts};

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
}

/// Words for the types of workload, as people type them.
const TYPES: [(&[&str], WorkloadKind); 4] = [
    (&["deployment", "deployments", "deploy"], WorkloadKind::Deployment),
    (&["statefulset", "statefulsets", "sts"], WorkloadKind::StatefulSet),
    (&["job", "jobs"], WorkloadKind::Job),
    (&["cronjob", "cronjobs", "cj"], WorkloadKind::CronJob),
];

impl ReadBack {
    /// Prints the draft, and before it what it leaves out.
    pub fn run(&self) -> anyhow::Result<()> {
        let gathered = self.gathered()?;
        let opened = read(gathered.objects)?;
        print!("{}{}", left_out(&opened, &gathered.unseen), yaml(&opened.draft));
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
            objects: documents(&text).with_context(|| self.from.clone())?,
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

/// All objects of a file: YAML documents, or JSON. Empty documents count as not there.
fn documents(text: &str) -> anyhow::Result<Vec<Value>> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(text)?;
    Ok(documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect())
}

/// What the draft leaves out, as comments.
fn left_out(opened: &Opened, unseen: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut group = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(text, "# {title}");
            for line in lines {
                let _ = writeln!(text, "#   {line}");
            }
        }
    };
    let kept = opened.kept.iter().map(|kept| match kept.pointer.as_str() {
        "" => format!("{}: all of it", kept.object),
        pointer => format!("{} {pointer}: {}", kept.object, kept.value),
    });
    group(
        "The form does not know this, and leaves it as it is:",
        kept.collect(),
    );
    let apart = opened.apart.iter().map(ToString::to_string);
    group("This is no part of the app:", apart.collect());
    let unseen = unseen.iter().map(|(kind, reason)| format!("{kind}: {reason}"));
    group("This could not be looked at:", unseen.collect());
    text
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

    #[test]
    fn json_and_several_documents_are_read() {
        assert_eq!(documents("{\"kind\": \"A\"}").unwrap().len(), 1);
        assert_eq!(documents("---\nkind: A\n---\n---\nkind: B\n").unwrap().len(), 2);
        assert!(documents("kind: [").is_err());
    }
}
