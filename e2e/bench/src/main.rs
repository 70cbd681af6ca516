//! The benchmarks, each beside a bare client in the same run.
fn main() {}
