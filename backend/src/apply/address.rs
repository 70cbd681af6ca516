//! The id of an operation, and the address of the app it is about.

use std::fmt;

use slipway_model::App;
use slipway_model::app::WorkloadKind;
use slipway_model::value::{DnsLabel, Subdomain};
use slipway_plan::ObjectKey;
use uuid::Uuid;

/// The id of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub Uuid);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Where an app lives in its cluster.
///
/// It can only be made of names that Kubernetes would take. So whatever stands in a URL, a topic or a draft is judged before
/// anything is asked about it: a name that no object can have is never sent to an API server, nor looked for in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAddress {
    namespace: DnsLabel,
    kind: WorkloadKind,
    name: Subdomain,
}

impl AppAddress {
    /// The address of a workload.
    pub fn new(namespace: DnsLabel, kind: WorkloadKind, name: Subdomain) -> Self {
        Self {
            namespace,
            kind,
            name,
        }
    }

    /// Where an app lives.
    pub fn of(app: &App) -> Self {
        Self::new(app.namespace.clone(), app.kind(), app.name.clone().into())
    }

    /// The address that three texts mean, the kind as Kubernetes writes it; nothing if there can be no such app.
    pub fn parse(namespace: &str, kind: &str, name: &str) -> Option<Self> {
        let (_, kind) = WorkloadKind::CHOICES.iter().find(|(word, _)| *word == kind)?;
        Some(Self::new(
            DnsLabel::parse(namespace).ok()?,
            *kind,
            Subdomain::parse(name).ok()?,
        ))
    }

    /// The same for an address in a URL, where the kind is in lower case.
    pub fn in_url(namespace: &str, kind: &str, name: &str) -> Option<Self> {
        let lower = |word: &str| word.to_ascii_lowercase() == kind;
        let (word, _) = WorkloadKind::CHOICES.iter().find(|(word, _)| lower(word))?;
        Self::parse(namespace, word, name)
    }

    /// The namespace.
    pub fn namespace(&self) -> &str {
        self.namespace.as_str()
    }

    /// The kind of the workload.
    pub fn kind(&self) -> WorkloadKind {
        self.kind
    }

    /// The kind of the workload, as Kubernetes writes it.
    pub fn workload(&self) -> &'static str {
        self.kind.as_str()
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The address of the workload in the Kubernetes API.
    pub fn key(&self) -> ObjectKey {
        let version = if self.kind.keeps_running() {
            "apps/v1"
        } else {
            "batch/v1"
        };
        ObjectKey::namespaced(version, self.workload(), &self.namespace, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_names_that_kubernetes_takes() {
        let found = AppAddress::in_url("shop", "statefulset", "db.v2").unwrap();

        assert_eq!(
            (found.namespace(), found.workload(), found.name()),
            ("shop", "StatefulSet", "db.v2")
        );
        assert_eq!(Some(found), AppAddress::parse("shop", "StatefulSet", "db.v2"));
        for (namespace, kind, name) in [
            ("shop", "deployment", "web?x"),
            ("shop", "deployment", "web%3Fx"),
            ("shop", "deployment", "web/scale"),
            ("shop", "deployment", ".."),
            ("shop", "deployment", "web."),
            ("shop", "deployment", "Web"),
            ("shop", "deployment", ""),
            ("shop.x", "deployment", "web"),
            ("shop/../bank", "deployment", "web"),
            ("shop", "Deployment", "web"),
            ("shop", "daemonset", "web"),
            ("shop", "deployment?", "web"),
        ] {
            assert_eq!(
                AppAddress::in_url(namespace, kind, name),
                None,
                "{namespace}/{kind}/{name}"
            );
        }
    }
}
