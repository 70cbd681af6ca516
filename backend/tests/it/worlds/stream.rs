//! What a person of a world hears.

use std::collections::BTreeSet;

use http::Method;
use serde_json::json;
use slipway_api::{Change, Event};

use super::admin::collection;
use super::member::Turn;
use super::play::Play;
use crate::support::Events;

impl Play<'_> {
    pub(super) async fn stream(&mut self, turn: &Turn) {
        let topic = |(namespace, name): &(String, String)| format!("app:test/{namespace}/deployment/{name}");
        let (visible, hidden) = (turn.visible.as_ref().map(topic), turn.hidden.as_ref().map(topic));
        let absent = topic(&turn.absent);
        let mut topics = vec!["apps:test".to_owned(), absent.clone()];
        topics.extend(visible.iter().chain(&hidden).cloned());
        let mut events = turn.client.listen(&topics.join(",")).await;

        let first = until_each_has_begun(&mut events, &topics).await;

        self.hold_first(turn, &first, (hidden.as_deref(), &absent));
        let expected = self.listable(turn).len();
        for event in &first {
            if let Change::AppsSnapshot { total } = event.change {
                let right =
                    self.seen[turn.index].lists_everywhere || usize::try_from(total).unwrap() == expected;
                self.demand(turn, "stream", right, || {
                    format!("{total} apps, expected {expected}")
                });
            }
        }
        let listed = turn
            .visible
            .as_ref()
            .filter(|(namespace, _)| self.seen[turn.index].lists(namespace, "Deployment"));
        if let (Some(visible), Some(hidden)) = (listed, &turn.hidden) {
            self.changes(turn, &mut events, visible, hidden).await;
        }
    }

    /// What is not there and what may not be seen begin alike, and nothing that is told may not be seen.
    fn hold_first(&mut self, turn: &Turn, first: &[Event], (hidden, absent): (Option<&str>, &str)) {
        if let Some(hidden) = hidden {
            let of = |topic: &str| -> Vec<Change> {
                let told = first.iter().filter(|event| event.topic == topic);
                told.map(|event| event.change.clone()).collect()
            };
            let (one, other) = (of(hidden), of(absent));
            self.demand(turn, "stream", one == other, || {
                format!("hidden {one:?}, absent {other:?}")
            });
        }
        self.hold(turn, first);
    }

    fn hold(&mut self, turn: &Turn, events: &[Event]) {
        for event in events {
            self.may_know(turn, "stream", &serde_json::to_string(&event.change).unwrap());
        }
    }

    /// Somebody changes an app that they may not see, and then one that they may: they hear of the second only.
    async fn changes(
        &mut self,
        turn: &Turn,
        events: &mut Events,
        visible: &(String, String),
        hidden: &(String, String),
    ) {
        self.new_image(hidden).await;
        let shown = self.new_image(visible).await;
        for (index, seen) in self.seen.iter_mut().enumerate() {
            if index == turn.index || seen.sees(&visible.0, "Deployment", &visible.1) {
                seen.traces.insert(shown.clone());
                let place = (visible.0.clone(), "Deployment", visible.1.clone());
                seen.by_object.entry(place).or_default().insert(shown.clone());
            }
        }
        let mut told = Vec::new();
        loop {
            let event = events.next().await.unwrap();
            let heard = matches!(&event.change, Change::App { app: Some(_) })
                && serde_json::to_string(&event.change).unwrap().contains(&shown);
            told.push(event);
            if heard {
                break;
            }
        }
        self.hold(turn, &told);
        let topic = format!("app:test/{}/deployment/{}", hidden.0, hidden.1);
        let of_hidden = told.iter().any(|event| event.topic == topic);
        self.demand(turn, "stream", !of_hidden, || {
            "it is told that a hidden app has changed".to_owned()
        });
    }

    /// Gives an app another image and answers its trace.
    async fn new_image(&mut self, (namespace, name): &(String, String)) -> String {
        let trace = self.world.traces.next();
        let path = format!("{}/{name}", collection(namespace, "Deployment"));
        let admin = &self.run.admin;
        let live = admin
            .ask(Method::GET, &path, &serde_json::Value::Null, None)
            .await
            .unwrap();
        let image = format!("registry.example/{trace}:2");
        let mut containers = live["spec"]["template"]["spec"]["containers"].clone();
        containers[0]["image"] = json!(image);
        let change = json!({ "spec": { "template": { "spec": { "containers": containers } } } });
        admin.ask(Method::PATCH, &path, &change, None).await.unwrap();
        self.changed
            .insert((namespace.clone(), "Deployment", name.clone()));
        trace
    }
}

/// Everything until each topic has told how things are.
async fn until_each_has_begun(events: &mut Events, topics: &[String]) -> Vec<Event> {
    let mut waiting: BTreeSet<&String> = topics.iter().collect();
    let mut told = Vec::new();
    while !waiting.is_empty() {
        let event = events.next().await.unwrap();
        if !matches!(event.change, Change::State { .. }) {
            waiting.remove(&event.topic);
        }
        told.push(event);
    }
    told
}
