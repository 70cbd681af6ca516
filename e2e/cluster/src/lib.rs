//! A local Kubernetes as a library: build, start, stop.
