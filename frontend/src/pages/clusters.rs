//! Clusters.
use leptos::prelude::*;
/// Clusters.
#[component]
pub fn Clusters() -> impl IntoView {}
