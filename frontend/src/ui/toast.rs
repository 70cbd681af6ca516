//! Messages that come and go: what has just happened.

use std::sync::OnceLock;
use std::time::Duration;

use leptos::prelude::*;

use super::{Button, Icon, Look, Shape, Tone};
use crate::words;

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

fn toasts() -> &'static ArcRwSignal<Vec<Toast>> {
    static TOASTS: OnceLock<ArcRwSignal<Vec<Toast>>> = OnceLock::new();
    TOASTS.get_or_init(|| ArcRwSignal::new(Vec::new()))
}

/// Says what has just happened. Good news goes by itself; the rest stays until it is closed.
pub fn toast(tone: Tone, text: impl Into<String>) {
    let text = text.into();
    let id = toasts().with_untracked(|all| all.iter().map(|toast| toast.id).max().unwrap_or_default() + 1);
    toasts().update(|all| all.push(Toast { id, tone, text }));
    if matches!(tone, Tone::Success | Tone::Info) {
        set_timeout(move || close(id), Duration::from_secs(8));
    }
}

fn close(id: u32) {
    toasts().update(|all| all.retain(|toast| toast.id != id));
}

/// The place where toasts appear. Once per page.
#[component]
pub fn Toasts() -> impl IntoView {
    view! {
        <ul class="pf-v6-c-alert-group pf-m-toast" role="list" aria-live="polite" aria-atomic="false" aria-label=words!(frame.messages)>
            <For each=|| toasts().get() key=|toast| toast.id let(toast)>
                <li class="pf-v6-c-alert-group__item">
                    <div class=format!("pf-v6-c-alert {}", toast.tone.class())>
                        <div class="pf-v6-c-alert__icon"><Icon shape=toast.tone.shape() /></div>
                        <p class="pf-v6-c-alert__title">{toast.text.clone()}</p>
                        <div class="pf-v6-c-alert__action">
                            <Button label=words!(frame.close) look=Look::Plain icon=Shape::Close on_click=move |()| close(toast.id) />
                        </div>
                    </div>
                </li>
            </For>
        </ul>
    }
}
