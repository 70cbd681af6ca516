//! A page with nothing to show: why, and what to do next.

use leptos::prelude::*;

use super::{Icon, Shape};

/// Why there is nothing here, and what to do next.
#[component]
pub fn EmptyState(
    /// What it looks like.
    shape: Shape,
    /// Why there is nothing.
    #[prop(into)]
    title: Signal<String>,
    /// More about it.
    #[prop(optional, into)]
    body: Signal<String>,
    /// What to do next.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="pf-v6-c-empty-state">
            <div class="pf-v6-c-empty-state__content">
                <div class="pf-v6-c-empty-state__header">
                    <div class="pf-v6-c-empty-state__icon"><Icon shape /></div>
                    <div class="pf-v6-c-empty-state__title"><h2 class="pf-v6-c-empty-state__title-text">{title}</h2></div>
                </div>
                <div class="pf-v6-c-empty-state__body">{body}</div>
                {children.map(|children| view! {
                    <div class="pf-v6-c-empty-state__footer">
                        <div class="pf-v6-c-empty-state__actions">{children()}</div>
                    </div>
                })}
            </div>
        </div>
    }
}
