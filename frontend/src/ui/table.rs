//! Tables that turn into cards where there is no room.

use leptos::prelude::*;

use super::{Icon, Shape};

/// A table. Cells are `<td class="pf-v6-c-table__td" role="cell" data-label="…">`; see [`Column`].
#[component]
pub fn Table(
    /// What is listed, when read out.
    #[prop(into)]
    name: Signal<String>,
    /// The heads: [`Column`]s and [`SortHead`]s.
    #[prop(into)]
    head: ViewFn,
    /// Whether fresh rows are on their way, so that these may be old.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! {
        <table
            class="pf-v6-c-table pf-m-grid-lg pf-m-compact app-table"
            role="table"
            aria-label=name
            aria-busy=move || busy.get().to_string()
        >
            <thead class="pf-v6-c-table__thead" role="rowgroup">
                <tr class="pf-v6-c-table__tr" role="row">{head.run()}</tr>
            </thead>
            <tbody class="pf-v6-c-table__tbody" role="rowgroup">{children()}</tbody>
        </table>
    }
}

/// The head of a column.
#[component]
pub fn Column(
    /// What stands in the column.
    #[prop(into)]
    label: Signal<String>,
    /// Whether the head is only read out.
    #[prop(optional)]
    hidden: bool,
) -> impl IntoView {
    view! {
        <th class="pf-v6-c-table__th" role="columnheader" scope="col">
            {if hidden { view! { <span class="pf-v6-screen-reader">{label}</span> }.into_any() } else { label.into_any() }}
        </th>
    }
}

/// The head of a column by which the table can be sorted.
#[component]
pub fn SortHead(
    /// What stands in the column.
    #[prop(into)]
    label: Signal<String>,
    /// Sorted by this column? If so, descending?
    #[prop(into)]
    sorted: Signal<Option<bool>>,
    /// Told when the order is to change.
    #[prop(into)]
    on_sort: Callback<()>,
) -> impl IntoView {
    let shape = Signal::derive(move || match sorted.get() {
        None => Shape::Sortable,
        Some(true) => Shape::Down,
        Some(false) => Shape::Up,
    });
    let order = move || match sorted.get() {
        None => "none",
        Some(true) => "descending",
        Some(false) => "ascending",
    };
    view! {
        <th
            class="pf-v6-c-table__th pf-v6-c-table__sort"
            class:pf-m-selected=move || sorted.get().is_some()
            role="columnheader"
            scope="col"
            aria-sort=order
        >
            <button type="button" class="pf-v6-c-table__button" on:click=move |_| on_sort.run(())>
                <div class="pf-v6-c-table__button-content">
                    <span class="pf-v6-c-table__text">{label}</span>
                    <span class="pf-v6-c-table__sort-indicator"><Icon shape /></span>
                </div>
            </button>
        </th>
    }
}
