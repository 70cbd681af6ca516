//! Fields of an app that is there which nothing can change: they are its address.

use leptos::prelude::*;

use super::fields::remark_at;
use super::form::use_form;
use super::rows::Told;
use crate::words;

/// A field that is shown as text, with the reason.
#[component]
pub(crate) fn Fixed(
    /// Its path.
    path: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What it is.
    #[prop(into)]
    value: Signal<String>,
) -> impl IntoView {
    let remark = remark_at(use_form(), path);
    view! {
        <div class="pf-v6-c-form__group" id=path tabindex="-1">
            <div class="pf-v6-c-form__group-label"><span class="pf-v6-c-form__label-text">{label}</span></div>
            <div class="pf-v6-c-form__group-control">
                <strong class="app-value">{value}</strong>
                <p class="wizard-note">{words!(change.wizard.fixed)}</p>
                <Told remark />
            </div>
        </div>
    }
}
