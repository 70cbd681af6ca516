//! The languages of the browser app. All sentences are in `locales/`, checked when compiling.
//!
//! The language is one signal for the whole app instead of a context: sentences are also needed where no component is
//! around, and reading a context there would be a panic.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::reactive::diagnostics::SpecialNonReactiveZone;

use crate::browser;

#[expect(
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "written by the build script from the files in locales/"
)]
mod sentences {
    include!(concat!(env!("OUT_DIR"), "/sentences.rs"));
}

pub use sentences::i18n::Locale;

const STORED: &str = "slipway.language";

fn signal() -> &'static ArcRwSignal<Locale> {
    static LOCALE: OnceLock<ArcRwSignal<Locale>> = OnceLock::new();
    // boot.js has already chosen: what was stored, else what the browser prefers.
    LOCALE.get_or_init(|| {
        ArcRwSignal::new(if browser::root().lang() == "zh-CN" {
            Locale::zh_CN
        } else {
            Locale::en
        })
    })
}

/// The language now. Reading it subscribes, so a sentence read in a closure follows a change; in an event handler there
/// is nothing to subscribe, and that is meant.
pub fn locale() -> Locale {
    let _meant = SpecialNonReactiveZone::enter();
    signal().get()
}

/// The language as browsers write it: `en`, `zh-CN`.
pub fn tag() -> &'static str {
    match locale() {
        Locale::en => "en",
        Locale::zh_CN => "zh-CN",
    }
}

/// Changes the language, and remembers the choice in this browser.
pub fn choose(locale: Locale) {
    signal().set(locale);
    browser::root().set_lang(tag());
    browser::store(STORED, Some(tag()));
}

/// A sentence in the language of now: `say!(frame.create)`, or with values `say!(frame.seen, when = ago)`.
#[macro_export]
macro_rules! say {
    ($($sentence:tt)*) => {
        leptos_i18n::td_string!($crate::language::locale(), $($sentence)*)
    };
}

/// The same as a function, for views and signals: the text follows a change of language.
///
/// All of them are of one type. A closure has a type of its own, and with it a copy of everything that draws it.
#[macro_export]
macro_rules! words {
    ($first:ident $(. $more:ident)*) => {
        $crate::language::sentence(|| $crate::say!($first $(. $more)*))
    };
}

/// A sentence, for [`words!`].
pub fn sentence(say: fn() -> &'static str) -> fn() -> &'static str {
    say
}

/// Writes the language of the page where browsers and screen readers look for it.
pub fn mark_page() {
    browser::root().set_lang(tag());
}
