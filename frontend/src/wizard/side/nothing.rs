//! Why there is no plan to show yet, and the way on.

use leptos::prelude::*;
use slipway_api::PlanView;

use crate::api::Failure;
use crate::load::Loaded;
use crate::ui::{Button, EmptyState, Look, Shape};
use crate::wizard::autosave::use_autosave;
use crate::wizard::form::use_form;
use crate::{say, text, words};

/// What keeps the plan from being shown.
#[derive(Clone, Debug, PartialEq)]
enum Why {
    /// So many errors.
    Errors(usize),
    /// The server does not have the draft as it is.
    Unsaved,
    /// It could not be read.
    Failed(Failure),
    /// It is on its way.
    Reading,
}

/// Why nothing is shown, with the way to the problems where those are the reason.
#[component]
pub(super) fn Nothing(plan: Loaded<PlanView>, to_problems: Callback<()>) -> impl IntoView {
    let (form, autosave) = (use_form(), use_autosave());
    let why = Memo::new(move |_| {
        why(
            form.errors(),
            autosave.revision.with(Option::is_some),
            plan.failure(),
        )
    });
    let body = Signal::derive(move || match why.get() {
        Why::Errors(count) => say!(wizard.side.empty_errors, count = count).to_string(),
        Why::Unsaved => say!(wizard.side.empty_unsaved).to_owned(),
        Why::Failed(failure) => text::failure(&failure),
        Why::Reading => say!(wizard.side.empty_reading).to_owned(),
    });
    let has_errors = Memo::new(move |_| matches!(why.get(), Why::Errors(_)));
    view! {
        <EmptyState shape=Shape::Boxes title=words!(wizard.side.no_objects) body>
            {move || has_errors.get().then(|| view! {
                <Button label=words!(wizard.side.show_problems) look=Look::Link on_click=to_problems />
            })}
        </EmptyState>
    }
}

fn why(errors: usize, is_saved: bool, failure: Option<Failure>) -> Why {
    match (errors, is_saved, failure) {
        (1.., ..) => Why::Errors(errors),
        (_, false, _) => Why::Unsaved,
        (_, _, Some(failure)) => Why::Failed(failure),
        _ => Why::Reading,
    }
}

#[cfg(test)]
mod tests {
    use super::{Why, why};
    use crate::api::Failure;

    #[test]
    fn errors_are_named_before_anything_that_follows_from_them() {
        assert_eq!(why(2, false, Some(Failure::Unreachable)), Why::Errors(2));
        assert_eq!(why(0, false, None), Why::Unsaved);
        assert_eq!(
            why(0, true, Some(Failure::Unreachable)),
            Why::Failed(Failure::Unreachable)
        );
        assert_eq!(why(0, true, None), Why::Reading);
    }
}
