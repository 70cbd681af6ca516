//! The page of the wizard: opens what the URL asks for, and keeps it open while the URL follows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_query_map};
use slipway_api::DraftView;
use slipway_model::Draft;

use super::autosave::Autosave;
use super::create::Create;
use super::form::Form;
use super::kept::{self, Kept, Opening, opening};
use super::place::Place;
use super::saving::{Happened, Saving};
use super::step::Step;
use super::work::Work;
use super::workshop::Workshop;
use crate::api::{self, Failure};
use crate::load::Failed;
use crate::ui::Skeleton;
use crate::{place as remembered, session};

/// Everything that belongs to one opened draft.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) form: Form,
    pub(super) autosave: Autosave,
    pub(super) create: Create,
    pub(super) work: Work,
    /// Whether it shows work that this browser had kept.
    pub(super) restored: RwSignal<bool>,
}

/// What the page shows.
#[derive(Clone)]
enum Shown {
    Opening,
    Failed(Failure),
    Opened(Opened),
}

/// `/c/{cluster}/create` and `/drafts/{id}`.
#[component]
pub fn WizardPage() -> impl IntoView {
    let location = use_location();
    let query = use_query_map();
    let shown = RwSignal::new(Shown::Opening);
    let around = StoredValue::new(Owner::new());
    let owners = StoredValue::new(Vec::<Owner>::new());
    let open = move |place: Place| {
        let fresh = around.with_value(Owner::child);
        owners.update_value(|owners| {
            owners.push(fresh.clone());
            // The one before stays until its page has been taken down.
            if owners.len() > 2 {
                owners.remove(0);
            }
        });
        shown.set(Shown::Opening);
        let query = query.get_untracked();
        let step = Step::from_slug(&query.get("step").unwrap_or_default());
        match place {
            Place::Create { cluster } => match query.get("clone") {
                Some(original) => clone_of(original, cluster, step, shown, fresh),
                None => {
                    let preset = query.get("namespace").or_else(|| remembered::namespace().get_untracked());
                    let opened = fresh.with(|| begin(&cluster, preset, step));
                    shown.set(Shown::Opened(opened));
                }
            },
            Place::Draft { id } => spawn_local(async move {
                let answer = api::draft(&id).await;
                let next = fresh.with(|| match answer {
                    Ok(view) => Shown::Opened(continue_with(view, step)),
                    Err(failure) => without_server(&id, failure, step),
                });
                let _ = shown.try_set(next);
            }),
        }
    };
    let is_open = move |place: &Place| match (shown.get_untracked(), place) {
        (Shown::Opened(opened), Place::Draft { id }) => opened.autosave.draft.get_untracked().as_ref() == Some(id),
        _ => false,
    };
    Effect::new(move |_| {
        if let Some(place) = Place::of(&location.pathname.get()).filter(|place| !is_open(place)) {
            open(place);
        }
    });
    let again = move |()| {
        if let Some(place) = Place::of(&location.pathname.get_untracked()) {
            open(place);
        }
    };
    view! {
        <Outlet />
        {move || match shown.get() {
            Shown::Opening => view! {
                <section class="pf-v6-c-page__main-section"><div class="pf-v6-c-page__main-body"><Skeleton lines=8 /></div></section>
            }.into_any(),
            Shown::Failed(failure) => view! {
                <section class="pf-v6-c-page__main-section"><div class="pf-v6-c-page__main-body"><Failed failure retry=again /></div></section>
            }.into_any(),
            Shown::Opened(opened) => view! { <Workshop opened /> }.into_any(),
        }}
    }
}

/// A new form, or what this browser kept of one that never reached the server.
fn begin(cluster: &str, namespace: Option<String>, step: Step) -> Opened {
    let slot = kept::slot(None, cluster);
    let (draft, machine, restored) = match kept::find(&slot) {
        Some(kept) => (kept.content, Saving::found(None), true),
        None => (blank(namespace), Saving::new(), false),
    };
    let opened = opened(cluster, draft, None, machine, step, None);
    opened.restored.set(restored);
    if restored {
        opened.autosave.note(Happened::Left);
    }
    opened
}

fn blank(namespace: Option<String>) -> Draft {
    let mut draft = Draft::default();
    draft.basics.namespace.set(namespace.unwrap_or_default());
    draft
}

/// A draft of the server, with what this browser kept of it.
fn continue_with(view: DraftView, step: Step) -> Opened {
    let kept = kept::find(&kept::slot(Some(&view.id), &view.cluster));
    let id = Some(view.id.clone());
    let saved = Saving::opened(view.revision, view.saved_at);
    match opening(&view, kept) {
        Opening::Server => opened(&view.cluster, view.content, id, saved, step, view.operation),
        Opening::Kept(kept) => {
            let opened = opened(&view.cluster, kept.content, id, Saving::found(kept.base), step, view.operation);
            opened.restored.set(true);
            opened.autosave.note(Happened::Left);
            opened
        }
        Opening::Both(kept) => {
            let opened = opened(&view.cluster, kept.content, id, Saving::found(kept.base), step, view.operation.clone());
            opened.autosave.found_theirs(view);
            opened
        }
    }
}

/// What this browser kept of a draft, when the server cannot be asked.
fn without_server(id: &str, failure: Failure, step: Step) -> Shown {
    session::note(&failure);
    let kept = kept::find(&kept::slot(Some(id), ""));
    match kept.filter(|_| failure == Failure::Unreachable) {
        Some(Kept { cluster, base, content }) => {
            let opened = opened(&cluster, content, Some(id.to_owned()), Saving::found(base), step, None);
            opened.restored.set(true);
            opened.autosave.note(Happened::Left);
            Shown::Opened(opened)
        }
        None => Shown::Failed(failure),
    }
}

/// A new form that begins as another draft.
fn clone_of(original: String, cluster: String, step: Step, shown: RwSignal<Shown>, fresh: Owner) {
    spawn_local(async move {
        let answer = api::draft(&original).await;
        let next = fresh.with(|| match answer {
            Ok(view) => {
                let content = Draft { origin: None, ..view.content };
                Shown::Opened(opened(&cluster, content, None, Saving::new(), step, None))
            }
            Err(failure) => Shown::Failed(failure),
        });
        let _ = shown.try_set(next);
    });
}

fn opened(
    cluster: &str,
    content: Draft,
    id: Option<String>,
    machine: Saving,
    step: Step,
    operation: Option<String>,
) -> Opened {
    let form = Form::new(content, step);
    let autosave = Autosave::new(form, cluster, id, machine);
    Opened {
        form,
        autosave,
        create: Create::new(form, autosave, operation),
        work: Work::on(cluster),
        restored: RwSignal::new(false),
    }
}
