//! Sign-in links. The token stands behind `#`, so that it reaches no server log; it is taken out of the address at once,
//! so that it is neither seen nor kept in the history.

use std::sync::OnceLock;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Where sign-in links lead.
const PATH: &str = "/sign-in";

/// The token of a link that was opened and not used yet.
pub fn opened() -> &'static ArcRwSignal<Option<String>> {
    static TOKEN: OnceLock<ArcRwSignal<Option<String>>> = OnceLock::new();
    TOKEN.get_or_init(|| ArcRwSignal::new(None))
}

/// Notes the link by which the page was opened, and any that is opened in this tab later: then only what stands behind
/// `#` changes, and the page is not loaded anew. Once, in the app.
pub fn follow() {
    take();
    window_event_listener(ev::hashchange, |_| take());
}

fn take() {
    let location = window().location();
    let (Ok(path), Ok(hash)) = (location.pathname(), location.hash()) else {
        return;
    };
    if let Some(token) = token_of(&path, &hash) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(PATH));
        }
        opened().set(Some(token.to_owned()));
    }
}

/// The token in an address.
fn token_of<'a>(path: &str, hash: &'a str) -> Option<&'a str> {
    let token = hash.trim_start_matches('#');
    (path == PATH && !token.is_empty()).then_some(token)
}

/// The token in a pasted text: what stands behind `#` in a link, or the text itself.
pub(super) fn token_in(pasted: &str) -> &str {
    pasted.rsplit('#').next().unwrap_or(pasted).trim()
}

#[cfg(test)]
mod tests {
    use super::{token_in, token_of};

    #[test]
    fn only_the_sign_in_page_has_a_token_in_its_address() {
        assert_eq!(token_of("/sign-in", "#abc"), Some("abc"));
        assert_eq!(token_of("/sign-in", ""), None);
        assert_eq!(token_of("/sign-in", "#"), None);
        assert_eq!(token_of("/drafts", "#content"), None);
    }

    #[test]
    fn a_link_and_its_token_are_both_understood() {
        assert_eq!(token_in(" http://127.0.0.1:8080/sign-in#abc "), "abc");
        assert_eq!(token_in("abc"), "abc");
        assert_eq!(token_in("http://127.0.0.1:8080/sign-in#"), "");
    }
}
