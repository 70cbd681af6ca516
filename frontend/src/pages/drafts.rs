//! Drafts.
use leptos::prelude::*;
/// Drafts.
#[component]
pub fn Drafts() -> impl IntoView {}
