//! Signing in, by a link that was opened or by one that is pasted.

pub mod link;
mod other;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub use other::OtherLink;

use crate::session;
use crate::ui::{Alert, Button, Look, Remark, TextField, Tone};
use crate::whenever::whenever;
use crate::{api, say, text, words};

/// Signs in: by the link that was opened, or by one that is pasted.
#[component]
pub fn SignInPage() -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let missing = RwSignal::new(false);
    let send = move |token: String| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::sign_in(token).await {
                Ok(view) => session::signed_in(view),
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    whenever(move || {
        if let Some(token) = link::opened().get() {
            link::opened().set(None);
            send(token);
        }
    });
    let submit = move || {
        let token = link::token_in(&typed.get_untracked()).to_owned();
        missing.set(token.is_empty());
        if !token.is_empty() && !busy.get_untracked() {
            send(token);
        }
    };
    let remark = Signal::derive(move || {
        missing.get().then(|| Remark {
            text: say!(pages.sign_in.missing).to_owned(),
            is_error: true,
            fix: None,
        })
    });
    whenever(|| document().set_title(&say!(frame.title, page = say!(pages.sign_in.title))));
    view! {
        <main class="app-alone app-sign-in">
            <div class="app-sign-in__card">
                <h1 class="pf-v6-c-title pf-m-2xl">{words!(pages.sign_in.title)}</h1>
                <p>{words!(pages.sign_in.how)}</p>
                {move || failure.get().map(|failure| view! {
                    <Alert tone=Tone::Danger title=Signal::derive(move || text::failure(&failure))>
                        <p>{words!(pages.sign_in.again)}</p>
                    </Alert>
                })}
                <form class="pf-v6-c-form" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
                    <TextField
                        id="token"
                        label=words!(pages.sign_in.token)
                        value=typed
                        on_input=move |text| typed.set(text)
                        remark
                        required=true
                    />
                    <div class="pf-v6-c-form__group pf-m-action">
                        <Button label=words!(pages.sign_in.act) look=Look::Primary busy on_click=move |()| submit() />
                    </div>
                </form>
                <crate::frame::Preferences />
            </div>
        </main>
    }
}
