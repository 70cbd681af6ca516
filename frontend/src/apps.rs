//! The apps that run: their list, and each in detail.
use leptos::prelude::*;
/// List.
#[component]
pub fn AppList() -> impl IntoView {}
/// Page.
#[component]
pub fn AppPage() -> impl IntoView {}
