//! The bar on top: where one is, and who one is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::SessionView;

use super::sign_out::SignOut;
use crate::language::{self, Locale};
use crate::router::AS_A_LINK;
use crate::theme::{self, Theme};
use crate::ui::{Choice, Icon, Select, Shape};
use crate::whenever::whenever;
use crate::{api, place, router, say, words};

/// The bar on top.
#[component]
pub fn Masthead(
    /// Who is signed in.
    who: SessionView,
    /// Whether the navigation is open, where it lies over the page.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <header class="pf-v6-c-masthead pf-m-display-inline app-masthead">
            <div class="pf-v6-c-masthead__main">
                <span class="pf-v6-c-masthead__toggle app-masthead__toggle">
                    <button
                        type="button"
                        class="pf-v6-c-button pf-m-plain"
                        aria-label=words!(frame.open_navigation)
                        aria-controls="navigation"
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        <span class="pf-v6-c-button__icon"><Icon shape=Shape::Menu /></span>
                    </button>
                </span>
                <div class="pf-v6-c-masthead__brand">
                    <a href="/" class="pf-v6-c-masthead__logo app-brand">
                        <svg class="app-brand__mark" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
                            <path d="M3 18h18M5.5 15l9.5-7 3.5 3-8 4z" />
                        </svg>
                        <span class="app-brand__name">"Slipway"</span>
                    </a>
                </div>
            </div>
            <div class="pf-v6-c-masthead__content">
                <div class="app-masthead__places">
                    <ClusterChoice />
                    <NamespaceChoice />
                </div>
                <div class="app-masthead__self">
                    <LanguageChoice id="language" />
                    <Account who />
                </div>
            </div>
        </header>
    }
}

#[component]
fn ClusterChoice() -> impl IntoView {
    let clusters = place::clusters();
    let choices = Signal::derive(move || {
        let known = clusters.get();
        known
            .into_iter()
            .map(|cluster| Choice::new(cluster.slug, cluster.name))
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(|| place::cluster().get().unwrap_or_default());
    let choose = move |slug: String| {
        place::choose_namespace(None);
        router::go(&place::apps_href(&slug, None), AS_A_LINK);
    };
    view! {
        <label class="app-place">
            <span class="app-place__label">{words!(frame.cluster)}</span>
            <Select id="choose-cluster" choices value on_choose=choose />
        </label>
    }
}

#[component]
fn NamespaceChoice() -> impl IntoView {
    let names = RwSignal::new(Vec::new());
    whenever(move || {
        let Some(cluster) = place::cluster().get() else {
            return;
        };
        spawn_local(async move {
            // Without an answer the choice offers "all" and the one in use; the pages say what is wrong.
            let found = api::namespaces(&cluster)
                .await
                .map(|list| list.names)
                .unwrap_or_default();
            let _ = names.try_set(found);
        });
    });
    let choices = Signal::derive(move || {
        let all = Choice::new("", say!(frame.all_namespaces));
        std::iter::once(all)
            .chain(names.get().iter().map(|name| Choice::plain(name)))
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(|| place::namespace().get().unwrap_or_default());
    let path = router::path();
    let choose = move |name: String| {
        let name = Some(name).filter(|name| !name.is_empty());
        place::choose_namespace(name.clone());
        if let Some(cluster) = place::cluster().get_untracked()
            && path.with_untracked(|path| place::is_app_list(path))
        {
            router::go(&place::apps_href(&cluster, name.as_deref()), AS_A_LINK);
        }
    };
    view! {
        <label class="app-place">
            <span class="app-place__label">{words!(frame.namespace)}</span>
            <Select id="choose-namespace" choices value on_choose=choose />
        </label>
    }
}

/// Who is signed in, language, theme, signing out. `<details>` opens and closes without help; Escape is ours.
#[component]
fn Account(who: SessionView) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let path = router::path();
    whenever(move || {
        path.track();
        close();
    });
    let person = who.person.clone();
    let name = move || {
        person
            .clone()
            .unwrap_or_else(|| say!(frame.single_user).to_owned())
    };
    let team = who
        .teams
        .first()
        .map(|team| team.name.clone())
        .filter(|_| who.person.is_some());
    view! {
        <details
            class="app-account"
            node_ref=menu
            on:keydown=move |event| if event.key() == "Escape" { close() }
            on:focusout=move |event| if leaves(&event) { close() }
        >
            <summary class="pf-v6-c-menu-toggle app-account__toggle">
                <Icon shape=Shape::Person />
                <span class="app-account__who">{name.clone()}</span>
                <span class="pf-v6-screen-reader">", " {words!(frame.menu)}</span>
                <Icon shape=Shape::Down />
            </summary>
            <div class="app-account__menu">
                <div class="app-account__person">
                    <strong>{name}</strong>
                    {team.map(|team| view! { <span>{move || say!(frame.team, team = team.clone())}</span> })}
                </div>
                <label class="app-preference">
                    <span class="app-preference__label">{words!(frame.theme)}</span>
                    <ThemeChoice id="theme" />
                </label>
                <SignOut />
            </div>
        </details>
    }
}

/// Whether the focus moves out of the element that listens.
fn leaves(event: &web_sys::FocusEvent) -> bool {
    use wasm_bindgen::JsCast;
    let inside = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let next = event
        .related_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    match (inside, next) {
        (Some(inside), Some(next)) => !inside.contains(Some(&next)),
        _ => false,
    }
}

/// Language and theme; both are kept in this browser.
#[component]
pub fn Preferences() -> impl IntoView {
    view! {
        <div class="app-preferences">
            <label class="app-preference">
                <span class="app-preference__label">{words!(frame.language)}</span>
                <LanguageChoice id="choose-language" />
            </label>
            <label class="app-preference">
                <span class="app-preference__label">{words!(frame.theme)}</span>
                <ThemeChoice id="choose-theme" />
            </label>
        </div>
    }
}

/// The languages, each by its own name.
#[component]
fn LanguageChoice(id: &'static str) -> impl IntoView {
    let choices = vec![Choice::new("en", "English"), Choice::new("zh-CN", "简体中文")];
    view! {
        <Select
            id
            name=words!(frame.language)
            choices=Signal::stored(choices)
            value=Signal::derive(|| language::tag().to_owned())
            on_choose=|tag: String| language::choose(if tag == "zh-CN" { Locale::zh_CN } else { Locale::en })
        />
    }
}

#[component]
fn ThemeChoice(id: &'static str) -> impl IntoView {
    let theme = theme::theme();
    let choices = Signal::derive(|| {
        Theme::ALL
            .map(|theme| {
                Choice::new(
                    theme.code(),
                    match theme {
                        Theme::System => say!(frame.theme_system),
                        Theme::Light => say!(frame.theme_light),
                        Theme::Dark => say!(frame.theme_dark),
                    },
                )
            })
            .to_vec()
    });
    view! {
        <Select
            id
            name=words!(frame.theme)
            choices
            value=Signal::derive(|| theme::theme().get().code().to_owned())
            on_choose=move |code: String| theme.set(Theme::from_code(&code))
        />
    }
}
