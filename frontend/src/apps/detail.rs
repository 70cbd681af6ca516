//! One app: how it is on top, and tabs with its parts.

use leptos::prelude::*;
use slipway_api::{AppDetail, AppKey, Change, StreamState, Topic};

use super::access::AccessMethods;
use super::access_note::AccessNote;
use super::acts::Acts;
use super::deletion::Deletion;
use super::drift::Drift;
use super::history::History;
use super::list::kind_name;
use super::overview::Overview;
use super::pods::Pods;
use super::{EndpointLink, HealthBadge, Reason};
use crate::address::{self, Address};
use crate::frame::Page;
use crate::load::{Failed, Loaded};
use crate::router::IN_PLACE;
use crate::ui::{Badge, Colour, Crumb, EmptyState, Shape, Skeleton, Tab, TabPanel, Tabs};
use crate::{api, place, router, say, stream, words};

/// What one page of the app shows: the app, or that it is not there.
type There = Option<AppDetail>;

/// The page of an app.
#[component]
pub fn AppPage() -> impl IntoView {
    let key = address::subject(|address| match address {
        Address::App(key) => Some(key),
        _ => None,
    });
    let app = Loaded::<There>::new();
    let fetch = move || {
        let key = key.get_untracked();
        app.fetch(async move { found(api::app(&key).await) });
    };
    Effect::new(move |before: Option<AppKey>| {
        let key = key.get();
        if before.is_some_and(|before| before != key) {
            app.clear();
        }
        fetch();
        listen(&key, app);
        key
    });
    move || {
        let key = key.get();
        let crumbs = vec![
            Crumb::link(words!(apps.all_apps), place::apps_href(&key.cluster, None)),
            Crumb::here(key.name.clone()),
        ];
        let (subject, acted) = (key.clone(), key.clone());
        let there = Memo::new(move |_| app.with(|app| matches!(app, Some(Some(_)))));
        let acts = move || view! { <Acts app=acted.clone() there /> };
        view! {
            <Page title=key.name.clone() crumbs acts under=move || view! { <Head key=subject.clone() app /> }>
                <Body key=key app retry=move |()| fetch() />
            </Page>
        }
    }
}

