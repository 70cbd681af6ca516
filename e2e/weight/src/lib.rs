//! The model alone as a module for the browser: a draft in, its issues out. Built to be weighed, never shipped.

use slipway_model::{Draft, validate};
use wasm_bindgen::prelude::wasm_bindgen;

/// The issues of a draft, both as JSON. Nothing for what is no draft.
#[wasm_bindgen]
#[must_use]
pub fn issues(draft: &str) -> String {
    let Ok(mut draft) = serde_json::from_str::<Draft>(draft) else {
        return String::new();
    };
    draft.give_ids();
    serde_json::to_string(&validate(&draft).issues).unwrap_or_default()
}
