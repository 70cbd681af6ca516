//! What we ask of the browser itself, where asking takes more than a call.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Storage};

/// The `<html>` element.
#[expect(
    clippy::expect_used,
    reason = "a page without a root element cannot run this code"
)]
pub fn root() -> HtmlElement {
    document()
        .document_element()
        .and_then(|root| root.dyn_into().ok())
        .expect("an HTML page")
}

/// What was kept in this browser under a name. Storage may be switched off; then nothing was kept.
pub fn stored(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps or forgets something in this browser.
pub fn store(name: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full or forbidden storage only means that the choice is asked for again.
    let _ = match value {
        Some(value) => storage.set_item(name, value),
        None => storage.remove_item(name),
    };
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Moves the keyboard focus to the element with this id, if it is there.
pub fn focus(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}

/// 128 random bits in hexadecimal.
pub fn random() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The time now, in milliseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 are far below 2^53"
)]
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}
