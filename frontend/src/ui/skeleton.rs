//! The shape of what is still being fetched.

use leptos::prelude::*;

use crate::words;

/// Grey bars where lines will be. Says once that something is loading.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="app-skeleton" role="status">
            <span class="pf-v6-screen-reader">{words!(frame.loading)}</span>
            {(0..lines).map(|_| view! { <div class="pf-v6-c-skeleton pf-m-text-lg"></div> }).collect_view()}
        </div>
    }
}
