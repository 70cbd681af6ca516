//! What the form knows about the cluster it is for.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{ChecksView, ClusterView, NamespaceList};

use crate::api;

/// The cluster and its namespaces, as far as they are known.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// The cluster's slug.
    pub(crate) slug: StoredValue<String>,
    /// The cluster.
    pub(crate) cluster: RwSignal<Option<ClusterView>>,
    /// The namespaces to choose from. Without them a name is typed.
    pub(crate) namespaces: RwSignal<Option<NamespaceList>>,
    /// What it said to the draft when it was last asked.
    pub(crate) checks: RwSignal<Option<ChecksView>>,
}

impl Work {
    /// Asks about a cluster. What cannot be found out is left to typing.
    pub(crate) fn on(slug: &str) -> Self {
        let work = Self {
            slug: StoredValue::new(slug.to_owned()),
            cluster: RwSignal::new(None),
            namespaces: RwSignal::new(None),
            checks: RwSignal::new(None),
        };
        let asked = slug.to_owned();
        spawn_local(async move {
            if let Ok(cluster) = api::cluster(&asked).await {
                work.cluster.try_set(Some(cluster));
            }
        });
        let asked = slug.to_owned();
        spawn_local(async move {
            if let Ok(namespaces) = api::namespaces(&asked).await {
                work.namespaces.try_set(Some(namespaces));
            }
        });
        work
    }

    /// What people call the cluster.
    pub(crate) fn name(&self) -> String {
        self.cluster
            .with(|cluster| cluster.as_ref().map(|c| c.name.clone()))
            .unwrap_or_else(|| self.slug.get_value())
    }
}

/// The cluster of the wizard around.
pub(crate) fn use_work() -> Work {
    expect_context()
}
