//! Where the person is: the cluster and the namespace that pages are about.
//!
//! The URL says it. What it said last is remembered in this browser for the member, for pages whose URL names none.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::ClusterView;

use crate::member::storage;
use crate::whenever::whenever;
use crate::{api, router};

const CLUSTER: &str = "cluster";
const NAMESPACE: &str = "namespace";

fn remembered(
    name: &'static str,
    signal: &'static OnceLock<ArcRwSignal<Option<String>>>,
) -> &'static ArcRwSignal<Option<String>> {
    signal.get_or_init(|| ArcRwSignal::new(storage::find(name)))
}

/// The slug of the cluster that pages are about, once one is known.
pub fn cluster() -> &'static ArcRwSignal<Option<String>> {
    static SIGNAL: OnceLock<ArcRwSignal<Option<String>>> = OnceLock::new();
    remembered(CLUSTER, &SIGNAL)
}

/// The namespace that lists are narrowed to and drafts begin with; none means all of them.
pub fn namespace() -> &'static ArcRwSignal<Option<String>> {
    static SIGNAL: OnceLock<ArcRwSignal<Option<String>>> = OnceLock::new();
    remembered(NAMESPACE, &SIGNAL)
}

/// The clusters there are; empty until they are known.
pub fn clusters() -> &'static ArcRwSignal<Vec<ClusterView>> {
    static SIGNAL: OnceLock<ArcRwSignal<Vec<ClusterView>>> = OnceLock::new();
    SIGNAL.get_or_init(|| ArcRwSignal::new(Vec::new()))
}

/// Whether the clusters have been asked for, with or without an answer.
pub fn asked() -> &'static ArcRwSignal<bool> {
    static SIGNAL: OnceLock<ArcRwSignal<bool>> = OnceLock::new();
    SIGNAL.get_or_init(|| ArcRwSignal::new(false))
}

/// Asks for the clusters, and takes the first where none was chosen before or the chosen one is gone.
pub fn ask_clusters() {
    spawn_local(async {
        if let Ok(found) = api::clusters().await {
            let chosen = cluster().get_untracked();
            if !found.iter().any(|view| Some(&view.slug) == chosen.as_ref()) {
                choose_cluster(found.first().map(|view| view.slug.clone()));
            }
            clusters().set(found);
        }
        asked().set(true);
    });
}

/// Remembers a choice of cluster.
pub fn choose_cluster(slug: Option<String>) {
    if cluster().get_untracked() != slug {
        storage::keep(CLUSTER, slug.as_deref());
        cluster().set(slug);
    }
}

/// Remembers a choice of namespace.
pub fn choose_namespace(name: Option<String>) {
    if namespace().get_untracked() != name {
        storage::keep(NAMESPACE, name.as_deref());
        namespace().set(name);
    }
}

/// Keeps the remembered place in step with the URL. Once, in the frame.
pub fn follow_url() {
    let path = router::path();
    whenever(move || {
        if let Some(slug) = cluster_in(&path.get()) {
            choose_cluster(Some(slug.to_owned()));
        }
    });
}

/// The cluster a path is about.
fn cluster_in(path: &str) -> Option<&str> {
    path.strip_prefix("/c/")?
        .split('/')
        .next()
        .filter(|slug| !slug.is_empty())
}

/// Whether a path is the app list of a cluster.
pub fn is_app_list(path: &str) -> bool {
    path.strip_prefix("/c/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, rest)| rest.trim_end_matches('/') == "apps")
}

/// The address of the app list of a cluster, narrowed to the namespace chosen.
pub fn apps_href(cluster: &str, namespace: Option<&str>) -> String {
    match namespace {
        Some(namespace) => format!("/c/{cluster}/apps?namespace={namespace}"),
        None => format!("/c/{cluster}/apps"),
    }
}

#[cfg(test)]
mod tests {
    use super::{cluster_in, is_app_list};

    #[test]
    fn the_cluster_is_the_second_part_of_a_cluster_page() {
        assert_eq!(cluster_in("/c/prod/apps"), Some("prod"));
        assert_eq!(cluster_in("/drafts"), None);
        assert_eq!(cluster_in("/c/"), None);
    }

    #[test]
    fn an_app_is_not_the_app_list() {
        assert!(is_app_list("/c/prod/apps"));
        assert!(!is_app_list("/c/prod/apps/default/deployment/nginx"));
        assert!(!is_app_list("/clusters"));
    }
}
