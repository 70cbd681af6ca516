//! Namespaces to choose from.

use std::collections::BTreeSet;

use serde::Deserialize;
use slipway_api::NamespaceList;

use crate::cluster::{Access, ApiPath, ClusterError};
use crate::identity::Member;
use crate::live::{LiveApps, LiveError};

#[derive(Deserialize)]
struct List {
    items: Vec<Namespace>,
}

#[derive(Deserialize)]
struct Namespace {
    metadata: Metadata,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    phase: String,
}

/// The namespaces a member may choose from. Many people may not list them; they get those that are configured or known
/// to hold apps, as far as they may see apps there, and may type another name.
pub async fn namespaces(live: &LiveApps, member: &Member) -> Result<NamespaceList, LiveError> {
    let access = live.cluster().access(member)?;
    match listed(&access).await {
        Ok(names) => Ok(NamespaceList {
            names,
            complete: true,
        }),
        Err(ClusterError::Forbidden { .. }) => known(live, member).await,
        Err(error) => Err(error.into()),
    }
}

async fn listed(access: &Access) -> Result<Vec<String>, ClusterError> {
    let list: List = access.get(&ApiPath::fixed("/api/v1/namespaces")).await?;
    let usable = list
        .items
        .into_iter()
        .filter(|namespace| namespace.status.phase != "Terminating");
    let mut names: Vec<String> = usable.map(|namespace| namespace.metadata.name).collect();
    names.sort();
    Ok(names)
}

async fn known(live: &LiveApps, member: &Member) -> Result<NamespaceList, LiveError> {
    let configured = live.cluster().configured_namespaces();
    let sight = live.sight(member, &configured).await?;
    let names = configured
        .into_iter()
        .chain(live.namespaces())
        .filter(|namespace| sight.shows_apps_of(namespace));
    let names: BTreeSet<String> = names.collect();
    Ok(NamespaceList {
        names: names.into_iter().collect(),
        complete: false,
    })
}
