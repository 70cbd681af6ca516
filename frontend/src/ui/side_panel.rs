//! A panel beside the page: below it where there is no room.

use leptos::prelude::*;

use super::{Button, Look, Shape};
use crate::words;

/// Content with a panel beside it that can be closed.
#[component]
pub fn SidePanel(
    /// Whether the panel is open.
    open: RwSignal<bool>,
    /// The id of the panel.
    #[prop(into)]
    id: String,
    /// What the panel is.
    #[prop(into)]
    title: Signal<String>,
    /// What is in the panel.
    #[prop(into)]
    panel: ViewFn,
    /// The page.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    view! {
        <div class="app-side" class:app-side--open=open>
            <div class="app-side__content">{children()}</div>
            <aside class="app-side__panel" id=id aria-labelledby=labelled hidden=move || !open.get()>
                <div class="app-side__head">
                    <h2 class="pf-v6-c-title pf-m-lg" id=title_id>{title}</h2>
                    <Button label=words!(frame.close) look=Look::Plain icon=Shape::Close on_click=move |()| open.set(false) />
                </div>
                {panel.run()}
            </aside>
        </div>
    }
}
