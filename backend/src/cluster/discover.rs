//! Finds out what a cluster is and has, as far as it may be asked.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Node;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Api;
use kube::api::{ListParams, PartialObjectMeta};
use serde::Deserialize;
use slipway_api::Provider;
use slipway_plan::{ObjectKey, Version};

use super::{Access, ApiPath, ClusterError};

const NODE_PAGE: u32 = 500;
const DEFAULT_INGRESS_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";
const DEFAULT_STORAGE_CLASS: &str = "storageclass.kubernetes.io/is-default-class";
/// The label by which ACK marks virtual nodes (virtual kubelet).
const VIRTUAL_NODE: (&str, &str) = ("type", "virtual-kubelet");
/// The annotation of nodes that kwok simulates.
const SIMULATED_NODE: &str = "kwok.x-k8s.io/node";
/// Labels that Alibaba Cloud puts on the nodes of its clusters begin with one of these.
const ACK_NODE: [&str; 3] = ["alibabacloud.com/", "node.alibabacloud.com/", "ack.aliyun.com"];

/// The API group of the Gateway API.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// What was found on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// Its version in full, e.g. `v1.37.2`.
    pub version_text: String,
    /// Its version.
    pub version: Version,
    /// The names of its API groups.
    pub groups: BTreeSet<String>,
    /// Its Ingress classes, sorted by name.
    pub ingress_classes: Vec<IngressClass>,
    /// The Ingress class used when none is named.
    pub default_ingress_class: Option<String>,
    /// Whether volumes can be had without naming a storage class.
    pub default_storage: bool,
    /// Its Gateway, as namespace and name, if there is exactly one that may be seen.
    pub only_gateway: Option<(String, String)>,
    /// Its nodes, where they may be listed.
    pub nodes: Option<Nodes>,
}

/// An Ingress class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressClass {
    /// Its name.
    pub name: String,
    /// Who carries its Ingresses out, e.g. `k8s.io/ingress-nginx`.
    pub controller: String,
}

/// The nodes of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// How many there are.
    pub count: u32,
    /// How many of them are virtual.
    pub virtual_count: u32,
    /// Who runs them.
    pub provider: Provider,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionBody {
    major: String,
    minor: String,
    git_version: String,
}

#[derive(Deserialize)]
struct Named<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Bare {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: BareSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BareSpec {
    controller: String,
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
}

impl Access {
    /// Asks a cluster what it is and has. What may not be asked counts as not there.
    pub async fn discover(&self) -> Result<Discovery, ClusterError> {
        let version: VersionBody = self.get(&ApiPath::fixed("/version")).await?;
        let groups: Groups = self.get(&ApiPath::fixed("/apis")).await?;
        let ingress_classes = self
            .names(&ApiPath::fixed("/apis/networking.k8s.io/v1/ingressclasses"))
            .await?;
        let storage_classes = self
            .names(&ApiPath::fixed("/apis/storage.k8s.io/v1/storageclasses"))
            .await?;
        let nodes = allowed(self.nodes().await)?;
        let default = |class: &&Bare, mark: &str| {
            class
                .metadata
                .annotations
                .as_ref()
                .is_some_and(|marks| marks.get(mark).is_some_and(|is| is == "true"))
        };
        let name = |class: &Bare| class.metadata.name.clone();
        let class = |class: &Bare| {
            Some(IngressClass {
                name: name(class)?,
                controller: class.spec.controller.clone(),
            })
        };
        let groups: BTreeSet<String> = groups.groups.into_iter().map(|group| group.name).collect();
        let only_gateway = if groups.contains(GATEWAY_GROUP) {
            self.only_gateway().await?
        } else {
            None
        };
        Ok(Discovery {
            version: Version {
                major: number(&version.major),
                minor: number(&version.minor),
            },
            version_text: version.git_version,
            groups,
            default_ingress_class: ingress_classes
                .iter()
                .find(|c| default(c, DEFAULT_INGRESS_CLASS))
                .and_then(name),
            ingress_classes: ingress_classes.iter().filter_map(class).collect(),
            only_gateway,
            default_storage: storage_classes
                .iter()
                .any(|class| default(&class, DEFAULT_STORAGE_CLASS)),
            nodes,
        })
    }

