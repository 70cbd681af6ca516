//! Lists of apps and routes about one app, asked by one person.

use std::collections::BTreeSet;

use slipway_api::{AppRow, DraftView, OperationView, Page, paths};

use super::member::Turn;
use super::play::Play;
use super::routes::{Oracle, Route};
use super::silence::patiently;
use super::traces::{masked, traces};
use crate::support::Answer;

impl Play<'_> {
    /// The apps that a person may list, as the cluster is now.
    pub(super) fn listable(&self, turn: &Turn) -> BTreeSet<(String, String)> {
        let seen = &self.seen[turn.index];
        let deployments = self.places.iter().filter(|(_, kind, _)| *kind == "Deployment");
        let shown = deployments.filter(|(namespace, _, name)| {
            seen.lists(namespace, "Deployment") && seen.sees(namespace, "Deployment", name)
        });
        shown
            .map(|(namespace, _, name)| (namespace.clone(), name.clone()))
            .collect()
    }

    pub(super) async fn apps(&mut self, turn: &Turn) {
        let all = self.listable(turn);
        let everywhere = self.seen[turn.index].lists_everywhere;
        let search = format!("?limit=100&search={}", self.search());
        let mut queries = vec![(search, all.clone())];
        for namespace in self.namespaces.clone() {
            let here = all
                .iter()
                .filter(|(there, _)| *there == namespace)
                .cloned()
                .collect();
            queries.push((format!("?limit=100&namespace={namespace}"), here));
        }
        for (query, expected) in queries {
            let path = format!("{}{query}", paths::apps("test"));
            let answer = patiently(async || turn.client.get(&path).await).await;
            self.may_know(turn, &path, &answer.text());
            if answer.status == 404 {
                let namespace = query.rsplit('=').next().unwrap();
                let hidden = !self.seen[turn.index].lists(namespace, "Deployment");
                self.demand(turn, &path, hidden, || "404".to_owned());
                continue;
            }
            let page: Page<AppRow> = answer.json(200);
            let rows: BTreeSet<_> = page
                .rows
                .iter()
                .map(|row| (row.key.namespace.clone(), row.key.name.clone()))
                .collect();
            let counted = usize::try_from(page.total).unwrap() == expected.len();
            let is_search = query.contains("search=");
            let unfiltered = usize::try_from(page.unfiltered).unwrap();
            let in_all = everywhere || !is_search || unfiltered == all.len();
            let words = format!(
                "{rows:?} of {} and {}, expected {expected:?}",
                page.total, page.unfiltered
            );
            self.demand(turn, &path, rows == expected && counted && in_all, || words);
        }
    }

    pub(super) async fn app(&mut self, turn: &mut Turn, route: &Route) {
        if let Some(hidden) = turn.hidden.clone() {
            let answer = self.ask(turn, route, &at(route, &hidden)).await;
            let twin = turn.absent.clone();
            let absent = self.ask(turn, route, &at(route, &twin)).await;
            let ours = self.of_team(turn, &self.typed);
            let is_ours = traces(&hidden.1).is_subset(&ours);
            let one = masked(&answer, &[&hidden.1, &hidden.0]);
            let other = masked(&absent, &[&twin.1, &twin.0]);
            let words = format!("hidden {one:?}, absent {other:?}");
            let recorded = route.oracle == Oracle::AppRecord && is_ours;
            self.demand(turn, route.path, recorded || one == other, || words);
            let text = strip(&answer, &hidden);
            self.history_may_know(turn, route.path, &text);
        }
        if let Some(visible) = turn.visible.clone() {
            let answer = self.ask(turn, route, &at(route, &visible)).await;
            self.shown(turn, route, &visible, &answer).await;
        }
    }

    /// What is held against an answer about an app that the person may see.
    async fn shown(
        &mut self,
        turn: &mut Turn,
        route: &Route,
        (namespace, name): &(String, String),
        answer: &Answer,
    ) {
        let status = answer.status.as_u16();
        if route.oracle == Oracle::App {
            self.may_know(turn, route.path, &answer.text());
            let listed = self.seen[turn.index].lists(namespace, "Deployment");
            self.demand(turn, route.path, (status == 200) == listed, || {
                format!("{status}, may list: {listed}")
            });
            return;
        }
        self.history_may_know(turn, route.path, &answer.text());
        if route.path.ends_with("/drafts") {
            let may = self
                .run
                .admin
                .may(&turn.person, "get", ("apps", "deployments"), (namespace, name))
                .await;
            // Another team's app is not opened; nor is one that runs by means the form does not have.
            let right = if may { status != 404 } else { status == 404 };
            self.demand(turn, route.path, right, || {
                format!("{status}, may get: {may}: {}", answer.text())
            });
            if status == 201 {
                turn.opened = Some(answer.json::<DraftView>(201).id);
                self.keep(turn);
            }
        }
        if status == 202 {
            self.keep(turn);
            let started: OperationView = answer.json(202);
            self.ended(&turn.client, &started.id).await;
            self.settled().await;
            self.forget_what_is_gone().await;
        }
    }

    /// What a person has opened or done is stored for their team as they saw it.
    fn keep(&mut self, turn: &Turn) {
        let kept = self.kept.entry(turn.person.user.clone()).or_default();
        for (place, traces) in &self.seen[turn.index].by_object {
            kept.entry(place.clone())
                .or_default()
                .extend(traces.iter().cloned());
        }
    }
}

/// The path of a route about one app.
fn at(route: &Route, (namespace, name): &(String, String)) -> String {
    let path = route
        .path
        .replace("{cluster}", "test")
        .replace("{namespace}", namespace);
    let path = path.replace("{kind}", "deployment").replace("{name}", name);
    path.replace("{number}", "1").replace("{to}", "1")
}

/// A body without the name that was asked for.
fn strip(answer: &Answer, (namespace, name): &(String, String)) -> String {
    answer.text().replace(name, "").replace(namespace, "")
}
