//! Created is not yet running: how many pods are ready, and how the app can be reached.

use leptos::prelude::*;
use slipway_api::{AppDetail, Health, OperationView};

use crate::apps::{EndpointList, HostsLines};
use crate::ui::{Alert, Tone};
use crate::wizard::done::{following, key};
use crate::{say, words};

/// The kind of workload whose pods are watched.
const SHOWN: &str = "deployment";

/// The app that was made.
#[component]
pub(super) fn Running(operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let key = operation.with_untracked(|operation| operation.as_ref().map(key));
    key.map(|key| {
        if key.kind != SHOWN {
            let title = Signal::derive(|| say!(wizard.done.not_shown).to_owned());
            return view! { <Alert tone=Tone::Info title /> }.into_any();
        }
        let href = format!(
            "/c/{}/apps/{}/{}/{}",
            key.cluster, key.namespace, key.kind, key.name
        );
        let app = following::app(key);
        view! {
            <section class="wizard-section" aria-label=words!(wizard.done.app)>
                <Pods app />
                <Endpoints app />
                <p><a class="pf-v6-c-button pf-m-primary" href=href>{words!(wizard.done.to_app)}</a></p>
            </section>
        }
        .into_any()
    })
}

#[component]
fn Pods(app: RwSignal<Option<AppDetail>>) -> impl IntoView {
    let counted = Memo::new(move |_| {
        app.with(|app| {
            app.as_ref()
                .map(|app| (app.row.health, app.row.ready, app.row.wanted))
        })
    });
    let why = Memo::new(move |_| {
        app.with(|app| {
            let app = app.as_ref()?;
            let of_pods = || app.pods.iter().find_map(|pod| pod.reason.clone());
            app.row
                .reason
                .clone()
                .filter(|reason| reason.message.is_some())
                .or_else(of_pods)
        })
    });
    move || {
        let (tone, title): (_, Signal<String>) = match counted.get() {
            None => (
                Tone::Info,
                Signal::derive(|| say!(wizard.done.waiting).to_owned()),
            ),
            Some((Health::Running, ready, wanted)) => (
                Tone::Success,
                Signal::derive(move || say!(wizard.done.ready, ready = ready, wanted = wanted).to_string()),
            ),
            Some((Health::Failed, ready, wanted)) => (
                Tone::Danger,
                Signal::derive(move || say!(wizard.done.failing, ready = ready, wanted = wanted).to_string()),
            ),
            Some((Health::Stopped, ..)) => (
                Tone::Info,
                Signal::derive(|| say!(wizard.done.no_pods).to_owned()),
            ),
            Some((_, ready, wanted)) => (
                Tone::Info,
                Signal::derive(move || {
                    say!(wizard.done.starting, ready = ready, wanted = wanted).to_string()
                }),
            ),
        };
        view! {
            <Alert tone title>
                {move || why.get().filter(|_| tone != Tone::Success).map(|why| view! {
                    <p class="wizard-done__message">{why.object}{why.message.map(|message| format!(": {message}"))}</p>
                })}
            </Alert>
        }
    }
}

#[component]
fn Endpoints(app: RwSignal<Option<AppDetail>>) -> impl IntoView {
    let endpoints =
        Memo::new(move |_| app.with(|app| app.as_ref().map(|app| app.endpoints.clone()).unwrap_or_default()));
    let ingresses =
        Memo::new(move |_| app.with(|app| app.as_ref().map(|app| app.ingresses.clone()).unwrap_or_default()));
    let some = Memo::new(move |_| endpoints.with(|endpoints| !endpoints.is_empty()));
    view! {
        {move || some.get().then(|| view! {
            <h3 class="pf-v6-c-title pf-m-md">{words!(wizard.done.endpoints)}</h3>
            <EndpointList endpoints />
        })}
        <HostsLines ingresses><h3 class="pf-v6-c-title pf-m-md">{words!(apps.hosts_title)}</h3></HostsLines>
    }
}