/// Not being there is an answer, not a failure: the app may appear in a moment, or has just been deleted.
fn found(answer: api::Answer<AppDetail>) -> api::Answer<There> {
    match answer {
        Ok(app) => Ok(Some(app)),
        Err(failure) if failure.status() == Some(404) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn listen(key: &AppKey, app: Loaded<There>) {
    stream::listen(
        &Topic::App(key.clone()),
        Change::of_app,
        move |change| match change {
            Change::App { app: now } => app.put(now.as_deref().cloned()),
            Change::State { state, since } => app.change(|app| {
                if let Some(app) = app {
                    app.access.stale_since = since.filter(|_| *state == StreamState::Stale);
                }
            }),
            _ => {}
        },
    );
}

/// A part of an app, followed by itself: what shows it is drawn anew only when this part changes.
pub fn part<T: Clone + Default + PartialEq + Send + Sync + 'static>(
    detail: Signal<Option<AppDetail>>,
    read: fn(&AppDetail) -> T,
) -> Memo<T> {
    Memo::new(move |_| detail.with(|app| app.as_ref().map(read).unwrap_or_default()))
}

/// Health in words, pods, the endpoint to click.
#[component]
fn Head(key: AppKey, app: Loaded<There>) -> impl IntoView {
    let detail = Signal::from(Memo::new(move |_| app.get().flatten()));
    let there = Memo::new(move |_| detail.with(Option::is_some));
    let health = part(detail, |app| Some(app.row.health));
    let counted = part(detail, |app| (app.row.ready, app.row.wanted));
    let endpoint = part(detail, |app| app.row.endpoint.clone());
    // What the database knows: a label says it of a copy as well.
    let managed = part(detail, |app| app.revision.is_some());
    let reason = part(detail, |app| app.row.reason.clone());
    let access = part(detail, |app| app.access.clone());
    let kind = kind_name(&key.kind);
    let namespace = key.namespace;
    view! {
        <p class="app-quiet app-subject">
            {kind} " · " {words!(apps.namespace)} " " <strong>{namespace}</strong>
        </p>
        {move || there.get().then(|| view! {
            <div class="app-summary">
                {move || health.get().map(|health| view! { <HealthBadge health /> })}
                <span>{move || {
                    let (ready, wanted) = counted.get();
                    say!(apps.pods_ready, ready = ready, wanted = wanted)
                }}</span>
                {move || endpoint.get().map(|endpoint| view! { <EndpointLink endpoint /> })}
                {move || managed.get().then(|| view! {
                    <Badge label=words!(apps.managed) colour=Colour::Grey meaning=words!(apps.managed_here) />
                })}
            </div>
            {move || reason.get().map(|reason| view! { <div class="app-summary__reason"><Reason reason whole=true /></div> })}
        })}
        <AccessNote access />
    }
}

#[component]
fn Body(key: AppKey, app: Loaded<There>, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    #[derive(Clone, PartialEq)]
    enum State {
        Loading,
        Failed(api::Failure),
        Gone,
        There,
    }
    let state = Memo::new(move |_| {
        app.with(|value| match value {
            Some(Some(_)) => State::There,
            Some(None) => State::Gone,
            None => app.failure().map_or(State::Loading, State::Failed),
        })
    });
    let detail = Signal::from(Memo::new(move |_| app.get().flatten()));
    let apps = StoredValue::new(place::apps_href(&key.cluster, None));
    let app_key = StoredValue::new(key);
    move || match state.get() {
        State::Loading => view! { <Skeleton lines=8 /> }.into_any(),
        State::Failed(failure) => view! { <Failed failure retry /> }.into_any(),
        State::Gone => view! {
            <EmptyState shape=Shape::Search title=words!(apps.gone_title) body=words!(apps.gone_body)>
                <a href=apps.get_value() class="pf-v6-c-button pf-m-primary">
                    <span class="pf-v6-c-button__text">{words!(apps.all_apps)}</span>
                </a>
            </EmptyState>
        }
        .into_any(),
        State::There => view! { <There app=app_key.get_value() detail /> }.into_any(),
    }
}

/// The app, or the question whether to delete it; the address says which.
#[component]
fn There(app: AppKey, detail: Signal<Option<AppDetail>>) -> impl IntoView {
    let url = router::query();
    let deleting = Memo::new(move |_| url.with(|query| query.get("act").as_deref() == Some("delete")));
    move || {
        let app = app.clone();
        if deleting.get() {
            view! { <Deletion app /> }.into_any()
        } else {
            view! { <Drift app=app.clone() detail /><Parts app detail /> }.into_any()
        }
    }
}

/// The tabs. Which one is shown stands in the address.
#[component]
fn Parts(app: AppKey, detail: Signal<Option<AppDetail>>) -> impl IntoView {
    let url = router::query();
    let app = StoredValue::new(app);
    let current = Memo::new(move |_| match url.with(|params| params.get("tab")).as_deref() {
        Some("pods") => "pods",
        Some("access") => "access",
        Some("history") => "history",
        _ => "overview",
    });
    let path = router::path();
    let choose = move |id: &'static str| {
        router::go(&format!("{}?tab={id}", path.get_untracked()), IN_PLACE);
    };
    let tabs = vec![
        Tab::new("overview", words!(apps.overview)),
        Tab::new("pods", words!(apps.pods)),
        Tab::new("access", words!(apps.access)),
        Tab::new("history", words!(change.history.tab)),
    ];
    view! {
        <Tabs name=words!(apps.tabs) tabs current=Signal::derive(move || current.get().to_owned()) on_choose=choose />
        {move || match current.get() {
            "pods" => view! { <TabPanel id="pods"><Pods detail /></TabPanel> }.into_any(),
            "history" => view! { <TabPanel id="history"><History app=app.get_value() detail /></TabPanel> }.into_any(),
            "access" => view! { <TabPanel id="access"><AccessMethods detail /></TabPanel> }.into_any(),
            _ => view! { <TabPanel id="overview"><Overview detail /></TabPanel> }.into_any(),
        }}
    }
}
