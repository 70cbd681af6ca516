//! An Ingress.

use serde::Serialize;

use super::{Annotations, Labels, words};
use crate::value::{DnsLabel, HostName, PortName, PortNumber, ServiceName, Subdomain, UrlPath};

/// An Ingress in front of one Service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ingress {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: Subdomain,
    /// What carries it out; what the cluster has for new apps when absent.
    pub access: Option<Access>,
    /// Its class.
    pub class: Option<Subdomain>,
    /// The Service it leads to.
    pub service: ServiceName,
    /// Which requests go where; at least one.
    pub rules: Vec<Rule>,
    /// Certificates.
    pub tls: Vec<Tls>,
    /// Which requests go to another version.
    pub canary: Option<Canary>,
    /// Labels, as typed.
    pub labels: Labels,
    /// Annotations, as typed.
    pub annotations: Annotations,
}

/// What carries out an Ingress of the form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Access {
    /// An Ingress of the cluster.
    Ingress,
    /// A route of the Gateway API, at these Gateways; at least one.
    Route(Vec<Gateway>),
}

/// What is chosen to carry out an Ingress of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AccessKind {
    /// An Ingress of the cluster.
    Ingress,
    /// A route of the Gateway API.
    Route,
}

words! { AccessKind {
    Ingress => "Ingress",
    Route => "HTTPRoute",
} }

/// A Gateway that carries out a route.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gateway {
    /// The draft row it comes from.
    pub row: u32,
    /// Its namespace; that of the app when absent.
    pub namespace: Option<DnsLabel>,
    /// Its name.
    pub name: Subdomain,
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
    /// Its name, where the rule refers to it by name.
    pub port_name: Option<PortName>,
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

words! { PathKind {
    Prefix => "Prefix",
    Exact => "Exact",
    ImplementationSpecific => "ImplementationSpecific",
} }

/// A certificate for some hosts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tls {
    /// The draft row it comes from.
    pub row: u32,
    /// The hosts.
    pub hosts: Vec<HostName>,
    /// The Secret with the certificate.
    pub secret: Subdomain,
}

/// Which requests go to another Service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Canary {
    /// The other Service.
    pub service: ServiceName,
    /// Its port; the same as that of the rule when absent.
    pub port: Option<PortNumber>,
    /// The weights of this Ingress's Service and of the other one.
    pub weights: Option<(u32, u32)>,
    /// A header that decides, and its value instead of `always`.
    pub header: Option<(String, Option<String>)>,
    /// A cookie that decides.
    pub cookie: Option<String>,
}
