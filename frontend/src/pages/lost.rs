//! An address that leads nowhere.

use leptos::prelude::*;

use crate::frame::Page;
use crate::ui::{EmptyState, Shape};
use crate::words;

/// There is no such page.
#[component]
pub fn Lost() -> impl IntoView {
    view! {
        <Page title=words!(pages.lost.title)>
            <EmptyState shape=Shape::Search title=words!(pages.lost.title) body=words!(pages.lost.body)>
                <a href="/" class="pf-v6-c-button pf-m-primary">{words!(pages.lost.home)}</a>
            </EmptyState>
        </Page>
    }
}
