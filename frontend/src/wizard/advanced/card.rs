//! A Service or an Ingress of the draft: one line with Change 变更 and Delete 删除, or open for change.

use leptos::prelude::*;

use crate::ui::{Button, Icon, Look, Shape};
use crate::wizard::form::{Form, use_form};
use crate::{say, words};

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
    let finish = {
        let row = row.clone();
        move |()| finish(form, &row, id)
    };
    view! {
        <div class="wizard-card" role="group" aria-label=move || format!("{} {}", kind.get(), name.get())>
            <Head list id kind name summary is_open />
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

/// What it is, and what can be done with it.
#[component]
fn Head(
    list: &'static str,
    id: u32,
    kind: Signal<String>,
    name: Memo<String>,
    summary: Signal<String>,
    is_open: Memo<bool>,
) -> impl IntoView {
    let form = use_form();
    let row = StoredValue::new(format!("{list}.{id}"));
    let errors = Memo::new(move |_| row.with_value(|row| form.errors_below(row).count()));
    let titled = Signal::derive(move || {
        let name = name.get();
        if name.trim().is_empty() {
            kind.get()
        } else {
            name.trim().to_owned()
        }
    });
    let marked = move || errors.get() > 0 && !is_open.get();
    let change = move |()| form.go_to(&row.with_value(|row| format!("{row}.name")));
    let delete = move |()| {
        form.close(id);
        form.remove_row(list, id);
        form.wanted.set(Some(format!("{list}-create")));
    };
    view! {
        <div class="wizard-card__head">
            <div class="wizard-card__what">
                <span class="wizard-card__name">{titled}</span>
                <span class="wizard-card__summary">{summary}</span>
                {move || marked().then(|| view! {
                    <span class="wizard-mark">
                        <Icon shape=Shape::Danger />" "
                        {move || say!(wizard.step.problems, count = errors.get()).to_string()}
                    </span>
                })}
            </div>
            <div class="wizard-card__acts">
                {move || (!is_open.get()).then(|| view! {
                    <Button
                        id=row.with_value(|row| format!("{row}-change"))
                        label=words!(wizard.advanced.change)
                        look=Look::Link
                        icon=Shape::Edit
                        on_click=change
                    />
                })}
                <Button label=words!(wizard.advanced.delete) look=Look::Link icon=Shape::Delete on_click=delete />
            </div>
        </div>
    }
}

/// Closes a row, or goes to the first thing that is wrong in it.
fn finish(form: Form, row: &str, id: u32) {
    form.attempt_row(row);
    let next = untrack(|| form.errors_below(row).next()).unwrap_or_else(|| {
        form.close(id);
        format!("{row}-change")
    });
    form.wanted.set(Some(next));
}
