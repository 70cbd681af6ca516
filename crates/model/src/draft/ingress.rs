//! Step 3: an Ingress in front of a Service.

use serde::Serialize;

use super::basics::Label;
use super::canary::{Canary, Tls};
use super::form::form;
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
        /// What carries it out: `Ingress` or `HTTPRoute`; what the cluster has for new apps when left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub kind: Typed,
        /// Its class; the cluster's default when left empty. Only an Ingress has one.
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
        /// The Gateways at which an `HTTPRoute` is; those of the cluster when the kind is left empty.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub gateways: Vec<Gateway>,
        /// Certificates; without one there is no TLS. Those of an `HTTPRoute` are the Gateway's.
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
            kind: Typed::default(),
            class: Typed::default(),
            service: Typed::default(),
            rules: vec![Rule::default()],
            weight: Typed::default(),
            canary: Canary::default(),
            gateways: Vec::new(),
            tls: Vec::new(),
            annotations: Vec::new(),
            labels: Vec::new(),
        }
    }
}

node! { row Ingress {
    leaves: [name, kind, class, service, weight],
    parts: [canary],
    rows: [rules, gateways, tls, annotations, labels]
} }

form! {
    /// A Gateway that carries out a route.
    row Gateway {
        leaves: [
            /// Its namespace; that of the app when left empty.
            namespace,
            /// Its name.
            name,
        ]
        parts: []
        rows: []
    }
}

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
