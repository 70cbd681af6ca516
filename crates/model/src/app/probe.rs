//! Health checks.

use serde::Serialize;

use super::service::TargetPort;
use super::words;
use crate::value::{HeaderName, ProbePath};

/// A health check. The guide's delays differ from the cluster's, so every number is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Probe {
    /// How it asks.
    pub handler: Handler,
    /// Seconds before the first question.
    pub initial_delay: u32,
    /// Seconds between questions.
    pub period: u32,
    /// Seconds until an answer is too late.
    pub timeout: u32,
    /// Good answers in a row that count as healthy.
    pub healthy: u32,
    /// Bad answers in a row that count as unhealthy.
    pub unhealthy: u32,
}

/// How a health check asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Handler {
    /// By an HTTP request.
    Http {
        /// With or without TLS.
        scheme: Scheme,
        /// The path.
        path: Option<ProbePath>,
        /// The port.
        port: TargetPort,
        /// Headers; a name may repeat.
        headers: Vec<(HeaderName, String)>,
    },
    /// By opening a connection.
    Tcp(TargetPort),
    /// By a command; at least one word.
    Exec(Vec<String>),
}

/// With or without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Scheme {
    /// Without.
    Http,
    /// With; the certificate is not verified.
    Https,
}

words! { Scheme { Http => "HTTP", Https => "HTTPS" } }
