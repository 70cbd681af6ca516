//! Pages of a long list.

use leptos::prelude::*;

use super::{Button, Look, Shape};
use crate::{say, words};

/// Which rows are shown, and the way to the others.
#[component]
pub fn Pagination(
    /// The page, from 1.
    #[prop(into)]
    page: Signal<u32>,
    /// Rows on a page.
    #[prop(into)]
    limit: Signal<u32>,
    /// Rows on all pages.
    #[prop(into)]
    total: Signal<u32>,
    /// Told which page is wanted.
    #[prop(into)]
    on_page: Callback<u32>,
) -> impl IntoView {
    let last = Signal::derive(move || total.get().div_ceil(limit.get().max(1)).max(1));
    let range = move || {
        let first = (page.get().saturating_sub(1)) * limit.get() + 1;
        let end = (page.get() * limit.get()).min(total.get());
        say!(
            frame.rows_of,
            first = first.min(end),
            last = end,
            total = total.get()
        )
    };
    view! {
        <div class="pf-v6-c-pagination pf-m-bottom pf-m-static">
            <div class="app-pagination__range" aria-live="polite">{range}</div>
            <nav class="pf-v6-c-pagination__nav" aria-label=words!(frame.pages)>
                <div class="pf-v6-c-pagination__nav-control pf-m-prev">
                    <Button
                        label=words!(frame.page_before)
                        look=Look::Plain
                        icon=Shape::Left
                        disabled=Signal::derive(move || page.get() <= 1)
                        on_click=move |()| on_page.run(page.get_untracked() - 1)
                    />
                </div>
                <span class="app-pagination__page">{move || say!(frame.page_of, page = page.get(), last = last.get())}</span>
                <div class="pf-v6-c-pagination__nav-control pf-m-next">
                    <Button
                        label=words!(frame.page_after)
                        look=Look::Plain
                        icon=Shape::Right
                        disabled=Signal::derive(move || page.get() >= last.get())
                        on_click=move |()| on_page.run(page.get_untracked() + 1)
                    />
                </div>
            </nav>
        </div>
    }
}
