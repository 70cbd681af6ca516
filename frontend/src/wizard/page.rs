//! The page of the wizard: opens what the URL asks for, and keeps it open while the URL follows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::DraftView;
use slipway_model::Draft;

use super::autosave::Autosave;
use super::changing::Changing;
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
use crate::{place as remembered, router, session};

/// Everything that belongs to one opened draft.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) form: Form,
    pub(super) autosave: Autosave,
    pub(super) changing: Changing,
    pub(super) create: Create,
    pub(super) work: Work,
    /// Whether it shows work that this browser had kept.
    pub(super) restored: RwSignal<bool>,
}

/// An opened draft.
pub(super) type Opened = StoredValue<Parts>;

/// What the page shows.
#[derive(Clone)]
enum Shown {
    Opening,
    Failed(Failure),
    Opened(Opened),
}

/// Opens what the URL asks for, one after the other.
#[derive(Clone, Copy)]
struct Opener {
    shown: RwSignal<Shown>,
    around: StoredValue<Owner>,
    /// Who owns what belongs to the opened draft, and to the one before: it stays until its page has been taken down.
    owners: StoredValue<[Owner; 2]>,
    asked: StoredValue<u32>,
}

impl Opener {
    fn new() -> Self {
        let around = Owner::new();
        Self {
            shown: RwSignal::new(Shown::Opening),
            owners: StoredValue::new([around.child(), around.child()]),
            around: StoredValue::new(around),
            asked: StoredValue::new(0),
        }
    }

    /// Opens a place. `clone` is the draft that a new one begins as.
    fn open(self, place: Place, step: Step, namespace: Option<String>, clone: Option<String>) {
        let fresh = self.around.with_value(Owner::child);
        self.owners.update_value(|owners| {
            owners.swap(0, 1);
            owners[1] = fresh.clone();
        });
        self.asked.update_value(|asked| *asked += 1);
        let asked = self.asked.get_value();
        let (cluster, id) = match (place, clone) {
            (Place::Create { cluster }, None) => {
                self.shown
                    .set(Shown::Opened(fresh.with(|| begin(&cluster, namespace, step))));
                return;
            }
            (Place::Create { cluster }, Some(original)) => (Some(cluster), original),
            (Place::Draft { id }, _) => (None, id),
        };
        self.shown.set(Shown::Opening);
        spawn_local(async move {
            let answer = api::draft(&id).await;
            // Another place may have been asked for meanwhile.
            if self.asked.try_get_value() == Some(asked) {
                self.shown.set(fresh.with(|| match (answer, cluster) {
                    (Ok(view), Some(cluster)) => Shown::Opened(begin_as(&cluster, view.content, step)),
                    (Ok(view), None) => Shown::Opened(continue_with(view, step)),
                    (Err(failure), _) => without_server(&id, failure, step),
                }));
            }
        });
    }

    /// Whether a place is open already: a draft that got its own address while somebody typed.
    fn is_at(self, place: &Place) -> bool {
        match (self.shown.get_untracked(), place) {
            (Shown::Opened(opened), Place::Draft { id }) => {
                opened.with_value(|parts| parts.autosave.draft.get_untracked().as_ref() == Some(id))
            }
            _ => false,
        }
    }
}

/// `/c/{cluster}/create` and `/drafts/{id}`.
#[component]
pub fn WizardPage() -> impl IntoView {
    let path = router::path();
    let query = router::query();
    let pages = Opener::new();
    let open = move |place: Place| {
        let query = query.get_untracked();
        let step = Step::from_slug(&query.get("step").unwrap_or_default());
        let namespace = query
            .get("namespace")
            .or_else(|| remembered::namespace().get_untracked());
        pages.open(place, step, namespace, query.get("clone"));
    };
    Effect::new(move |_| {
        if let Some(place) = Place::of(&path.get()).filter(|place| !pages.is_at(place)) {
            open(place);
        }
    });
    let again = Callback::new(move |()| Place::of(&path.get_untracked()).into_iter().for_each(open));
    view! {
        {move || match pages.shown.get() {
            Shown::Opening => view! { <Alone><Skeleton lines=8 /></Alone> }.into_any(),
            Shown::Failed(failure) => view! { <Alone><Failed failure retry=again /></Alone> }.into_any(),
            Shown::Opened(opened) => view! { <Workshop opened /> }.into_any(),
        }}
    }
}

/// What stands in the page before there is a wizard.
#[component]
fn Alone(children: Children) -> impl IntoView {
    view! {
        <section class="pf-v6-c-page__main-section"><div class="pf-v6-c-page__main-body">{children()}</div></section>
    }
}

/// A new form, or what this browser kept of one that never reached the server.
fn begin(cluster: &str, namespace: Option<String>, step: Step) -> Opened {
    let slot = kept::slot(None, cluster);
    let Some(kept) = kept::find(&slot) else {
        return opened(cluster, blank(namespace), None, Saving::new(), step, None);
    };
    let opened = opened(cluster, kept.content, None, Saving::found(None), step, None);
    let Parts {
        autosave, restored, ..
    } = opened.get_value();
    restored.set(true);
    // It may have arrived already, without the answer.
    autosave.make_under(Some(kept.key));
    autosave.note(Happened::Left);
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
            let opened = opened(
                &view.cluster,
                kept.content,
                id,
                Saving::found(kept.base),
                step,
                view.operation,
            );
            opened.get_value().restored.set(true);
            opened.get_value().autosave.note(Happened::Left);
            opened
        }
        Opening::Both(kept) => {
            let opened = opened(
                &view.cluster,
                kept.content,
                id,
                Saving::found(kept.base),
                step,
                view.operation.clone(),
            );
            opened.get_value().autosave.found_theirs(view);
            opened
        }
    }
}

/// What this browser kept of a draft, whyever the server does not have it: it does not answer, or somebody deleted the draft.
/// Once nobody is signed in, nobody's work is shown.
fn without_server(id: &str, failure: Failure, step: Step) -> Shown {
    session::note(&failure);
    let kept = kept::find(&kept::slot(Some(id), ""));
    match kept.filter(|_| failure != Failure::SignedOut) {
        Some(Kept {
            cluster,
            base,
            content,
            ..
        }) => {
            let opened = opened(
                &cluster,
                content,
                Some(id.to_owned()),
                Saving::found(base),
                step,
                None,
            );
            opened.get_value().restored.set(true);
            opened.get_value().autosave.note(Happened::Left);
            Shown::Opened(opened)
        }
        None => Shown::Failed(failure),
    }
}

/// A new form that begins as another draft.
fn begin_as(cluster: &str, content: Draft, step: Step) -> Opened {
    opened(
        cluster,
        Draft {
            origin: None,
            ..content
        },
        None,
        Saving::new(),
        step,
        None,
    )
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
    let changing = Changing::of(form, &autosave);
    StoredValue::new(Parts {
        form,
        autosave,
        changing,
        create: Create::new(form, &autosave, &changing, operation),
        work: Work::on(cluster),
        restored: RwSignal::new(false),
    })
}
