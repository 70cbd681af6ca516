//! The wizard.

use leptos::prelude::*;

/// Begins a draft.
#[component]
pub fn CreatePage() -> impl IntoView {}

/// Opens a draft.
#[component]
pub fn DraftPage() -> impl IntoView {}
