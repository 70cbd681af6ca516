//! Where the keyboard is: at the heading of a new step, or at the field somebody was sent to.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::form::Form;
use crate::browser;

/// The id of the heading of the step.
pub(crate) const HEADING: &str = "step-heading";

/// Moves the focus when the step changes or a field is wanted.
pub(crate) fn follow(form: Form) {
    Effect::new(move |before: Option<_>| {
        let now = form.step.get();
        if before.is_some_and(|before| before != now) && form.wanted.with_untracked(Option::is_none) {
            request_animation_frame(|| browser::focus(HEADING));
        }
        now
    });
    Effect::new(move |_| {
        if let Some(field) = form.wanted.get() {
            // What was just opened stands in the page after the next frame.
            request_animation_frame(move || {
                to_field(&field);
                let _ = form.wanted.try_set(None);
            });
        }
    });
}

/// Focuses a field; when it is not in the page, what it stands in; at last the heading.
fn to_field(field: &str) {
    let found = candidates(field)
        .into_iter()
        .find_map(|id| document().get_element_by_id(id));
    match found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(element) => {
            let _ = element.focus();
        }
        None => browser::focus(HEADING),
    }
}

/// The ids under which a field, or what it stands in, can be found.
fn candidates(field: &str) -> Vec<&str> {
    let mut ids = vec![field];
    while let Some((above, _)) = ids.last().and_then(|id| id.rsplit_once('.')) {
        ids.push(above);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn a_field_that_is_not_there_is_looked_for_in_what_it_stands_in() {
        assert_eq!(
            candidates("services.4.name"),
            ["services.4.name", "services.4", "services"]
        );
        assert_eq!(candidates("basics"), ["basics"]);
    }
}
