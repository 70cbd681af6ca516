//! The member this page serves.
//!
//! A page that was loaded serves one member until it is gone. When another one signs in, here or in another tab, or the
//! member signs out, it is loaded anew: so nothing of one member is shown to, or saved for, another.

pub mod storage;
pub mod tabs;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::{document, window};

static ID: OnceLock<String> = OnceLock::new();
/// Set when the page is about to be loaded anew. What it does until then counts no more.
static LEAVING: AtomicBool = AtomicBool::new(false);

/// The id of the member, once somebody is known to be signed in. It stays when the session runs out.
pub fn id() -> Option<&'static str> {
    ID.get().map(String::as_str)
}

/// Serves a member. Answers whether this page can: one that has served another is loaded anew.
pub fn serve(id: &str) -> bool {
    let same = ID.get_or_init(|| id.to_owned()) == id;
    if !same {
        leave();
    }
    same
}

/// Whether what the page does is still done for its member, as far as this browser knows.
pub fn is_current() -> bool {
    !LEAVING.load(Ordering::Relaxed) && tabs::told().is_none_or(|told| Some(told.as_str()) == id())
}

/// Loads the page anew from the start, for whoever is signed in by then. Until then it shows nothing, and saves nothing.
pub fn leave() {
    if !LEAVING.swap(true, Ordering::Relaxed) {
        storage::forget_tab();
        show(false);
        let _ = window().location().replace("/");
    }
}

/// Goes on with a page that was left, and that the browser had put aside whole.
fn come_back() {
    LEAVING.store(false, Ordering::Relaxed);
    show(true);
}

fn show(shown: bool) {
    if let Some(body) = document().body() {
        body.set_hidden(!shown);
    }
}
