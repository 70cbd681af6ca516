//! Copying to the clipboard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::{Button, Look, Shape, Tone, toast};
use crate::{say, words};

/// A button that copies a text.
#[component]
pub fn CopyText(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let icon = Signal::derive(move || if copied.get() { Shape::Check } else { Shape::Copy });
    let label = Signal::derive(move || {
        if copied.get() {
            say!(frame.copied)
        } else {
            say!(frame.copy)
        }
        .to_owned()
    });
    view! {
        <Button label look=Look::Plain icon small=true on_click=move |()| copy(text.get_untracked(), copied) />
        <span class="pf-v6-screen-reader" role="status">{move || copied.get().then(words!(frame.copied))}</span>
    }
}

fn copy(text: String, copied: RwSignal<bool>) {
    // Without a secure origin the browser offers no clipboard at all.
    let navigator = window().navigator();
    let offered = js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or_default();
    let clipboard = navigator.clipboard();
    spawn_local(async move {
        if offered
            && window().is_secure_context()
            && JsFuture::from(clipboard.write_text(&text)).await.is_ok()
        {
            copied.set(true);
            set_timeout(
                move || {
                    let _ = copied.try_set(false);
                },
                std::time::Duration::from_secs(2),
            );
        } else {
            toast(Tone::Warning, say!(frame.copy_failed));
        }
    });
}
