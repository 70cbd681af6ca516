//! `/`: on to the apps of the cluster used last.

use leptos::prelude::*;

use crate::place;
use crate::router::Redirect;
use crate::ui::Skeleton;

/// On to the apps; to the clusters while none is known.
#[component]
pub fn Home() -> impl IntoView {
    move || match place::cluster().get() {
        Some(cluster) => {
            let namespace = place::namespace().get_untracked();
            view! { <Redirect href=place::apps_href(&cluster, namespace.as_deref()) /> }.into_any()
        }
        None if place::asked().get() => view! { <Redirect href="/clusters" /> }.into_any(),
        None => view! { <Skeleton lines=6 /> }.into_any(),
    }
}
