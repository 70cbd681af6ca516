//! Tabs: one of several views of the same thing.

use leptos::prelude::*;

use crate::browser;

/// One tab.
#[derive(Clone, PartialEq)]
pub struct Tab {
    /// Its id; the panel has `{id}-panel`.
    pub id: &'static str,
    /// Its name.
    pub label: Signal<String>,
    /// How many things wait in it, where that is worth a badge.
    pub count: Option<Signal<usize>>,
}

impl Tab {
    /// A tab.
    pub fn new<M>(id: &'static str, label: impl IntoReactiveValue<Signal<String>, M>) -> Self {
        Self {
            id,
            label: label.into_reactive_value(),
            count: None,
        }
    }

    /// The same with a badge that counts what waits in it; none is shown for zero.
    pub fn counting(self, count: impl Into<Signal<usize>>) -> Self {
        Self {
            count: Some(count.into()),
            ..self
        }
    }
}

/// The row of tabs. Arrow keys, Home and End move along it.
#[component]
pub fn Tabs(
    /// What the tabs are of, when read out.
    #[prop(into)]
    name: Signal<String>,
    /// The tabs.
    tabs: Vec<Tab>,
    /// The id of the one shown.
    #[prop(into)]
    current: Signal<String>,
    /// Told which is wanted.
    #[prop(into)]
    on_choose: Callback<&'static str>,
) -> impl IntoView {
    let ids: Vec<_> = tabs.iter().map(|tab| tab.id).collect();
    let ids = StoredValue::new(ids);
    let choose = move |id: &'static str| {
        on_choose.run(id);
        browser::focus(id);
    };
    let by_key = move |event: web_sys::KeyboardEvent| {
        let now = current.get_untracked();
        let next = ids.with_value(|ids| target(ids, &now, &event.key()));
        if let Some(id) = next {
            event.prevent_default();
            choose(id);
        }
    };
    view! {
        <div class="pf-v6-c-tabs">
            <ul class="pf-v6-c-tabs__list" role="tablist" aria-label=name on:keydown=by_key>
                {tabs.into_iter().map(|tab| {
                    let is_current = Signal::derive(move || current.get() == tab.id);
                    view! {
                        <li class="pf-v6-c-tabs__item" class:pf-m-current=is_current role="presentation">
                            <button
                                type="button"
                                class="pf-v6-c-tabs__link"
                                role="tab"
                                id=tab.id
                                aria-selected=move || is_current.get().to_string()
                                aria-controls=format!("{}-panel", tab.id)
                                tabindex=move || if is_current.get() { "0" } else { "-1" }
                                on:click=move |_| on_choose.run(tab.id)
                            >
                                <span class="pf-v6-c-tabs__item-text">{tab.label}</span>
                                {tab.count.map(|count| move || Some(count.get()).filter(|count| *count > 0).map(|count| view! {
                                    " " <span class="pf-v6-c-badge pf-m-unread">{count}</span>
                                }))}
                            </button>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </div>
    }
}

/// Which tab a key leads to.
fn target(ids: &[&'static str], current: &str, key: &str) -> Option<&'static str> {
    let place = ids.iter().position(|id| *id == current)?;
    let next = match key {
        "ArrowRight" => (place + 1) % ids.len(),
        "ArrowLeft" => (place + ids.len() - 1) % ids.len(),
        "Home" => 0,
        "End" => ids.len() - 1,
        _ => return None,
    };
    ids.get(next).copied()
}

/// What a tab shows.
#[component]
pub fn TabPanel(
    /// The id of its tab.
    id: &'static str,
    /// What it shows.
    children: Children,
) -> impl IntoView {
    view! {
        <section
            class="pf-v6-c-tab-content app-tab-panel"
            role="tabpanel"
            id=format!("{id}-panel")
            aria-labelledby=id
            tabindex="0"
        >
            {children()}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn arrow_keys_go_round() {
        let ids = ["overview", "pods", "access"];
        assert_eq!(target(&ids, "access", "ArrowRight"), Some("overview"));
        assert_eq!(target(&ids, "overview", "ArrowLeft"), Some("access"));
        assert_eq!(target(&ids, "pods", "End"), Some("access"));
        assert_eq!(target(&ids, "pods", "x"), None);
    }
}
