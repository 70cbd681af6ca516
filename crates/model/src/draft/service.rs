//! Step 3: a Service in front of the pods.

use serde::Serialize;

use super::balancer::Balancer;
use super::basics::Label;
use super::node::node;
use super::shape::told;
use super::text::Annotation;
use crate::Typed;

told! {
    /// A Service.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Service {
        /// The row's id.
        pub id: u32,
        /// Its name.
        pub name: Typed,
        /// `ClusterIP`, `NodePort` or `LoadBalancer`.
        pub kind: Typed,
        /// `public` or `private`, for a load balancer. Never chosen for the user: one of them is billed and open to all.
        pub reach: Typed,
        /// Which port leads to which.
        pub ports: Vec<ServicePort>,
        /// Whether it has no address of its own, only those of the pods: `true` or `false`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub headless: Typed,
        /// Whether nodes pass requests on to other nodes: `Cluster` or `Local`.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub traffic_policy: Typed,
        /// The cloud's load balancer, for that type.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub balancer: Balancer,
        /// Its annotations.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub annotations: Vec<Annotation>,
        /// Its labels.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub labels: Vec<Label>,
    }
}

impl Default for Service {
    fn default() -> Self {
        Self {
            id: 0,
            name: Typed::default(),
            kind: "ClusterIP".into(),
            reach: Typed::default(),
            ports: vec![ServicePort::default()],
            headless: Typed::default(),
            traffic_policy: Typed::default(),
            balancer: Balancer::default(),
            annotations: Vec::new(),
            labels: Vec::new(),
        }
    }
}

node! { row Service {
    leaves: [name, kind, reach, headless, traffic_policy],
    parts: [balancer],
    rows: [ports, annotations, labels]
} }

told! {
    /// One line of the port mapping.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct ServicePort {
        /// The row's id.
        pub id: u32,
        /// Its name; needed when there are several.
        pub name: Typed,
        /// The port of the Service.
        pub port: Typed,
        /// The port of the container, by number or name; the same number when left empty.
        pub target: Typed,
        /// `TCP` or `UDP`.
        pub protocol: Typed,
        /// The port on every node; the cluster chooses one when left empty.
        pub node_port: Typed,
    }
}

impl Default for ServicePort {
    fn default() -> Self {
        Self {
            id: 0,
            name: Typed::default(),
            port: Typed::default(),
            target: Typed::default(),
            protocol: "TCP".into(),
            node_port: Typed::default(),
        }
    }
}

node! { row ServicePort { leaves: [name, port, target, protocol, node_port], parts: [], rows: [] } }
