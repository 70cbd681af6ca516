//! The revisions of an app: who made it what it was when, two of them beside each other, and the way back.

mod asking;
mod choice;
mod compare;
mod line;

use leptos::prelude::*;
use slipway_api::{AppDetail, AppKey, RevisionLine};

use super::detail::part;
use crate::address::app_href;
use crate::change::Naming;
use crate::load::{Loaded, States};
use crate::router::{self, AS_A_LINK};
use crate::session::has_names;
use crate::ui::{Button, Column, EmptyState, Look, Shape, Table};
use crate::{api, words};
use compare::{Compare, RollBack};
use line::Line;

/// What the tab shows; its address says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    Compare { from: u64, to: u64 },
    RollBack { to: u64 },
}

fn shown(read: impl Fn(&str) -> Option<String>) -> Shown {
    let number = |name: &str| read(name)?.parse().ok();
    match (number("back"), number("from"), number("to")) {
        (Some(to), ..) => Shown::RollBack { to },
        (None, Some(from), Some(to)) => Shown::Compare { from, to },
        _ => Shown::All,
    }
}

/// The address of the tab.
fn href(app: &AppKey, more: &str) -> String {
    format!("{}?tab=history{more}", app_href(app))
}

/// The tab.
#[component]
pub fn History(
    /// The app.
    app: AppKey,
    /// How it is.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    let written = part(detail, |app| (app.revision, app.operation.clone()));
    let lines = Loaded::<Vec<RevisionLine>>::new();
    let app = StoredValue::new(app);
    let fetch = move || {
        let app = app.get_value();
        lines.fetch(async move { found(api::revisions(&app).await) });
    };
    Effect::new(move |_| {
        written.track();
        fetch();
    });
    let current = lines.part(|lines| lines.iter().find(|line| line.current).map(|line| line.number));
    let some = lines.part(|lines| !lines.is_empty());
    let url = router::query();
    let shown = Memo::new(move |_| url.with(|url| shown(|name| url.get(name))));
    view! {
        <States of=lines retry=move |()| fetch()>
            {move || match (shown.get(), some.get()) {
                (_, false) => view! {
                    <EmptyState shape=Shape::Boxes title=words!(change.history.empty_title) body=words!(change.history.empty_body) />
                }.into_any(),
                (Shown::All, true) => view! { <Lines app=app.get_value() lines /> }.into_any(),
                (Shown::Compare { from, to }, true) => view! { <Compare app=app.get_value() from to /> }.into_any(),
                (Shown::RollBack { to }, true) => view! { <RollBack app=app.get_value() current to /> }.into_any(),
            }}
        </States>
    }
}

/// An app that Slipway has never written has no revisions.
fn found(answer: api::Answer<Vec<RevisionLine>>) -> api::Answer<Vec<RevisionLine>> {
    match answer {
        Err(failure) if failure.status() == Some(404) => Ok(Vec::new()),
        answer => answer,
    }
}

#[component]
fn Lines(app: AppKey, lines: Loaded<Vec<RevisionLine>>) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<u64>::new());
    let newest = lines.with(|lines| lines.and_then(|lines| lines.first().map(|line| line.number)));
    let naming = Naming::of_revisions(&app, newest);
    let app = StoredValue::new(app);
    let pair = Memo::new(move |_| chosen.with(|chosen| choice::pair(chosen)));
    let compare = move |()| {
        if let Some((from, to)) = pair.get_untracked() {
            router::go(
                &href(&app.get_value(), &format!("&from={from}&to={to}")),
                AS_A_LINK,
            );
        }
    };
    let head = || {
        view! {
            <Column label=words!(change.history.compare) hidden=true />
            <Column label=words!(change.history.number) />
            <Column label=words!(change.history.what) />
            {has_names().then(|| view! { <Column label=words!(change.history.person) /> })}
            <Column label=words!(change.history.when) />
            <Column label=words!(change.history.changed) />
            <Column label=words!(change.history.roll_back) hidden=true />
        }
    };
    view! {
        <div class="app-acts app-acts--apart">
            <Button
                id="compare"
                label=words!(change.history.compare)
                look=Look::Secondary
                disabled=Signal::derive(move || pair.get().is_none())
                on_click=compare
            />
            <span class="app-quiet">{words!(change.history.choose_two)}</span>
        </div>
        <Table name=words!(change.history.revisions) head busy=lines.busy()>
            <For each=move || lines.get().unwrap_or_default() key=|line| (line.number, line.current) let(line)>
                <Line app=app.get_value() line chosen naming />
            </For>
        </Table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &'static [(&str, &str)]) -> Shown {
        shown(|name| {
            let found = query.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_address_says_what_of_the_history_is_shown() {
        assert_eq!(read(&[]), Shown::All);
        assert_eq!(
            read(&[("from", "1"), ("to", "3")]),
            Shown::Compare { from: 1, to: 3 }
        );
        assert_eq!(read(&[("back", "2")]), Shown::RollBack { to: 2 });
        assert_eq!(read(&[("back", "soon")]), Shown::All);
    }
}
