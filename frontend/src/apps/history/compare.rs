//! Two revisions beside each other, and going back to one.

use leptos::prelude::*;
use slipway_api::{AppKey, CompareView, OperationKind, StartAppOperation};

use super::asking::{Asking, in_the_way};
use super::href;
use crate::api;
use crate::apps::starting::{NotStarted, Starting};
use crate::change::{
    Agree, Consequences, Export, FieldTable, Hindrances, Naming, ObjectChanges, Questions, diff_text,
};
use crate::load::{Loaded, States};
use crate::ui::{Button, Look, Shape};
use crate::{say, words};

/// Two revisions beside each other.
#[component]
pub(super) fn Compare(
    /// The app.
    app: AppKey,
    /// The one.
    from: u64,
    /// The other.
    to: u64,
) -> impl IntoView {
    let title = Signal::derive(move || say!(change.history.compare_title, from = from, to = to));
    let back = href(&app, "");
    view! {
        <div class="app-sections">
            <h2 class="pf-v6-c-title pf-m-xl">{title}</h2>
            <Differences app from to />
            <div class="app-acts"><Back href=back /></div>
        </div>
    }
}

/// What going back would do; then it is done.
#[component]
pub(super) fn RollBack(
    /// The app.
    app: AppKey,
    /// The revision that is there now.
    current: Memo<Option<u64>>,
    /// The one to go back to.
    to: u64,
) -> impl IntoView {
    let starting = Starting::of(&app);
    let current = Memo::new(move |_| current.get().unwrap_or_default());
    let back = StoredValue::new(href(&app, ""));
    let app = StoredValue::new(app);
    let asking = Asking::new();
    let start = move |()| {
        let wanted = StartAppOperation {
            kind: OperationKind::RollBack,
            revision: Some(to),
            also: Vec::new(),
            consent: asking.consent(),
        };
        starting.start(current.get_untracked(), wanted, move || asking.again());
    };
    let title = Signal::derive(move || say!(change.history.roll_back_title, from = current.get(), to = to));
    // What is compared is drawn anew when the app moves on: what was seen is what is sent.
    view! {
        <div class="app-sections">
            <h2 class="pf-v6-c-title pf-m-xl">{title}</h2>
            <p>{words!(change.history.roll_back_intro)}</p>
            {move || view! { <Differences app=app.get_value() from=current.get() to asking /> }}
            <NotStarted starting title=words!(change.history.failed) />
            <div class="app-acts">
                <Button
                    id="roll-back"
                    label=words!(change.history.roll_back_act)
                    look=Look::Primary
                    icon=Shape::Left
                    busy=starting.busy
                    disabled=Signal::derive(move || current.get() == to || !asking.is_decided())
                    on_click=start
                />
                <Back href=back.get_value() />
            </div>
        </div>
    }
}

/// Consequences first, then what has to be agreed to, then the fields in words, then the objects.
#[component]
fn Differences(app: AppKey, from: u64, to: u64, #[prop(optional)] asking: Option<Asking>) -> impl IntoView {
    let view = Loaded::<CompareView>::new();
    let naming = Naming::of_revisions(&app, [to, from]);
    let file = StoredValue::new(format!("{}-{from}-{to}.diff", app.name));
    let fetch = move || {
        let app = app.clone();
        view.fetch(async move { api::compare(&app, from, to).await });
    };
    let again = fetch.clone();
    Effect::new(move |_| {
        if let Some(asking) = asking {
            asking.asked_again.track();
        }
        again();
    });
    if let Some(asking) = asking {
        Effect::new(move |_| view.with(|view| asking.answered(view)));
    }
    view! {
        <States of=view retry=move |()| fetch()>
            {move || view.get().map(|found| view! {
                {asking.map(|asking| view! { <Asked asking found=found.clone() naming /> })}
                <section>
                    <h3 class="pf-v6-c-title pf-m-md">{words!(change.fields.title)}</h3>
                    <FieldTable fields=found.fields naming />
                </section>
                <section>
                    <h3 class="pf-v6-c-title pf-m-md">{words!(change.objects.title)}</h3>
                    <Export label=words!(change.managed.export) file=file.get_value() text=diff_text(&found.objects) />
                    <ObjectChanges objects=found.objects />
                </section>
            })}
        </States>
    }
}

/// What going back destroys, what stands in the way, and what has to be agreed to.
#[component]
fn Asked(asking: Asking, found: CompareView, naming: Naming) -> impl IntoView {
    let questions = Questions::from(&found);
    view! {
        <Consequences consequences=found.consequences />
        <Hindrances issues=in_the_way(found.issues) />
        <Agree questions ticks=asking.ticks naming />
    }
}

#[component]
fn Back(href: String) -> impl IntoView {
    view! { <a href=href class="pf-v6-c-button pf-m-link"><span class="pf-v6-c-button__text">{words!(change.history.back)}</span></a> }
}
