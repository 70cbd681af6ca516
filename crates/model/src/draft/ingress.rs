//! Step 3: an Ingress in front of a Service.

use serde::Serialize;

use super::basics::Label;
use super::canary::{Canary, Tls};
use super::node::node;
use super::shape::told;
use super::text::Annotation;
use crate::Typed;

told! {
    /// An Ingress. It leads to one Service of the draft.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Ingress {
        /// The row's id.
        pub id: u32,
        /// Its name.
        pub name: Typed,
        /// Its class; the cluster's default when left empty.
        pub class: Typed,
        /// The name of the Service it leads to; the draft's first when left empty.
        pub service: Typed,
        /// Which requests go where.
        pub rules: Vec<Rule>,
        /// The weight of its Service beside that of a canary; 100 when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub weight: Typed,
        /// Which requests go to another version.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub canary: Canary,
        /// Certificates; without one there is no TLS.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub tls: Vec<Tls>,
        /// Its annotations.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub annotations: Vec<Annotation>,
        /// Its labels.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub labels: Vec<Label>,
    }
}

impl Default for Ingress {
    fn default() -> Self {
        Self {
            id: 0,
            name: Typed::default(),
            class: Typed::default(),
            service: Typed::default(),
            rules: vec![Rule::default()],
            weight: Typed::default(),
            canary: Canary::default(),
            tls: Vec::new(),
            annotations: Vec::new(),
            labels: Vec::new(),
        }
    }
}

node! { row Ingress {
    leaves: [name, class, service, weight],
    parts: [canary],
    rows: [rules, tls, annotations, labels]
} }

told! {
    /// One rule.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Rule {
        /// The row's id.
        pub id: u32,
        /// The host name; any host when left empty.
        pub host: Typed,
        /// The path; `/` when left empty.
        pub path: Typed,
        /// How the path is compared: `Prefix`, `Exact` or `ImplementationSpecific`.
        pub path_kind: Typed,
        /// The port of the Service, by number or name; its first when left empty.
        pub port: Typed,
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            id: 0,
            host: Typed::default(),
            path: "/".into(),
            path_kind: "Prefix".into(),
            port: Typed::default(),
        }
    }
}

node! { row Rule { leaves: [host, path, path_kind, port], parts: [], rows: [] } }
