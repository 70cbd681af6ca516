//! The head of the wizard: what is being made, where, and whether it is saved.

use leptos::prelude::*;
use slipway_model::draft::Origin;

use super::autosave::use_autosave;
use super::changing::use_changing;
use super::fields::{Pick, Text};
use super::fixed::Fixed;
use super::form::use_form;
use super::saving::Status;
use super::side;
use super::work::use_work;
use crate::frame::Page;
use crate::ui::{Ago, Button, Choice, Icon, Look, Shape};
use crate::{say, words};

/// The page around the wizard.
#[component]
pub(crate) fn Head(
    /// Whether the side panel is open.
    panel_open: RwSignal<bool>,
    /// The wizard.
    children: Children,
) -> impl IntoView {
    let form = use_form();
    let name = form.typed("basics.name");
    let origin = use_changing().origin;
    let title = Signal::derive(move || {
        let name = name.get();
        if let Some(origin) = origin.get() {
            return change_title(&origin);
        }
        if name.trim().is_empty() {
            say!(wizard.head.title).to_owned()
        } else {
            say!(wizard.head.title_of, name = name.trim().to_owned()).to_string()
        }
    });
    let toggle = Signal::derive(move || {
        if panel_open.get() {
            say!(wizard.side.hide)
        } else {
            say!(wizard.side.show)
        }
        .to_owned()
    });
    let acts = move || {
        view! {
            <Button label=toggle look=Look::Secondary on_click=move |()| toggle_panel(panel_open) />
        }
    };
    view! { <Page title acts>{children()}</Page> }
}

/// Which app is changed, and as of when.
fn change_title(origin: &Origin) -> String {
    let name = origin.name.as_str();
    say!(change.wizard.title, name = name, revision = origin.revision)
}

/// Opens or closes the side panel. Opened, it has the keyboard: on a narrow page it pushes the form down.
fn toggle_panel(open: RwSignal<bool>) {
    open.update(|open| *open = !*open);
    if open.get_untracked() {
        request_animation_frame(side::focus);
    }
}

/// The path of the namespace.
const PATH: &str = "basics.namespace";

/// The namespace of everything that is made; that of a running app is what it is.
#[component]
pub(crate) fn NamespaceField() -> impl IntoView {
    let changing = use_changing();
    let value = use_form().typed(PATH);
    move || {
        if changing.is_change() {
            view! {
                <div class="pf-v6-c-form wizard__namespace"><Fixed path=PATH label=words!(wizard.head.namespace) value /></div>
            }
            .into_any()
        } else {
            view! { <ChosenNamespace /> }.into_any()
        }
    }
}

/// The namespace, chosen where the list is whole, typed where it is not.
#[component]
fn ChosenNamespace() -> impl IntoView {
    let form = use_form();
    let work = use_work();
    let typed = form.typed(PATH);
    let whole = Memo::new(move |_| {
        work.namespaces.with(|list| {
            list.as_ref()
                .is_some_and(|list| list.complete && !list.names.is_empty())
        })
    });
    let in_use = RwSignal::new(false);
    let chosen = Memo::new(move |before: Option<&bool>| is_list(before.copied(), whole.get(), in_use.get()));
    let names = Memo::new(move |_| {
        work.namespaces
            .with(|list| list.as_ref().map(|l| l.names.clone()).unwrap_or_default())
    });
    let choices = Signal::derive(move || {
        let mut choices: Vec<Choice> = names.get().iter().map(|name| Choice::plain(name)).collect();
        if typed.with(String::is_empty) {
            choices.insert(0, Choice::new("", say!(wizard.head.choose_namespace)));
        }
        choices
    });
    let help = Signal::derive(move || say!(wizard.head.cluster, name = work.name()).to_string());
    view! {
        <div
            class="pf-v6-c-form wizard__namespace"
            on:focusin=move |_| in_use.set(true)
            on:focusout=move |_| { in_use.try_set(false); }
        >
            {move || if chosen.get() {
                view! { <Pick path=PATH label=words!(wizard.head.namespace) choices help /> }.into_any()
            } else {
                view! { <Text path=PATH label=words!(wizard.head.namespace) suggestions=names help required=true /> }.into_any()
            }}
        </div>
    }
}

/// Whether the names stand in a list. They may arrive while somebody is typing one: the field then stays until it is left,
/// and only offers them.
fn is_list(before: Option<bool>, whole: bool, in_use: bool) -> bool {
    match before {
        Some(before) if in_use => before,
        _ => whole,
    }
}

/// Whether the work is kept, in a few words.
#[component]
pub(crate) fn SavingStatus() -> impl IntoView {
    let status = use_autosave().status;
    let shape = Signal::derive(move || match status.get() {
        Status::Saved { .. } => Shape::Good,
        Status::Untouched | Status::Typed => Shape::Edit,
        Status::Saving => Shape::Progress,
        Status::Offline => Shape::Unplugged,
        Status::Conflict | Status::Gone | Status::Refused { .. } => Shape::Warning,
        Status::SignedOut => Shape::Lock,
    });
    view! {
        <p class="wizard__saving" role="status" id="saving">
            <Icon shape />
            " "
            {move || match status.get() {
                Status::Untouched => say!(wizard.saving.untouched).into_any(),
                Status::Typed | Status::Saving => say!(wizard.saving.saving).into_any(),
                Status::Saved { at } => view! { {words!(wizard.saving.saved)}" "<Ago at /> }.into_any(),
                Status::Offline => say!(wizard.saving.offline).into_any(),
                Status::Conflict => say!(wizard.saving.conflict).into_any(),
                Status::SignedOut => say!(wizard.saving.signed_out).into_any(),
                Status::Gone => say!(wizard.saving.gone).into_any(),
                Status::Refused { .. } => say!(wizard.saving.refused).into_any(),
            }}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::is_list;

    #[test]
    fn a_field_somebody_is_in_does_not_change_under_their_hands() {
        assert!(is_list(None, true, false));
        assert!(!is_list(Some(false), true, true), "typing while the names arrive");
        assert!(is_list(Some(false), true, false), "left");
        assert!(is_list(Some(true), false, true), "choosing");
    }
}
