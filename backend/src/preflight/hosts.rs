//! Hosts and paths that somebody else serves already, anywhere in the cluster. The cluster takes a second one, and who
//! then gets the requests is anybody's guess, so it is a warning. Whose it is, is told to those who may see it.

use serde::Deserialize;
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::Problem;
use slipway_plan::ObjectKey;

use super::near::Near;
use super::report::Finding;
use super::subject::{Part, Subject};
use super::witness::Witness;
use crate::cluster::{Access, ClusterError, few_at_once};

const MOST: usize = 5000;
/// An API version and a kind.
type Kind = (&'static str, &'static str);
const INGRESS: Kind = ("networking.k8s.io/v1", "Ingress");
const ROUTE: Kind = ("gateway.networking.k8s.io/v1", "HTTPRoute");
/// An Ingress with one of these shares a host on purpose.
const CANARY: [&str; 2] = [
    "nginx.ingress.kubernetes.io/canary",
    "alb.ingress.kubernetes.io/canary",
];
const OLD_CLASS: &str = "kubernetes.io/ingress.class";

/// One host and path that an object serves, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) host: String,
    pub(super) path: String,
    /// The path in the object.
    pub(super) at: String,
}

/// An object that serves hosts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Raw")]
pub(super) struct Served {
    /// A list says it once, so its objects do not.
    pub(super) kind: Kind,
    pub(super) namespace: String,
    pub(super) name: String,
    /// Who carries it out: classes or gateways. Two that have none in common never meet.
    pub(super) by: Vec<String>,
    pub(super) ways: Vec<Way>,
    pub(super) is_canary: bool,
}

pub(super) async fn check(
    witness: &Witness,
    near: &Near,
    subject: &Subject<'_>,
) -> Result<Vec<Finding>, ClusterError> {
    let own = |kind: &'static str| subject.of_kind::<Served>(kind);
    let ours: Vec<(Served, &Part)> = own(INGRESS.1).chain(own(ROUTE.1)).collect();
    let ours: Vec<_> = ours.into_iter().filter(|(served, _)| !served.is_canary).collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let others = near.served.get(everything(&witness.own)).await?;
    let here = in_namespace(witness, subject, &others).await;
    let asked = ours.iter().map(|(served, part)| async {
        let mut finding = Finding::about(CheckCode::Hosts, &part.object.key);
        let all = others.items.iter().chain(&here);
        for (way, other) in taken(served, all, subject) {
            let key = ObjectKey::namespaced(other.kind.0, other.kind.1, &other.namespace, &other.name);
            let problem = Problem::HostTaken {
                host: way.host.clone(),
                path: way.path.clone(),
                owner: witness.owner(&key).await?,
            };
            finding = finding.warned(part.fields.field(&way.at), problem);
        }
        finding = others
            .hidden
            .iter()
            .fold(finding, |finding, (_, reason)| finding.hindered(reason));
        if others.complete {
            return Ok(finding);
        }
        let most = Fact::new(FactCode::TooMany, [("most", MOST.to_string())]);
        Ok(finding.could_not(None).seen(most))
    });
    few_at_once(asked).await.into_iter().collect()
}

/// Everything in the cluster that serves hosts.
#[derive(Debug)]
pub(super) struct Everything {
    items: Vec<Served>,
    complete: bool,
    /// Kinds that this server may not list, each with the refusal.
    hidden: Vec<(Kind, ClusterError)>,
}

