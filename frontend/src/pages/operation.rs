//! OperationPage.
use leptos::prelude::*;
/// OperationPage.
#[component]
pub fn OperationPage() -> impl IntoView {}
