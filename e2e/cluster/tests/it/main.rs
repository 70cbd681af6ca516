//! The local Kubernetes does what tests, demo and benchmarks rely on.

#![expect(clippy::unwrap_used, reason = "a test ends where an answer is missing")]

mod faults;
mod owner;
mod simulated;
mod support;
mod watched;
