//! What stands around every input: label, help, and what is wrong with it.

use leptos::prelude::*;

use super::{Button, Icon, Look, Shape};

/// Something said about a field.
#[derive(Clone, PartialEq)]
pub struct Remark {
    /// The sentence.
    pub text: String,
    /// Whether it stands in the way, or is only worth knowing.
    pub is_error: bool,
    /// What one click can do about it.
    pub fix: Option<Fix>,
}

/// A way out that one click takes.
#[derive(Clone)]
pub struct Fix {
    /// What the click does.
    pub label: String,
    /// Does it.
    pub apply: Callback<()>,
}

impl PartialEq for Fix {
    /// Two fixes that say the same do the same.
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

/// Label, help and remark around an input. The input itself must carry `id`, `aria-invalid` and
/// `aria-describedby="{id}-remark {id}-help"`; the components of this folder do.
#[component]
pub fn FieldShell(
    /// The id of the input. In the wizard the path of the field.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// A sentence of help under the input.
    #[prop(optional, into)]
    help: Signal<String>,
    /// What is wrong or doubtful.
    #[prop(optional, into)]
    remark: Signal<Option<Remark>>,
    /// Whether something must be given.
    #[prop(optional)]
    required: bool,
    /// Whether the label is only read out, e.g. in the rows of a table.
    #[prop(optional)]
    hide_label: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let label_class = if hide_label {
        "pf-v6-screen-reader"
    } else {
        "pf-v6-c-form__group-label"
    };
    view! {
        <div class="pf-v6-c-form__group">
            <div class=label_class>
                <label class="pf-v6-c-form__label" for=id.clone()>
                    <span class="pf-v6-c-form__label-text">{label}</span>
                    {required.then(|| view! { <span class="pf-v6-c-form__label-required" aria-hidden="true">"\u{a0}*"</span> })}
                </label>
            </div>
            <div class="pf-v6-c-form__group-control">
                {children()}
                <div class="pf-v6-c-form__helper-text app-remark" id=format!("{id}-remark") aria-live="polite">
                    {move || remark.get().map(|remark| view! { <RemarkLine remark /> })}
                </div>
                <div class="pf-v6-c-form__helper-text app-help" id=format!("{id}-help")>
                    {move || Some(help.get()).filter(|help| !help.is_empty()).map(|help| view! {
                        <div class="pf-v6-c-helper-text">
                            <div class="pf-v6-c-helper-text__item">
                                <span class="pf-v6-c-helper-text__item-text">{help}</span>
                            </div>
                        </div>
                    })}
                </div>
            </div>
        </div>
    }
}

#[component]
fn RemarkLine(remark: Remark) -> impl IntoView {
    let shape = if remark.is_error {
        Shape::Danger
    } else {
        Shape::Warning
    };
    view! {
        <div class="pf-v6-c-helper-text">
            <div
                class="pf-v6-c-helper-text__item"
                class:pf-m-error=remark.is_error
                class:pf-m-warning=!remark.is_error
            >
                <span class="pf-v6-c-helper-text__item-icon"><Icon shape /></span>
                <span class="pf-v6-c-helper-text__item-text">
                    {remark.text}
                    {remark.fix.map(|fix| view! {
                        " " <Button label=fix.label look=Look::Link small=true on_click=fix.apply />
                    })}
                </span>
            </div>
        </div>
    }
}
