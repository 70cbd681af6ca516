//! Signing in. The link carries its token behind `#`, so that it reaches no server log; the page sends it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::session::{self, Session};
use crate::ui::{Alert, Button, Look, Remark, TextField, Tone};
use crate::whenever::whenever;
use crate::{api, say, text, words};

/// Where sign-in links lead.
const PATH: &str = "/sign-in";

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
                Ok(view) => session::session().set(Session::SignedIn(view)),
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    if let Some(token) = take_token() {
        send(token);
    }
    let submit = move || {
        let token = token_in(&typed.get_untracked()).to_owned();
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

/// Whether the page was opened by a sign-in link.
pub fn has_link_token() -> bool {
    link_token().is_some()
}

fn link_token() -> Option<String> {
    let location = window().location();
    location.pathname().ok().filter(|path| path == PATH)?;
    let token = location.hash().ok()?.trim_start_matches('#').to_owned();
    Some(token).filter(|token| !token.is_empty())
}

/// The token of the link that was opened, taken out of the address so that it is neither seen nor kept in the history.
fn take_token() -> Option<String> {
    let token = link_token()?;
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(PATH));
    }
    Some(token)
}

/// The token in a pasted text: what stands behind `#` in a link, or the text itself.
fn token_in(pasted: &str) -> &str {
    pasted.rsplit('#').next().unwrap_or(pasted).trim()
}

#[cfg(test)]
mod tests {
    use super::token_in;

    #[test]
    fn a_link_and_its_token_are_both_understood() {
        assert_eq!(token_in(" http://127.0.0.1:8080/sign-in#abc "), "abc");
        assert_eq!(token_in("abc"), "abc");
        assert_eq!(token_in("http://127.0.0.1:8080/sign-in#"), "");
    }
}
