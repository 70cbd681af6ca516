//! Operations.
use leptos::prelude::*;
/// Operations.
#[component]
pub fn Operations() -> impl IntoView {}
