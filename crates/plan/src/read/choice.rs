//! Which of the workloads among some objects is opened.

use std::collections::HashMap;
use std::fmt;

use slipway_model::app::WorkloadKind;

use super::source::Source;
use crate::ObjectKey;

/// Why objects cannot be opened in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no workload among them.
    NoWorkload,
    /// There are several workloads, and a draft describes one.
    SeveralWorkloads(Vec<ObjectKey>),
    /// There is no workload of this name among these.
    NoSuchWorkload(String, Vec<ObjectKey>),
    /// The form has no place for this kind of workload.
    NoForm(ObjectKey),
    /// The only workload gets its name from the server, so that it is another app each time.
    Unnamed {
        /// Its kind.
        kind: String,
        /// How its names begin.
        prefix: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkload => {
                f.write_str("there is no Deployment, StatefulSet, Job or CronJob among the objects")
            }
            Self::SeveralWorkloads(keys) => {
                write!(
                    f,
                    "a draft describes one app, and here are several: {}",
                    names(keys)
                )
            }
            Self::NoSuchWorkload(name, keys) => {
                write!(f, "there is no app {name} here, but: {}", names(keys))
            }
            Self::Unnamed { kind, prefix } => write!(
                f,
                "a {kind} without a name cannot be opened: generateName makes another one each time, such as {prefix}x7k2p"
            ),
            Self::NoForm(key) => write!(
                f,
                "{key} ({}) cannot be opened: the form has Deployment and StatefulSet (apps/v1), Job and CronJob \
                 (batch/v1)",
                key.api_version
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// The names of apps, as short as they can be told apart by [`read_app`].
fn names(keys: &[ObjectKey]) -> String {
    let (mut by_name, mut by_kind) = (HashMap::new(), HashMap::new());
    for key in keys {
        *by_name.entry(&key.name).or_insert(0) += 1;
        *by_kind.entry((&key.name, &key.kind)).or_insert(0) += 1;
    }
    let names = keys.iter().map(|key| {
        let (namespace, kind) = (
            key.namespace.as_deref().unwrap_or_default(),
            key.kind.to_ascii_lowercase(),
        );
        if by_name[&key.name] == 1 {
            key.name.clone()
        } else if by_kind[&(&key.name, &key.kind)] == 1 {
            format!("{kind}/{}", key.name)
        } else {
            format!("{namespace}/{kind}/{}", key.name)
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Kinds that run pods, and that the form has no place for.
const OTHERS: [&str; 5] = [
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "Rollout",
];

/// The workloads among the objects that the form has a place for.
pub(crate) fn workloads(sources: &[Source]) -> Vec<(usize, WorkloadKind)> {
    let kinds = sources.iter().map(|source| {
        let (_, kind) = WorkloadKind::CHOICES
            .iter()
            .find(|(word, _)| *word == source.key.kind)?;
        let api_version = if kind.keeps_running() {
            "apps/v1"
        } else {
            "batch/v1"
        };
        source.is(api_version, kind.as_str()).then_some(*kind)
    });
    kinds
        .enumerate()
        .filter_map(|(number, kind)| Some((number, kind?)))
        .collect()
}

/// The one workload among the objects, or the one that is named.
pub(crate) fn workload(sources: &[Source], name: Option<&str>) -> Result<(usize, WorkloadKind), ReadError> {
    let found = workloads(sources);
    let keys = |found: &[(usize, WorkloadKind)]| -> Vec<ObjectKey> {
        let sources = found.iter().map(|(number, _)| &sources[*number]);
        sources
            .map(|source| ObjectKey {
                namespace: Some(source.namespace().to_owned()),
                ..source.key.clone()
            })
            .collect()
    };
    let Some(name) = name else {
        return match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(no_workload(sources)),
            several => Err(ReadError::SeveralWorkloads(keys(several))),
        };
    };
    let named: Vec<_> = found
        .iter()
        .filter(|(number, kind)| is_named(&sources[*number], *kind, name))
        .copied()
        .collect();
    match named.as_slice() {
        [only] => Ok(*only),
        [] if found.is_empty() => Err(no_workload(sources)),
        [] => Err(ReadError::NoSuchWorkload(name.to_owned(), keys(&found))),
        several => Err(ReadError::SeveralWorkloads(keys(several))),
    }
}

fn no_workload(sources: &[Source]) -> ReadError {
    let other = sources.iter().find(|source| {
        OTHERS.contains(&source.key.kind.as_str())
            || WorkloadKind::CHOICES
                .iter()
                .any(|(word, _)| *word == source.key.kind)
    });
    other.map_or(ReadError::NoWorkload, |other| {
        ReadError::NoForm(other.key.clone())
    })
}

/// Whether this is the app `name`, `type/name` or `namespace/type/name`.
fn is_named(source: &Source, kind: WorkloadKind, name: &str) -> bool {
    let mut parts = name.rsplit('/');
    let is_name = parts.next() == Some(source.key.name.as_str());
    let is_kind = parts
        .next()
        .is_none_or(|word| word.eq_ignore_ascii_case(kind.as_str()));
    let is_home = parts.next().is_none_or(|word| word == source.namespace());
    is_name && is_kind && is_home && parts.next().is_none()
}
