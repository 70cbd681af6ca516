//! Which clusters there are, as configured.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use slipway_model::value::DnsLabel;

use super::cluster::Named;
use super::slug::Slugs;
use crate::cluster::{ClusterError, Origin, contexts};

/// One configured cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterSettings {
    /// The context in the kubeconfig.
    pub context: Option<String>,
    /// The kubeconfig, when it is not the one used for all.
    pub kubeconfig: Option<PathBuf>,
    /// The cluster this server runs in, as its service account, instead of a context.
    pub in_cluster: bool,
    /// The name in URLs; made from the context's name when absent.
    pub slug: Option<String>,
    /// The name for people; the context's when absent.
    pub name: Option<String>,
    /// Namespaces to offer and to watch where they may not be listed.
    pub namespaces: Vec<String>,
}

/// Why the configured clusters cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A kubeconfig cannot be read.
    #[error("the kubeconfig cannot be read: {0}")]
    Kubeconfig(#[from] ClusterError),
    /// A context is not there.
    #[error("the kubeconfig has no context {0:?}")]
    NoContext(String),
    /// A slug cannot stand in a URL, or stands twice.
    #[error("the slug {0:?} must be unique and made of a-z, 0-9 and -")]
    Slug(String),
    /// A namespace cannot be one.
    #[error("{0:?} cannot be the name of a namespace")]
    Namespace(String),
}

/// The clusters that are configured; without any, every context of the kubeconfig.
pub(super) fn named(
    settings: &[ClusterSettings],
    kubeconfig: Option<&Path>,
) -> Result<Vec<Named>, SettingsError> {
    let mut slugs = Slugs::default();
    if settings.is_empty() {
        let named = |origin: Origin| Named {
            slug: slugs.made_from(origin.name()),
            name: origin.name().to_owned(),
            namespaces: Vec::new(),
            origin,
        };
        return Ok(found(kubeconfig)?.into_iter().map(named).collect());
    }
    // Chosen slugs come first: a slug that is made gives way to them.
    let mut chosen = HashSet::new();
    for slug in settings.iter().filter_map(|one| one.slug.as_deref()) {
        if !chosen.insert(slug) || !slugs.take(slug) {
            return Err(SettingsError::Slug(slug.to_owned()));
        }
    }
    settings
        .iter()
        .map(|one| one.named(kubeconfig, &mut slugs))
        .collect()
}

/// The contexts of the kubeconfig; in a pod without one, the cluster it runs in.
fn found(kubeconfig: Option<&Path>) -> Result<Vec<Origin>, ClusterError> {
    match contexts(kubeconfig) {
        Err(_) if kubeconfig.is_none() && std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() => {
            Ok(vec![Origin::InCluster])
        }
        contexts => contexts,
    }
}

impl ClusterSettings {
    fn named(&self, kubeconfig: Option<&Path>, slugs: &mut Slugs) -> Result<Named, SettingsError> {
        let mut namespaces = self.namespaces.iter();
        if let Some(wrong) = namespaces.find(|name| DnsLabel::parse(name).is_err()) {
            return Err(SettingsError::Namespace(wrong.clone()));
        }
        let origin = self.origin(kubeconfig)?;
        Ok(Named {
            slug: self
                .slug
                .clone()
                .unwrap_or_else(|| slugs.made_from(origin.name())),
            name: self.name.clone().unwrap_or_else(|| origin.name().to_owned()),
            namespaces: self.namespaces.clone(),
            origin,
        })
    }

    fn origin(&self, kubeconfig: Option<&Path>) -> Result<Origin, SettingsError> {
        if self.in_cluster {
            return Ok(Origin::InCluster);
        }
        let mut origins = contexts(self.kubeconfig.as_deref().or(kubeconfig))?.into_iter();
        match &self.context {
            Some(context) => origins
                .find(|origin| origin.name() == context)
                .ok_or_else(|| SettingsError::NoContext(context.clone())),
            None => origins
                .find(Origin::is_current)
                .ok_or_else(|| SettingsError::NoContext(String::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_that_cannot_be_one_is_refused() {
        let settings = [ClusterSettings {
            in_cluster: true,
            namespaces: vec!["shop".to_owned(), "shop/../bank".to_owned()],
            ..ClusterSettings::default()
        }];

        let refused = named(&settings, None).unwrap_err();

        assert!(matches!(refused, SettingsError::Namespace(name) if name == "shop/../bank"));
    }
}