async fn everything(own: &Access) -> Result<Everything, ClusterError> {
    let mut all = Everything {
        items: Vec::new(),
        complete: true,
        hidden: Vec::new(),
    };
    for kind in [INGRESS, ROUTE] {
        let like = ObjectKey::cluster_wide(kind.0, kind.1, "");
        match own.list::<Served>(&like, None, MOST).await {
            Ok(listed) => {
                all.items
                    .extend(listed.items.into_iter().map(|served| served.with_kind(kind)));
                all.complete &= listed.complete;
            }
            Err(error @ ClusterError::ServerForbidden { .. }) => all.hidden.push((kind, error)),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Of the kinds that this server may not list, what the person sees in the namespace.
async fn in_namespace(witness: &Witness, subject: &Subject<'_>, all: &Everything) -> Vec<Served> {
    let mut seen = Vec::new();
    for (kind, _) in &all.hidden {
        let here = subject.key(kind.0, kind.1, "");
        if let Ok(listed) = witness.person.list::<Served>(&here, None, MOST).await {
            seen.extend(listed.items.into_iter().map(|served| served.with_kind(*kind)));
        }
    }
    seen
}

/// What somebody else serves of what we want to.
fn taken<'a>(
    ours: &'a Served,
    others: impl Iterator<Item = &'a Served>,
    subject: &'a Subject,
) -> impl Iterator<Item = (&'a Way, &'a Served)> {
    let planned = |other: &Served| {
        other.namespace == subject.namespace
            && [INGRESS, ROUTE]
                .iter()
                .any(|(_, kind)| subject.is_ours(kind, &other.name))
    };
    let rivals = others.filter(move |other| !other.is_canary && !planned(other) && meet(ours, other));
    rivals.flat_map(move |other| {
        let same = |way: &&Way| other.ways.iter().any(|their| way.is_same(their));
        ours.ways.iter().filter(same).map(move |way| (way, other))
    })
}

/// Whether the same program carries both out. One that names none may be carried out by any.
fn meet(ours: &Served, theirs: &Served) -> bool {
    ours.by.is_empty() || theirs.by.is_empty() || ours.by.iter().any(|one| theirs.by.contains(one))
}

impl Way {
    fn is_same(&self, other: &Self) -> bool {
        let bare = |path: &str| path.trim_end_matches('/').to_owned();
        self.host.eq_ignore_ascii_case(&other.host) && bare(&self.path) == bare(&other.path)
    }
}

/// An Ingress or a route as the cluster writes it: what one has, the other lacks.
#[derive(Deserialize)]
struct Raw {
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    #[serde(default)]
    spec: RawSpec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawSpec {
    ingress_class_name: Option<String>,
    parent_refs: Vec<RawParent>,
    hostnames: Vec<String>,
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
struct RawParent {
    #[serde(default)]
    namespace: Option<String>,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawRule {
    host: Option<String>,
    http: Option<RawPaths>,
    matches: Vec<RawMatch>,
}

#[derive(Deserialize)]
struct RawPaths {
    #[serde(default)]
    paths: Vec<RawPath>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPath {
    path: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMatch {
    path: Option<RawValue>,
    headers: Vec<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawValue {
    value: Option<String>,
}

impl From<Raw> for Served {
    fn from(raw: Raw) -> Self {
        let annotations = raw.metadata.annotations.unwrap_or_default();
        let namespace = raw.metadata.namespace.unwrap_or_default();
        let old = annotations.get(OLD_CLASS).cloned();
        let class = raw.spec.ingress_class_name.clone().or(old);
        let gateways = raw.spec.parent_refs.iter().map(|parent| {
            let of = parent.namespace.as_ref().unwrap_or(&namespace);
            format!("{of}/{}", parent.name)
        });
        Self {
            by: class.into_iter().chain(gateways).collect(),
            is_canary: CANARY
                .iter()
                .any(|mark| annotations.get(*mark).is_some_and(|value| value == "true")),
            ways: ways(&raw.spec),
            name: raw.metadata.name.unwrap_or_default(),
            namespace,
            kind: INGRESS,
        }
    }
}

impl Served {
    fn with_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

fn ways(spec: &RawSpec) -> Vec<Way> {
    let mut ways = Vec::new();
    let any = [String::new()];
    let hosts = if spec.hostnames.is_empty() {
        &any
    } else {
        spec.hostnames.as_slice()
    };
    for (index, rule) in spec.rules.iter().enumerate() {
        let paths = rule.http.iter().flat_map(|http| &http.paths).enumerate();
        ways.extend(paths.map(|(path, entry)| Way {
            host: rule.host.clone().unwrap_or_default(),
            path: entry.path.clone().unwrap_or_else(|| "/".to_owned()),
            at: format!("spec.rules[{index}].http.paths[{path}]"),
        }));
        // A match by a header as well is a canary.
        let matches = rule.matches.iter().enumerate();
        for (position, one) in matches.filter(|(_, one)| one.headers.is_empty()) {
            let value = one.path.as_ref().and_then(|path| path.value.clone());
            ways.extend(hosts.iter().map(|host| Way {
                host: host.clone(),
                path: value.clone().unwrap_or_else(|| "/".to_owned()),
                at: format!("spec.rules[{index}].matches[{position}].path"),
            }));
        }
    }
    ways
}

#[cfg(test)]
mod tests;
