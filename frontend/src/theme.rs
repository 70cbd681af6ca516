//! Light, dark, or as the system has it.

use std::sync::OnceLock;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::browser;
use crate::whenever::whenever;

const STORED: &str = "slipway.theme";
const DARK: &str = "pf-v6-theme-dark";

/// The theme a person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order shown.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice in storage and in form values.
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a code; whatever else it says means the system's theme.
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The theme chosen. Drawn by [`follow`].
pub fn theme() -> &'static ArcRwSignal<Theme> {
    static THEME: OnceLock<ArcRwSignal<Theme>> = OnceLock::new();
    THEME.get_or_init(|| ArcRwSignal::new(Theme::from_code(&browser::stored(STORED).unwrap_or_default())))
}

/// Draws the theme chosen, and remembers it; boot.js has drawn the first one. Follows the system while that is the
/// choice. Once, in the app.
pub fn follow() {
    let system_dark = RwSignal::new(false);
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        system_dark.set(query.matches());
        let asked = query.clone();
        let changed = Closure::<dyn Fn()>::new(move || system_dark.set(asked.matches()));
        let _ = query.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        changed.forget(); // lives as long as the page
    }
    whenever(move || {
        let dark = match theme().get() {
            Theme::System => system_dark.get(),
            chosen => chosen == Theme::Dark,
        };
        let _ = browser::root().class_list().toggle_with_force(DARK, dark);
    });
    Effect::watch(
        || theme().get(),
        |theme, _, _| browser::store(STORED, (*theme != Theme::System).then(|| theme.code())),
        false,
    );
}
