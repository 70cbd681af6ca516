//! What follows from other values is offered, not imposed.

use leptos::prelude::*;
use slipway_model::Draft;
use slipway_model::value::AppName;

use super::form::use_form;
use crate::say;
use crate::ui::{Button, Look};

/// A button that puts a text into an empty field.
#[component]
pub(crate) fn Offer(
    /// The path of the field.
    #[prop(into)]
    path: String,
    /// The text, when there is one to offer.
    #[prop(into)]
    text: Signal<Option<String>>,
) -> impl IntoView {
    let form = use_form();
    let typed = form.typed(path.as_str());
    let offered = Memo::new(move |_| text.get().filter(|_| typed.with(|typed| typed.trim().is_empty())));
    let path = StoredValue::new(path);
    let label =
        Signal::derive(move || say!(wizard.field.fix, text = offered.get().unwrap_or_default()).to_string());
    let accept = move |()| {
        if let Some(text) = offered.get_untracked() {
            path.with_value(|path| {
                form.write(path, &text);
                form.leave(path);
                form.wanted.set(Some(path.clone()));
            });
        }
    };
    view! {
        {move || offered.with(Option::is_some).then(|| view! {
            <div class="wizard-offer"><Button label look=Look::Secondary small=true on_click=accept /></div>
        })}
    }
}

/// `nginx-svc` for the app `nginx`, once the app has a good name.
pub(crate) fn suggested_name(draft: &Draft, ending: &str) -> Option<String> {
    let name = AppName::parse(draft.basics.name.text()).ok()?;
    Some(format!("{name}-{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_offered_once_the_app_has_a_good_one() {
        let mut draft = Draft::default();
        assert_eq!(suggested_name(&draft, "svc"), None);

        draft.basics.name.set("nginx");

        assert_eq!(suggested_name(&draft, "svc").as_deref(), Some("nginx-svc"));
    }
}
