//! The browser app: the pages of Slipway over its REST API and its event stream.

#![expect(
    unreachable_pub,
    reason = "a program has no outside; `pub` says what the other modules may use"
)]
#![expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#![expect(
    clippy::expect_used,
    reason = "the code made from the locales names its own two languages"
)]
#![expect(
    clippy::single_match_else,
    reason = "two branches of a page read best side by side"
)]
#![expect(clippy::too_many_lines, reason = "a page is one tree of markup")]

mod address;
mod api;
mod app;
mod apps;
mod browser;
mod change;
mod frame;
mod language;
mod load;
mod member;
mod pages;
mod parts;
mod place;
mod router;
mod session;
mod stream;
mod text;
mod theme;
mod ui;
mod unsaved;
mod whenever;
mod wizard;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    if let Some(shell) = leptos::prelude::document().get_element_by_id("boot") {
        shell.remove();
    }
}
