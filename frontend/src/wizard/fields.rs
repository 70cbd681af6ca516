//! Inputs bound to the draft by their path.

use leptos::prelude::*;
use slipway_model::{Draft, Issue, Problem, Severity};

use super::form::{Form, fix, use_form};
use super::issue_text;
use crate::ui::{Choice, Fix, NumberField, Remark, SelectField, TextField};
use crate::{say, words};

/// What ties an input to the draft.
#[derive(Clone, Copy)]
pub(crate) struct Bound {
    /// What was typed.
    pub(crate) value: Signal<String>,
    /// Takes what is typed.
    pub(crate) on_input: Callback<String>,
    /// The input was left.
    pub(crate) on_leave: Callback<()>,
    /// What is wrong with it.
    pub(crate) remark: Signal<Option<Remark>>,
}

impl Bound {
    /// Ties an input to the field at a path.
    pub(crate) fn to(form: Form, path: &str) -> Self {
        let (write_at, leave_at) = (path.to_owned(), path.to_owned());
        Self {
            value: form.typed(path).into(),
            on_input: Callback::new(move |text: String| form.write(&write_at, &text)),
            on_leave: Callback::new(move |()| form.leave(&leave_at)),
            remark: remark_at(form, path),
        }
    }
}

/// The remark at a field: its first error, else its first warning.
pub(crate) fn remark_at(form: Form, path: &str) -> Signal<Option<Remark>> {
    let shown = form.shown_at(path);
    Signal::derive(move || {
        let issues = shown.get();
        let worst = issues.iter().find(|issue| issue.is_error()).or(issues.first())?;
        Some(remark(form, worst))
    })
}

fn remark(form: Form, issue: &Issue) -> Remark {
    let fix = fix(&issue.problem).map(|text| {
        let (field, text) = (issue.field.clone(), text.to_owned());
        let label = say!(wizard.field.fix, text = text.clone()).to_string();
        Fix {
            label,
            apply: Callback::new(move |()| form.write(&field, &text)),
        }
    });
    let text = issue_text::sentence(issue);
    let runs = form.now(|draft| runs_already(draft, issue));
    Remark {
        text: if runs {
            say!(wizard.issue.runs_already, problem = text).to_string()
        } else {
            text
        },
        is_error: issue.severity == Severity::Error,
        fix,
    }
}

/// Whether an issue is about what runs already although the rules refuse it.
fn runs_already(draft: &Draft, issue: &Issue) -> bool {
    let mut as_is = draft.origin.iter().flat_map(|origin| &origin.as_is);
    !issue.is_error()
        && !matches!(issue.problem, Problem::ReachUnsaid {})
        && as_is.any(|as_is| as_is.field == issue.field && as_is.is_said_by(draft))
}

/// A text field of the draft.
#[component]
pub(crate) fn Text(
    /// Its path.
    #[prop(into)]
    path: String,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: Signal<String>,
    /// Whether something must be given.
    #[prop(optional)]
    required: bool,
    /// An example.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// The keyboard of a touch screen.
    #[prop(optional, into)]
    inputmode: Option<&'static str>,
    /// Texts to choose from while typing.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
) -> impl IntoView {
    let bound = Bound::to(use_form(), &path);
    view! {
        <TextField
            id=path
            label
            value=bound.value
            on_input=bound.on_input
            on_leave=bound.on_leave
            remark=bound.remark
            help
            required
            placeholder
            inputmode=inputmode.unwrap_or("text")
            suggestions
        />
    }
}

/// A field of the draft for a whole number, with buttons for one more and one less.
#[component]
pub(crate) fn Number(
    /// Its path.
    #[prop(into)]
    path: String,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: Signal<String>,
    /// The least the buttons count down to.
    #[prop(optional)]
    least: u32,
) -> impl IntoView {
    let bound = Bound::to(use_form(), &path);
    view! {
        <NumberField
            id=path
            label
            value=bound.value
            on_input=bound.on_input
            on_leave=bound.on_leave
            remark=bound.remark
            more=words!(wizard.field.more)
            less=words!(wizard.field.less)
            least
            help
            required=true
        />
    }
}

/// A choice of the draft.
#[component]
pub(crate) fn Pick(
    /// Its path.
    #[prop(into)]
    path: String,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: Signal<String>,
) -> impl IntoView {
    let form = use_form();
    let bound = Bound::to(form, &path);
    let on_choose = Callback::new(move |text| {
        bound.on_input.run(text);
        bound.on_leave.run(());
    });
    view! { <SelectField id=path label choices value=bound.value on_choose remark=bound.remark help /> }
}
