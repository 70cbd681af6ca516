//! Pages that are not loaded with the first one. The build cuts the program at the two functions marked here: what only
//! they need becomes files of its own.
//!
//! A part is fetched when somebody goes to one of its pages, or a moment after the first page stands, so that going
//! there takes no longer. A part that cannot be fetched, because the server was updated meanwhile or cannot be reached,
//! is said where the page would stand, with a button that loads everything anew.

#![expect(
    clippy::unnecessary_wraps,
    reason = "the macro that marks a cut makes a function that can fail out of one that cannot"
)]

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::address::Address;
use crate::apps::AppPage;
use crate::pages::{Clusters, Drafts, OperationPage, Operations, OtherLink, Settings, SignOutPage};
use crate::ui::{Button, EmptyState, Look, Shape, Skeleton};
use crate::wizard::WizardPage;
use crate::words;

/// How long after the first page the parts are fetched: by then it has asked for what it shows.
const AFTER: Duration = Duration::from_secs(2);

/// Draws the page of an address.
type Draw = fn(&Address) -> AnyView;
type Fetched = Result<Draw, SplitLoaderError>;

#[wasm_split(wizard, wasm_split_path = ::leptos::wasm_split, fallible)]
fn wizard() -> Fetched {
    Ok(|_| view! { <WizardPage /> }.into_any())
}

#[wasm_split(pages, wasm_split_path = ::leptos::wasm_split, fallible)]
fn pages() -> Fetched {
    Ok(|address| match address {
        Address::Clusters => view! { <Clusters /> }.into_any(),
        Address::Drafts => view! { <Drafts /> }.into_any(),
        Address::Operations => view! { <Operations /> }.into_any(),
        Address::Operation(_) => view! { <OperationPage /> }.into_any(),
        Address::Settings => view! { <Settings /> }.into_any(),
        Address::SignOut => view! { <SignOutPage /> }.into_any(),
        Address::OtherLink => view! { <OtherLink /> }.into_any(),
        Address::App(_) => view! { <AppPage /> }.into_any(),
        _ => ().into_any(),
    })
}

static WIZARD: Part = Part::new(|| Box::pin(wizard()));
static PAGES: Part = Part::new(|| Box::pin(pages()));

/// A part of the program.
pub struct Part {
    fetch: fn() -> Pin<Box<dyn Future<Output = Fetched>>>,
    state: OnceLock<ArcRwSignal<State>>,
}

#[derive(Clone, Copy)]
enum State {
    Away,
    Coming,
    Here(Draw),
    Failed,
}

/// The part that the page of an address is in; nothing for pages that are loaded first.
pub fn of(address: &Address) -> Option<&'static Part> {
    match address {
        Address::Wizard => Some(&WIZARD),
        Address::Clusters
        | Address::Drafts
        | Address::Operations
        | Address::Operation(_)
        | Address::Settings
        | Address::SignOut
        | Address::OtherLink
        | Address::App(_) => Some(&PAGES),
        Address::Home | Address::SignIn | Address::Apps(_) | Address::Lost => None,
    }
}

/// Fetches all parts in a moment.
pub fn fetch_soon() {
    set_timeout(
        || {
            PAGES.fetch();
            WIZARD.fetch();
        },
        AFTER,
    );
}

impl Part {
    const fn new(fetch: fn() -> Pin<Box<dyn Future<Output = Fetched>>>) -> Self {
        let state = OnceLock::new();
        Self { fetch, state }
    }

    fn state(&self) -> &ArcRwSignal<State> {
        self.state.get_or_init(|| ArcRwSignal::new(State::Away))
    }

    /// Fetches it, unless it is here or on its way.
    pub fn fetch(&'static self) {
        if matches!(self.state().get_untracked(), State::Away | State::Failed) {
            self.state().set(State::Coming);
            spawn_local(async move {
                let fetched = (self.fetch)().await;
                self.state().set(fetched.map_or(State::Failed, State::Here));
            });
        }
    }

    /// The page of an address, as soon as the part is here.
    pub fn page(&'static self, address: Address) -> AnyView {
        self.fetch();
        let view = move || match self.state().get() {
            State::Here(draw) => draw(&address),
            State::Failed => view! { <Alone><Missing /></Alone> }.into_any(),
            State::Away | State::Coming => view! { <Alone><Skeleton lines=8 /></Alone> }.into_any(),
        };
        view.into_any()
    }
}

/// What stands in the place of a page.
#[component]
fn Alone(children: Children) -> impl IntoView {
    view! {
        <section class="pf-v6-c-page__main-section"><div class="pf-v6-c-page__main-body">{children()}</div></section>
    }
}

#[component]
fn Missing() -> impl IntoView {
    let reload = |()| {
        let _ = window().location().reload();
    };
    view! {
        <EmptyState shape=Shape::Unplugged title=words!(frame.part_missing) body=words!(frame.part_missing_body)>
            <Button label=words!(frame.reload) look=Look::Primary icon=Shape::Progress on_click=reload />
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::address::Address;

    #[test]
    fn only_the_way_to_the_app_list_is_loaded_first() {
        for first in ["/", "/sign-in", "/c/prod/apps", "/nothing"] {
            assert!(of(&Address::of(first)).is_none(), "{first}");
        }
        for later in [
            "/c/prod/create",
            "/drafts/0190",
            "/c/prod/apps/default/deployment/nginx",
        ] {
            assert!(of(&Address::of(later)).is_some(), "{later}");
        }
    }
}
