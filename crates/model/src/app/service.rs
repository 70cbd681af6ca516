//! A Service.

use serde::Serialize;

use super::{Annotations, Labels, Protocol, words};
use crate::value::{CloudId, DnsLabel, NodePort, PortName, PortNumber, ServiceName};

/// A Service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: ServiceName,
    /// How far it reaches.
    pub exposure: Exposure,
    /// Which port leads to which; at least one unless it is headless.
    pub ports: Vec<ServicePort>,
    /// Whether nodes pass requests on; the cluster's default when absent.
    pub traffic_policy: Option<TrafficPolicy>,
    /// Labels, as typed.
    pub labels: Labels,
    /// Annotations, as typed.
    pub annotations: Annotations,
}

/// How far a Service reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Exposure {
    /// Inside the cluster.
    ClusterIp,
    /// Inside the cluster, by the addresses of the pods.
    Headless,
    /// On a port of every node.
    NodePort,
    /// By a load balancer of the cloud.
    LoadBalancer(Balancer),
}

impl Exposure {
    /// The type as Kubernetes writes it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ClusterIp | Self::Headless => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer(_) => "LoadBalancer",
        }
    }

    /// Whether it has a port on every node.
    pub fn has_node_ports(&self) -> bool {
        matches!(self, Self::NodePort | Self::LoadBalancer(_))
    }
}

/// A load balancer of the cloud.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Balancer {
    /// One made for this Service.
    New {
        /// Who can reach it; none where one that runs does not say it.
        reach: Option<Reach>,
        /// Its specification.
        specification: Option<String>,
        /// Its bandwidth in Mbit/s.
        bandwidth: Option<u32>,
    },
    /// One that is there; its listeners are overwritten.
    Existing(CloudId),
}

/// Who can reach a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reach {
    /// The whole internet.
    Public,
    /// The private network.
    Private,
}

words! { Reach { Public => "public", Private => "private" } }

/// Whether nodes pass requests on to pods of other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TrafficPolicy {
    /// They do.
    Cluster,
    /// They do not, and the sender's address is kept.
    Local,
}

words! { TrafficPolicy { Cluster => "Cluster", Local => "Local" } }

/// One line of a port mapping.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServicePort {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: Option<DnsLabel>,
    /// The port of the Service.
    pub port: PortNumber,
    /// The port of the container.
    pub target: TargetPort,
    /// Its protocol.
    pub protocol: Protocol,
    /// The port on every node.
    pub node_port: Option<NodePort>,
}

/// A port of a container, as a Service or a health check refers to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum TargetPort {
    /// By its number.
    Number(PortNumber),
    /// By its name.
    Name(PortName),
}
