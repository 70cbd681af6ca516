//! From page to page without loading anew: the address as a signal, links, and the history of the browser.
//!
//! The router of the framework does more than we need, its routes being types: it was a tenth of what a browser loads
//! before the first page. Which page an address leads to is in [`crate::address`].

use std::sync::OnceLock;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

/// The address of the browser, as far as pages depend on it.
#[derive(Clone, Default, PartialEq, Eq)]
struct Here {
    path: String,
    query: Query,
}

/// The part of an address behind `?`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// A value by its name.
    pub fn get(&self, name: &str) -> Option<String> {
        UrlSearchParams::new_with_str(&self.0).ok()?.get(name)
    }
}

/// How to go to another address.
#[derive(Clone, Copy)]
pub struct Going {
    /// Whether the new address takes the place of the one before, so that "back" passes it over.
    pub replace: bool,
    /// Whether the page begins at its top.
    pub scroll: bool,
}

/// As a link does it: a new entry in the history, the page from its top.
pub const AS_A_LINK: Going = Going {
    replace: false,
    scroll: true,
};

/// For what changes on the page one looks at.
pub const IN_PLACE: Going = Going {
    replace: true,
    scroll: false,
};

fn here() -> &'static ArcRwSignal<Here> {
    static HERE: OnceLock<ArcRwSignal<Here>> = OnceLock::new();
    HERE.get_or_init(|| ArcRwSignal::new(look()))
}

fn look() -> Here {
    let location = window().location();
    Here {
        path: location.pathname().unwrap_or_default(),
        query: Query(location.search().unwrap_or_default()),
    }
}

/// Notes where the browser is now.
fn arrive() {
    let now = look();
    if here().with_untracked(|before| *before != now) {
        here().set(now);
    }
}

/// The path of the address.
pub fn path() -> Memo<String> {
    Memo::new(|_| here().with(|here| here.path.clone()))
}

/// What the address says behind `?`.
pub fn query() -> Memo<Query> {
    Memo::new(|_| here().with(|here| here.query.clone()))
}

/// Begins to follow links, and the browser when it goes back or forward. Once, in the app.
pub fn start() {
    // Both live as long as the page.
    window_event_listener(ev::click, |event| follow(&event));
    window_event_listener(ev::popstate, |_| arrive());
}

/// Goes to an address of ours.
pub fn go(href: &str, how: Going) {
    let gone = window().history().and_then(|history| {
        if how.replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(href))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(href))
        }
    });
    if gone.is_err() {
        // A browser refuses when asked too often; then the page is loaded anew.
        let _ = window().location().set_href(href);
        return;
    }
    arrive();
    if how.scroll {
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Goes on to another address as soon as it is drawn.
#[component]
pub fn Redirect(
    /// Where to.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    go(
        &href,
        Going {
            replace: true,
            ..AS_A_LINK
        },
    );
}

/// Follows a link to a page of ours. Everything else is left to the browser: other sites, new tabs, downloads, and
/// places on the same page.
fn follow(event: &MouseEvent) {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key())
        && !event.default_prevented();
    let Some(link) = clicked(event).filter(|link| plain && is_ours(link)) else {
        return;
    };
    let page = link.pathname() + &link.search();
    let now = here().with_untracked(|here| here.path.clone() + &here.query.0);
    if page == now && !link.hash().is_empty() {
        return;
    }
    event.prevent_default();
    let replace = page == now;
    go(&(page + &link.hash()), Going { replace, ..AS_A_LINK });
}

fn clicked(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest("a[href]").ok()??.dyn_into().ok()
}

fn is_ours(link: &HtmlAnchorElement) -> bool {
    let external = link.rel().split_whitespace().any(|word| word == "external");
    let stays = link.target().is_empty() && !link.has_attribute("download") && !external;
    stays
        && window()
            .location()
            .origin()
            .is_ok_and(|ours| ours == link.origin())
}
