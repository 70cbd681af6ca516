//! A Service or an Ingress of the draft: one line with Change 变更 and Delete 删除, or open for change.

use leptos::prelude::*;
use slipway_model::Issue;

use crate::ui::{Button, Icon, Look, Shape};
use crate::wizard::form::use_form;
use crate::{browser, say, words};

/// A row of `list`, closed or open.
#[component]
pub(super) fn Card<F>(
    /// The list it is in: `services` or `ingresses`.
    list: &'static str,
    /// Its id.
    id: u32,
    /// What it is.
    #[prop(into)]
    kind: Signal<String>,
    /// What it does, in one line.
    #[prop(into)]
    summary: Signal<String>,
    /// Draws its fields.
    fields: F,
) -> impl IntoView
where
    F: Fn(String) -> AnyView + Clone + Send + Sync + 'static,
{
    let form = use_form();
    let row = format!("{list}.{id}");
    let name = form.typed(format!("{row}.name"));
    let is_open = Memo::new(move |_| form.open.with(|open| open.contains(&id)));
    let below = format!("{row}.");
    let errors = Memo::new(move |_| {
        form.issues.with(|issues| issues.iter().filter(|i| i.is_error() && i.field.starts_with(&below)).count())
    });
    let change = { let row = row.clone(); move |()| form.go_to(&format!("{row}.name")) };
    let finish = { let row = row.clone(); move |()| {
        form.attempt_row(&row);
        let below = format!("{row}.");
        let wrong = |issue: &&Issue| issue.is_error() && issue.field.starts_with(&below);
        let first = form.issues.with_untracked(|issues| issues.iter().find(wrong).map(|issue| issue.field.clone()));
        if let Some(field) = first {
            form.wanted.set(Some(field));
        } else {
            form.open.update(|open| { open.remove(&id); });
            form.wanted.set(Some(format!("{row}-change")));
        }
    }};
    let delete = move |()| {
        form.open.update(|open| { open.remove(&id); });
        form.remove_row(list, id);
        browser::focus(&format!("{list}-create"));
    };
    let titled = Signal::derive(move || {
        let name = name.get();
        if name.trim().is_empty() { kind.get() } else { name.trim().to_owned() }
    });
    view! {
        <div class="wizard-card" role="group" aria-label=move || format!("{} {}", kind.get(), name.get())>
            <div class="wizard-card__head">
                <div class="wizard-card__what">
                    <span class="wizard-card__name">{titled}</span>
                    <span class="wizard-card__summary">{summary}</span>
                    {move || (errors.get() > 0 && !is_open.get()).then(|| view! {
                        <span class="wizard-mark"><Icon shape=Shape::Danger />" "{move || say!(wizard.step.problems, count = errors.get()).to_string()}</span>
                    })}
                </div>
                <div class="wizard-card__acts">
                    {let row = row.clone(); let change = change.clone(); move || (!is_open.get()).then(|| view! {
                        <Button id=format!("{row}-change") label=words!(wizard.advanced.change) look=Look::Link icon=Shape::Edit on_click=change.clone() />
                    })}
                    <Button label=words!(wizard.advanced.delete) look=Look::Link icon=Shape::Delete on_click=delete />
                </div>
            </div>
            {move || is_open.get().then(|| {
                let fields = fields.clone();
                let finish = finish.clone();
                view! {
                    <div class="pf-v6-c-form wizard-card__body">
                        {fields(row.clone())}
                        <div><Button label=words!(wizard.advanced.finish) on_click=finish /></div>
                    </div>
                }
            })}
        </div>
    }
}
