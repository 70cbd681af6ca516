//! A question that must be answered first. The browser's own `<dialog>` keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

use super::{Button, Look, Shape};
use crate::words;

/// A dialog over the page.
#[component]
pub fn Dialog(
    /// Whether it is open. Escape closes it.
    open: RwSignal<bool>,
    /// Its id; its title has `{id}-title`.
    #[prop(into)]
    id: String,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// What can be done: buttons.
    #[prop(into)]
    footer: ViewFn,
    /// What it says.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (Some(dialog), open) = (element.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=element
            id=id
            class="pf-v6-c-modal-box pf-m-sm app-dialog"
            aria-labelledby=labelled
            on:close=move |_| open.set(false)
        >
            // Made when opened, so a closed dialog shows and asks nothing.
            {move || open.get().then(|| view! {
                <div class="pf-v6-c-modal-box__close">
                    <Button label=words!(frame.close) look=Look::Plain icon=Shape::Close on_click=move |()| open.set(false) />
                </div>
                <header class="pf-v6-c-modal-box__header">
                    <h1 class="pf-v6-c-modal-box__title" id=title_id.clone()>{title}</h1>
                </header>
                <div class="pf-v6-c-modal-box__body">{children.with_value(|children| children())}</div>
                <footer class="pf-v6-c-modal-box__footer">{footer.run()}</footer>
            })}
        </dialog>
    }
}

/// Asks before something is done that cannot be taken back.
#[component]
pub fn Confirm(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its id.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// The word for doing it.
    #[prop(into)]
    act: Signal<String>,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// What will happen.
    children: ChildrenFn,
) -> impl IntoView {
    let footer = move || {
        view! {
            <Button label=act look=Look::Danger on_click=move |()| { open.set(false); on_confirm.run(()); } />
            <Button label=words!(frame.cancel) look=Look::Link on_click=move |()| open.set(false) />
        }
    };
    view! { <Dialog open id title footer children /> }
}
