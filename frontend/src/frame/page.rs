//! What every page has: its title, in the tab and on top, and the way to it.

use leptos::prelude::*;

use crate::ui::{Alert, Breadcrumb, Crumb, Tone};
use crate::whenever::whenever;
use crate::{say, stream, words};

/// A page: its way, its title with what can be done, and its content.
#[component]
pub fn Page(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The way to it; none for the pages of the navigation.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// What can be done here, beside the title.
    #[prop(optional, into)]
    acts: ViewFn,
    /// What stands under the title.
    #[prop(optional, into)]
    under: ViewFn,
    /// The content.
    children: Children,
) -> impl IntoView {
    whenever(move || document().set_title(&say!(frame.title, page = title.get())));
    view! {
        {(!crumbs.is_empty()).then(|| view! {
            <section class="pf-v6-c-page__main-breadcrumb pf-m-limit-width">
                <div class="pf-v6-c-page__main-body"><Breadcrumb name=words!(frame.breadcrumb) crumbs /></div>
            </section>
        })}
        <section class="pf-v6-c-page__main-section pf-m-limit-width app-head">
            <div class="pf-v6-c-page__main-body">
                <div class="app-head__line">
                    <h1 class="pf-v6-c-title pf-m-2xl">{title}</h1>
                    <div class="app-head__acts">{acts.run()}</div>
                </div>
                {under.run()}
                {move || stream::interrupted().get().then(|| view! {
                    <Alert tone=Tone::Warning title=words!(frame.reconnecting) />
                })}
            </div>
        </section>
        <section class="pf-v6-c-page__main-section pf-m-limit-width pf-m-fill">
            <div class="pf-v6-c-page__main-body">{children()}</div>
        </section>
    }
}
