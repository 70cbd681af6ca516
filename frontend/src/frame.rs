//! The page frame: masthead, navigation, and the place where pages stand.

mod masthead;
mod navigation;
mod page;
mod sign_out;

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::*;
use slipway_api::SessionView;

pub use masthead::Preferences;
pub use page::Page;

use crate::address::Address;
use crate::{browser, place, router, stream, words};
use masthead::Masthead;
use navigation::Navigation;

/// The id of the part of the page that changes with the address.
const CONTENT: &str = "content";

/// The frame around every page but signing in.
#[component]
pub fn Frame(
    /// Who is signed in.
    who: SessionView,
    /// The page.
    children: Children,
) -> impl IntoView {
    stream::start();
    place::follow_url();
    place::ask_clusters();
    focus_content_on_navigation();
    let open = RwSignal::new(false);
    view! {
        <div class="pf-v6-c-page app-page">
            <div class="pf-v6-c-skip-to-content">
                <a class="pf-v6-c-button pf-m-primary" href=format!("#{CONTENT}") rel="external"
                    on:click=move |event| { event.prevent_default(); browser::focus(CONTENT); }>
                    <span class="pf-v6-c-button__text">{words!(frame.skip)}</span>
                </a>
            </div>
            <Masthead who open />
            <Navigation open />
            <div class="pf-v6-c-page__main-container">
                <main class="pf-v6-c-page__main" tabindex="-1" id=CONTENT>{children()}</main>
            </div>
        </div>
    }
}

/// Set while the address changes under a person who stays where they are.
static STAYS: AtomicBool = AtomicBool::new(false);

/// Leaves the keyboard focus where it is at the next change of address.
pub fn keep_focus() {
    STAYS.store(true, Ordering::Relaxed);
}

/// After following a link the keyboard goes on from the new page, not from the link that is gone.
fn focus_content_on_navigation() {
    let path = router::path();
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        let followed = before.is_some_and(|before| was_followed(&before, &now));
        if followed && !STAYS.swap(false, Ordering::Relaxed) {
            browser::focus(CONTENT);
        }
        now
    });
}

/// Whether a change of address is a link that was followed. From where nothing is shown a page is on its way by itself;
/// the keyboard then begins, as on every page that was just opened, before everything.
fn was_followed(before: &str, now: &str) -> bool {
    before != now && !matches!(Address::of(before), Address::Home | Address::SignIn)
}

#[cfg(test)]
mod tests {
    use super::was_followed;

    #[test]
    fn the_focus_moves_after_a_link_and_not_when_the_first_page_finds_its_address() {
        assert!(was_followed("/drafts", "/c/prod/apps"));
        assert!(was_followed("/drafts", "/"), "the name on top is a link too");
        assert!(!was_followed("/", "/c/prod/apps"));
        assert!(!was_followed("/sign-in", "/"));
        assert!(!was_followed("/drafts", "/drafts"));
    }
}
