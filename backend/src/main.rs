//! The Slipway server: drafts, checks, operations and the live view, over HTTP.
fn main() {}
