//! Deleting an app: what goes, what stays unless chosen, and what that destroys, before anything happens.

mod decision;

use leptos::prelude::*;
use slipway_api::{AppKey, Consent, DeletionChoice, DeletionView, OperationKind, StartAppOperation};

use super::starting::{NotStarted, Starting};
use crate::address::app_href;
use crate::change::{Consequences, Export, Hindrances, Managed, called, deletion_text};
use crate::load::{Loaded, States};
use crate::ui::{Alert, Button, Check, Look, Shape, TextField, Tone};
use crate::{api, say, words};
use decision::{Decision, may_delete, needs_name};

/// The page that asks.
#[component]
pub fn Deletion(
    /// The app.
    app: AppKey,
) -> impl IntoView {
    let view = Loaded::<DeletionView>::new();
    let asked = StoredValue::new(app.clone());
    let fetch = move || {
        let app = asked.get_value();
        view.fetch(async move { api::deletion(&app).await });
    };
    fetch();
    let name = app.name.clone();
    let starting = Starting::of(&app);
    view! {
        <div class="app-sections app-narrow">
            <h2 class="pf-v6-c-title pf-m-xl">{move || say!(change.deletion.title, name = name.clone())}</h2>
            <States of=view retry=move |()| fetch()>
                {move || view.get().map(|found| view! {
                    <Asked app=asked.get_value() found starting again=Callback::new(move |()| fetch()) />
                })}
            </States>
        </div>
    }
}

#[component]
fn Asked(app: AppKey, found: DeletionView, starting: Starting, again: Callback<()>) -> impl IntoView {
    let foreign = found.found;
    let decision = RwSignal::new(Decision::default());
    let view = StoredValue::new(found.clone());
    let name = StoredValue::new(app.name.clone());
    let asks_name =
        Memo::new(move |_| view.with_value(|view| decision.with(|decision| needs_name(view, decision))));
    let allowed = Memo::new(move |_| {
        view.with_value(|view| decision.with(|decision| may_delete(view, decision, &name.get_value())))
    });
    let delete = move |()| {
        let wanted = StartAppOperation {
            kind: OperationKind::Delete,
            revision: None,
            also: decision.with_untracked(|decision| decision.also.iter().cloned().collect()),
            consent: Consent::default(),
        };
        let seen = view.with_value(|view| view.revision);
        starting.start(seen, wanted, move || again.run(()));
    };
    let goes = found.goes.clone();
    let file = format!("delete-{}.yaml", app.name);
    view! {
        {found.managed_by.clone().map(|who| view! {
            <Managed who>
                <Export label=words!(change.managed.export) file text=deletion_text(&found.goes) primary=true />
            </Managed>
        })}
        <p>{words!(change.deletion.intro)}</p>
        {foreign.then(|| view! { <Alert tone=Tone::Info title=words!(change.deletion.foreign) /> })}
        <Consequences consequences=found.consequences.clone() />
        <Hindrances issues=found.issues.clone() />
        <section>
            <h3 class="pf-v6-c-title pf-m-md">{words!(change.deletion.goes)}</h3>
            {if goes.is_empty() {
                view! { <p class="app-quiet">{words!(change.deletion.nothing_goes)}</p> }.into_any()
            } else {
                let lines = goes.into_iter().map(|object| view! { <li>{move || called(&object)}</li> }).collect_view();
                view! { <ol class="app-list">{lines}</ol> }.into_any()
            }}
        </section>
        <section>
            <h3 class="pf-v6-c-title pf-m-md">{words!(change.deletion.stays)}</h3>
            {if found.choices.is_empty() {
                view! { <p class="app-quiet">{words!(change.deletion.nothing_stays)}</p> }.into_any()
            } else {
                let lines = found.choices.into_iter().map(|choice| view! { <li><Choice decision choice /></li> });
                view! { <ul class="app-choices" role="list">{lines.collect_view()}</ul> }.into_any()
            }}
        </section>
        {move || asks_name.get().then(|| view! {
            <section>
                <p>{move || say!(change.deletion.confirm, name = name.get_value())}</p>
                <TextField
                    id="confirm-name"
                    label=words!(change.deletion.confirm_label)
                    value=Signal::derive(move || decision.with(|decision| decision.typed.clone()))
                    on_input=move |typed: String| decision.update(|decision| decision.typed = typed)
                />
            </section>
        })}
        <NotStarted starting title=words!(change.deletion.failed) />
        <div class="app-acts">
            <Button
                id="delete"
                label=words!(change.deletion.act)
                look=Look::Danger
                icon=Shape::Delete
                busy=starting.busy
                disabled=Signal::derive(move || !allowed.get())
                on_click=delete
            />
            <a href=app_href(&app) class="pf-v6-c-button pf-m-link"><span class="pf-v6-c-button__text">{words!(change.act.cancel)}</span></a>
        </div>
    }
}

/// Something that stays unless it is ticked.
#[component]
fn Choice(decision: RwSignal<Decision>, choice: DeletionChoice) -> impl IntoView {
    let DeletionChoice {
        object,
        uid,
        why,
        used_by,
    } = choice;
    let disabled = !used_by.is_empty();
    let users = used_by.join(", ");
    let more = Signal::derive(move || {
        if disabled {
            say!(change.deletion.used_by, who = users.clone())
        } else {
            why_word(&why)
        }
    });
    let (asked, id) = (uid.clone(), format!("also-{uid}"));
    let on = Signal::derive(move || decision.with(|decision| decision.also.contains(&asked)));
    let tick = move |on| decision.update(|decision| decision.tick(&uid, on));
    view! { <Check id label=Signal::derive(move || called(&object)) on on_tick=tick disabled more /> }
}

/// Why something stays. A code that is not known here is shown as it is.
fn why_word(code: &str) -> String {
    match code {
        "data" => say!(change.deletion.why_data),
        "not_ours" => say!(change.deletion.why_not_ours),
        "used_by_others" => say!(change.deletion.why_used),
        other => return other.to_owned(),
    }
    .to_owned()
}
