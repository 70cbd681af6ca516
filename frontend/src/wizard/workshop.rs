//! The opened wizard: head, step bar, the step, the side panel, and the buttons below.

use leptos::prelude::*;
use slipway_api::NamespaceList;

use super::advanced::Advanced;
use super::basics::Basics;
use super::containers::Containers;
use super::done::Done;
use super::focus;
use super::foot::Foot;
use super::head::{Head, NamespaceField, SavingStatus};
use super::merge::Merge;
use super::notices::Notices;
use super::page::{Opened, Parts};
use super::place::Place;
use super::saving::Happened;
use super::side::Side;
use super::step::Step;
use super::step_bar::{StepBar, step_name};
use crate::router::Going;
use crate::ui::SidePanel;
use crate::{frame, router, unsaved, words};

/// The wizard on one draft.
#[component]
pub(super) fn Workshop(opened: Opened) -> impl IntoView {
    let parts = opened.get_value();
    let Parts {
        form,
        autosave,
        changing,
        create,
        work,
        ..
    } = parts;
    provide_context(form);
    provide_context(autosave);
    provide_context(changing);
    provide_context(create);
    provide_context(work);
    follow_url(&parts);
    follow_page(&parts);
    suggest_namespace(&parts);
    focus::follow(form);
    let panel_open = RwSignal::new(wide());
    Effect::new(move |_| {
        if changing.sent_to_objects.get() > 0 {
            panel_open.set(true);
        }
    });
    view! {
        <Head panel_open>
            <div
                class="wizard"
                on:compositionstart=move |_| form.compose(true)
                on:compositionend=move |_| form.compose(false)
            >
                <div class="wizard__top">
                    <NamespaceField />
                    <SavingStatus />
                </div>
                <StepBar />
                <Notices opened />
                <Merge />
                <SidePanel open=panel_open id="review" title=words!(wizard.side.title) panel=move || view! { <Side /> }>
                    <form class="wizard__step" novalidate on:submit=move |event| event.prevent_default()>
                        <h2 class="pf-v6-c-title pf-m-xl" id=focus::HEADING tabindex="-1">{move || step_name(form.step.get())}</h2>
                        {move || match form.step.get() {
                            Step::Basics => view! { <Basics /> }.into_any(),
                            Step::Containers => view! { <Containers /> }.into_any(),
                            Step::Advanced => view! { <Advanced /> }.into_any(),
                            Step::Done => view! { <Done /> }.into_any(),
                        }}
                    </form>
                </SidePanel>
                <Foot />
            </div>
        </Head>
    }
}

/// Whether there is room for the panel beside the form.
fn wide() -> bool {
    window()
        .match_media("(min-width: 75rem)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Step and URL follow each other; the address of a new draft takes the place of the address it was begun under.
fn follow_url(parts: &Parts) {
    let Parts {
        form, autosave, work, ..
    } = *parts;
    let (query, path) = (router::query(), router::path());
    // The address may already be that of another page, to which the person is on the way.
    let is_ours = move || match Place::of(&path.get_untracked()) {
        Some(Place::Draft { id }) => autosave.draft.get_untracked() == Some(id),
        Some(Place::Create { cluster }) => {
            autosave.draft.get_untracked().is_none() && work.slug.get_value() == cluster
        }
        None => false,
    };
    Effect::new(move |_| {
        let step = Step::from_slug(&query.with(|query| query.get("step")).unwrap_or_default());
        if is_ours() {
            form.show(step);
        }
    });
    let address = move |step: Step, id: Option<String>| {
        let place = match id {
            Some(id) => Place::Draft { id },
            None => Place::Create {
                cluster: work.slug.get_value(),
            },
        };
        format!("{}?step={}", place.path(), step.slug())
    };
    Effect::new(move |before: Option<(Step, Option<String>)>| {
        let now = (form.step.get(), autosave.draft.get());
        let Some(before) = before else { return now };
        if before != now {
            let replace = before.0 == now.0;
            frame::keep_focus();
            router::go(
                &address(now.0, now.1.clone()),
                Going {
                    replace,
                    scroll: false,
                },
            );
        }
        now
    });
}

/// Saves when the page is hidden or left, asks again when there is reason to hope, and minds the pointer.
fn follow_page(parts: &Parts) {
    let Parts { form, autosave, .. } = *parts;
    let hidden = window_event_listener(leptos::ev::pagehide, move |_| autosave.note(Happened::Hidden));
    let online = window_event_listener(leptos::ev::online, move |_| autosave.note(Happened::Hope));
    let seen = window_event_listener(leptos::ev::visibilitychange, move |_| {
        autosave.note(if document().hidden() {
            Happened::Hidden
        } else {
            Happened::Hope
        });
    });
    let down = window_event_listener(leptos::ev::pointerdown, move |_| form.press(true));
    let up = window_event_listener(leptos::ev::pointerup, move |_| form.press(false));
    let gone = window_event_listener(leptos::ev::pointercancel, move |_| form.press(false));
    let key = window_event_listener(leptos::ev::keydown, move |_| form.press(false));
    unsaved::before_signing_out(move || Box::pin(async move { autosave.rest().await }));
    on_cleanup(move || {
        autosave.note(Happened::Hidden);
        for listener in [hidden, online, seen, down, up, gone, key] {
            listener.remove();
        }
    });
}

/// Puts a namespace into a form that nobody has touched.
fn suggest_namespace(parts: &Parts) {
    let Parts {
        form, autosave, work, ..
    } = *parts;
    let suggested = StoredValue::new(String::new());
    Effect::new(move |_| {
        let usual = work
            .cluster
            .with(|cluster| cluster.as_ref().map(|cluster| cluster.default_namespace.clone()));
        let Some(usual) = usual.filter(|name| !name.is_empty()) else {
            return;
        };
        let suggestion = work.namespaces.with(|list| to_begin_with(&usual, list.as_ref()));
        let untouched = form.now(|draft| {
            let namespace = &draft.basics.namespace;
            namespace.is_blank() || suggested.with_value(|suggested| namespace.as_str() == suggested)
        });
        if untouched && autosave.draft.get_untracked().is_none() {
            form.suggest("basics.namespace", &suggestion);
            suggested.set_value(suggestion);
        }
    });
}

/// The usual namespace of a cluster, unless somebody may use others only.
fn to_begin_with(usual: &str, list: Option<&NamespaceList>) -> String {
    let names = list.map_or(&[][..], |list| &list.names);
    match names.first() {
        Some(first) if names.iter().all(|name| name != usual) => first.clone(),
        _ => usual.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_use_the_usual_namespace_begins_with_one_that_they_may_use() {
        let list = |names: &[&str]| NamespaceList {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            complete: false,
        };
        let begin = |list: Option<&NamespaceList>| to_begin_with("default", list);

        assert_eq!(begin(Some(&list(&["shared", "shop"]))), "shared");
        assert_eq!(begin(Some(&list(&["apps", "default"]))), "default");
        assert_eq!(begin(Some(&list(&[]))), "default");
        assert_eq!(begin(None), "default", "not known yet");
    }
}
