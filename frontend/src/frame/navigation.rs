//! The navigation at the side; over the page where there is no room.

use leptos::prelude::*;

use crate::whenever::whenever;
use crate::{place, router, words};

/// The pages one can always go to.
#[component]
pub fn Navigation(
    /// Whether it is shown where there is no room for it beside the page.
    open: RwSignal<bool>,
) -> impl IntoView {
    let path = router::path();
    // Going somewhere puts it away again.
    whenever(move || {
        path.track();
        open.set(false);
    });
    let apps = Signal::derive(|| {
        let namespace = place::namespace().get();
        place::cluster().get().map_or_else(
            || "/".to_owned(),
            |cluster| place::apps_href(&cluster, namespace.as_deref()),
        )
    });
    let create = Signal::derive(|| {
        place::cluster()
            .get()
            .map_or_else(|| "/".to_owned(), |cluster| format!("/c/{cluster}/create"))
    });
    let at_apps = Signal::derive(move || path.with(|path| path.starts_with("/c/") && path.contains("/apps")));
    let at_create =
        Signal::derive(move || path.with(|path| path.starts_with("/c/") && path.ends_with("/create")));
    let at = move |start: &'static str| Signal::derive(move || path.with(|path| path.starts_with(start)));
    view! {
        <div
            class="pf-v6-c-page__sidebar"
            class:pf-m-expanded=open
            id="navigation"
        >
            <div class="pf-v6-c-page__sidebar-body">
                <nav class="pf-v6-c-nav" aria-label=words!(frame.navigation)>
                    <ul class="pf-v6-c-nav__list" role="list">
                        <Entry href=apps current=at_apps label=words!(frame.apps) />
                        <Entry href=create current=at_create label=words!(frame.create) />
                        <Entry href="/drafts" current=at("/drafts") label=words!(frame.drafts) />
                        <Entry href="/operations" current=at("/operations") label=words!(frame.activity) />
                        <Entry href="/clusters" current=at("/clusters") label=words!(frame.clusters) />
                        <Entry href="/settings" current=at("/settings") label=words!(frame.settings) />
                    </ul>
                </nav>
            </div>
        </div>
    }
}

#[component]
fn Entry(
    #[prop(into)] href: Signal<String>,
    current: Signal<bool>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <li class="pf-v6-c-nav__item">
            <a
                href=href
                class="pf-v6-c-nav__link"
                class:pf-m-current=current
                aria-current=move || current.get().then_some("page")
            >
                <span class="pf-v6-c-nav__link-text">{label}</span>
            </a>
        </li>
    }
}