    /// The uid of a namespace. None when it is not there, or may not be read.
    pub async fn namespace_uid(&self, name: &str) -> Result<Option<String>, ClusterError> {
        let namespace = allowed(
            self.object::<Bare>(&ObjectKey::cluster_wide("v1", "Namespace", name))
                .await,
        )?;
        Ok(namespace.and_then(|namespace| namespace.metadata.uid))
    }

    /// Whether the API server answers and can reach its own store. A refusal for want of rights is an answer.
    pub async fn answers(&self) -> Result<(), ClusterError> {
        let answer = self
            .request(http::Method::GET, &ApiPath::fixed("/readyz"), None, Vec::new())
            .await?;
        allowed(answer.ok()).map(drop)
    }

    async fn only_gateway(&self) -> Result<Option<(String, String)>, ClusterError> {
        let gateways = ApiPath::group(&format!("{GATEWAY_GROUP}/v1")).segment("gateways");
        let gateways = self.names(&gateways.query("limit", "2")).await?;
        let [gateway] = gateways.as_slice() else {
            return Ok(None);
        };
        let metadata = gateway.metadata.clone();
        Ok(metadata.namespace.zip(metadata.name))
    }

    async fn names(&self, path: &ApiPath) -> Result<Vec<Bare>, ClusterError> {
        let list: Option<Named<Bare>> = allowed(self.get(path).await)?;
        Ok(list.map(|list| list.items).unwrap_or_default())
    }

    async fn nodes(&self) -> Result<Nodes, ClusterError> {
        let api: Api<Node> = Api::all(self.client().clone());
        let mut nodes = Vec::new();
        let mut page = ListParams::default().limit(NODE_PAGE);
        loop {
            let list = self.timely(async { Ok(api.list_metadata(&page).await?) }).await?;
            nodes.extend(list.items.iter().map(Marks::of));
            match list.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page = page.continue_token(&token),
                None => return Ok(Nodes::of(&nodes)),
            }
        }
    }
}

/// What the labels and annotations of a node say.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    is_virtual: bool,
    simulated: bool,
    ack: bool,
}

impl Marks {
    fn of(node: &PartialObjectMeta<Node>) -> Self {
        let labels = node.metadata.labels.as_ref();
        let ack = |key: &str| ACK_NODE.iter().any(|prefix| key.starts_with(prefix));
        Self {
            is_virtual: labels
                .is_some_and(|l| l.get(VIRTUAL_NODE.0).is_some_and(|kind| kind == VIRTUAL_NODE.1)),
            simulated: node
                .metadata
                .annotations
                .as_ref()
                .is_some_and(|a| a.contains_key(SIMULATED_NODE)),
            ack: labels.is_some_and(|labels| labels.keys().any(|key| ack(key))),
        }
    }
}

impl Nodes {
    fn of(nodes: &[Marks]) -> Self {
        let count = |marked: fn(&Marks) -> bool| {
            u32::try_from(nodes.iter().filter(|n| marked(n)).count()).unwrap_or(u32::MAX)
        };
        let all = count(|_| true);
        let provider = match all {
            0 => Provider::Other,
            _ if count(|node| node.simulated) == all => Provider::Simulated,
            _ if count(|node| node.ack) > 0 => Provider::Ack,
            _ => Provider::Other,
        };
        Self {
            count: all,
            virtual_count: count(|node| node.is_virtual),
            provider,
        }
    }
}

/// Nothing, instead of an error, where a right or the kind is missing.
fn allowed<T>(answer: Result<T, ClusterError>) -> Result<Option<T>, ClusterError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(
            ClusterError::Forbidden { .. }
            | ClusterError::ServerForbidden { .. }
            | ClusterError::Missing { .. },
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Some providers append `+` to the minor version.
fn number(text: &str) -> u32 {
    text.trim_end_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_simulated_only_when_all_its_nodes_are() {
        let simulated = Marks {
            simulated: true,
            is_virtual: true,
            ..Marks::default()
        };
        let real = Marks {
            ack: true,
            ..Marks::default()
        };

        assert_eq!(Nodes::of(&[]).provider, Provider::Other);
        let both = Nodes::of(&[simulated, real]);
        assert_eq!(
            (both.provider, both.count, both.virtual_count),
            (Provider::Ack, 2, 1)
        );
        assert_eq!(Nodes::of(&[simulated]).provider, Provider::Simulated);
    }

    #[test]
    fn a_minor_version_may_carry_a_plus() {
        assert_eq!(number("33+"), 33);
        assert_eq!(number("1"), 1);
    }
}
