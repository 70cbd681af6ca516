//! Where a page stands.

use leptos::prelude::*;

use super::{Icon, Shape};

/// One page on the way here.
#[derive(Clone, PartialEq)]
pub struct Crumb {
    /// Its name.
    pub label: Signal<String>,
    /// Its address; none for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    /// A page on the way.
    pub fn link<M>(label: impl IntoReactiveValue<Signal<String>, M>, href: impl Into<String>) -> Self {
        Self {
            label: label.into_reactive_value(),
            href: Some(href.into()),
        }
    }

    /// The page itself.
    pub fn here<M>(label: impl IntoReactiveValue<Signal<String>, M>) -> Self {
        Self {
            label: label.into_reactive_value(),
            href: None,
        }
    }
}

/// The way to a page.
#[component]
pub fn Breadcrumb(
    /// What the list is called when read out.
    #[prop(into)]
    name: Signal<String>,
    /// The pages, outermost first.
    crumbs: Vec<Crumb>,
) -> impl IntoView {
    view! {
        <nav class="pf-v6-c-breadcrumb" aria-label=name>
            <ol class="pf-v6-c-breadcrumb__list" role="list">
                {crumbs.into_iter().enumerate().map(|(place, crumb)| view! {
                    <li class="pf-v6-c-breadcrumb__item">
                        {(place > 0).then(|| view! {
                            <span class="pf-v6-c-breadcrumb__item-divider"><Icon shape=Shape::Right /></span>
                        })}
                        {match crumb.href {
                            Some(href) => view! {
                                <a href=href class="pf-v6-c-breadcrumb__link">{crumb.label}</a>
                            }.into_any(),
                            None => view! {
                                <span class="pf-v6-c-breadcrumb__link pf-m-current" aria-current="page">{crumb.label}</span>
                            }.into_any(),
                        }}
                    </li>
                }).collect_view()}
            </ol>
        </nav>
    }
}
