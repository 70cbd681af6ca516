//! The draft once valid: what an app is, in types that cannot say anything impossible.

use serde::Serialize;

use crate::value::{
    AppName, Cpu, DnsLabel, HostName, ImageRef, LabelKey, LabelValue, Memory, NodePort, PortName, PortNumber,
    ServiceName, Subdomain, UrlPath, VariableName,
};

/// A workload with what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// The namespace of every object.
    pub namespace: DnsLabel,
    /// The name of the app and of its workload.
    pub name: AppName,
    /// What kind of workload it is.
    pub kind: WorkloadKind,
    /// Who decides how many pods run.
    pub replicas: Replicas,
    /// Labels of the workload, as typed.
    pub labels: Vec<(LabelKey, LabelValue)>,
    /// The containers; at least one.
    pub containers: Vec<Container>,
    /// The Services.
    pub services: Vec<Service>,
    /// The Ingresses, each in front of one of the Services.
    pub ingresses: Vec<Ingress>,
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum WorkloadKind {
    /// Interchangeable pods that run for ever.
    Deployment,
}

impl WorkloadKind {
    /// The kind as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
        }
    }
}

/// Who decides how many pods run. Never both: with an autoscaler the workload names no count after its start, else
/// each later change would undo the autoscaler's work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Replicas {
    /// The user.
    Fixed(u32),
    /// An autoscaler.
    Autoscaled(Autoscaling),
}

/// How the number of pods follows the load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Autoscaling {
    /// How many pods to start with.
    pub start: u32,
    /// The fewest pods.
    pub min: u32,
    /// The most pods.
    pub max: u32,
    /// What is measured; at least one.
    pub metrics: Vec<Metric>,
}

/// One measure of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// The draft row it comes from.
    pub row: u32,
    /// What is measured.
    pub kind: MetricKind,
    /// The use, in percent of the request, above which more pods are started.
    pub utilization: u32,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MetricKind {
    /// Use of CPU.
    Cpu,
}

impl MetricKind {
    /// The resource as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
        }
    }
}

/// A container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Container {
    /// The draft row it comes from, so that a refusal finds its field again.
    pub row: u32,
    /// Its name.
    pub name: DnsLabel,
    /// The image it runs.
    pub image: ImageRef,
    /// The CPU reserved for it.
    pub cpu_request: Option<Cpu>,
    /// The memory reserved for it.
    pub memory_request: Option<Memory>,
    /// The ports it listens on.
    pub ports: Vec<Port>,
    /// Its environment variables.
    pub env: Vec<Variable>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Port {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: Option<PortName>,
    /// Its number.
    pub number: PortNumber,
    /// Its protocol.
    pub protocol: Protocol,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The protocol as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// An environment variable with a typed value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variable {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: VariableName,
    /// Its value, exactly as typed.
    pub value: String,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: ServiceName,
    /// How far it reaches.
    pub exposure: Exposure,
    /// Which port leads to which; at least one.
    pub ports: Vec<ServicePort>,
}

/// How far a Service reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Exposure {
    /// Inside the cluster.
    ClusterIp,
    /// On a port of every node.
    NodePort,
    /// By a load balancer of the cloud.
    LoadBalancer(Reach),
}

impl Exposure {
    /// The type as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer(_) => "LoadBalancer",
        }
    }
}

/// Who can reach a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reach {
    /// The whole internet.
    Public,
    /// The private network.
    Private,
}

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

/// A port of a container, as a Service refers to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum TargetPort {
    /// By its number.
    Number(PortNumber),
    /// By its name.
    Name(PortName),
}

/// An Ingress in front of one Service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ingress {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: Subdomain,
    /// Its class.
    pub class: Option<Subdomain>,
    /// The Service it leads to.
    pub service: ServiceName,
    /// Which requests go where; at least one.
    pub rules: Vec<Rule>,
}

/// One rule of an Ingress.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// The draft row it comes from.
    pub row: u32,
    /// The host name; any host when absent.
    pub host: Option<HostName>,
    /// The path.
    pub path: UrlPath,
    /// How the path is compared.
    pub path_kind: PathKind,
    /// The port of the Service.
    pub port: PortNumber,
}

/// How the path of a rule is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PathKind {
    /// Whole path elements.
    Prefix,
    /// The very path.
    Exact,
    /// Up to the Ingress controller.
    ImplementationSpecific,
}

impl PathKind {
    /// The path type as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefix => "Prefix",
            Self::Exact => "Exact",
            Self::ImplementationSpecific => "ImplementationSpecific",
        }
    }
}
