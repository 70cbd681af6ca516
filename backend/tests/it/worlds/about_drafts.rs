//! Drafts and operations, asked for by one person: their team's, another team's, and none at all.

use std::collections::BTreeSet;

use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};
use slipway_api::{OperationState, OperationView};

use super::admin::collection;
use super::member::Turn;
use super::oracle::Place;
use super::play::Play;
use super::routes::Route;
use super::traces::masked;
use crate::support::Answer;

/// An id of nothing.
const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

impl Play<'_> {
    pub(super) async fn draft(&mut self, turn: &Turn, route: &Route) {
        let path = |id: &str| route.path.replace("{id}", id);
        if let Some(foreign) = &turn.foreign {
            let foreign = foreign.clone();
            let answer = masked(&self.ask(turn, route, &path(&foreign)).await, &[&foreign]);
            let absent = masked(&self.ask(turn, route, &path(NOTHING)).await, &[NOTHING]);
            let words = format!("foreign {answer:?}, absent {absent:?}");
            self.demand(turn, route.path, answer == absent && answer.0 == 404, || words);
        }
        if let Some(opened) = &turn.opened {
            let answer = self.ask(turn, route, &path(opened)).await;
            self.team_may_know(turn, route.path, &answer);
            if answer.status == 202 {
                let started: OperationView = answer.json(202);
                self.ended(&turn.client, &started.id).await;
                self.settled().await;
            }
        }
        let answer = self.ask(turn, route, &path(&turn.draft.id)).await;
        self.team_may_know(turn, route.path, &answer);
        if route.path.ends_with("/operations") {
            self.submitted(turn, &answer).await;
        }
    }

    /// An app is created by whoever may create each of its objects, and by nobody else.
    async fn submitted(&mut self, turn: &Turn, answer: &Answer) {
        let content = json!(turn.draft.content);
        let namespace = content["basics"]["namespace"].as_str().unwrap().to_owned();
        let mut may = true;
        for kind in [
            ("apps", "deployments"),
            ("", "services"),
            ("networking.k8s.io", "ingresses"),
        ] {
            may &= self
                .run
                .admin
                .may(&turn.person, "create", kind, (&namespace, ""))
                .await;
        }
        let status = answer.status.as_u16();
        let right = status == if may { 202 } else { 422 };
        self.demand(turn, "submit", right, || {
            format!("{status}, may create: {may}: {}", answer.text())
        });
        let made = format!(
            "{}/{}",
            collection(&namespace, "Deployment"),
            content["basics"]["name"].as_str().unwrap()
        );
        if status == 202 {
            let started: OperationView = answer.json(202);
            let ended = self.ended(&turn.client, &started.id).await;
            self.operations
                .insert(turn.person.teams[0].clone(), ended.id.clone());
            self.take_up(&turn.draft);
            self.settled().await;
            if ended.state != OperationState::Succeeded {
                self.forget_what_is_gone().await;
            }
        } else {
            let there = self.run.admin.ask(Method::GET, &made, &Value::Null, None).await;
            self.demand(turn, "submit", there.is_none(), || format!("{made} was created"));
        }
    }

    /// Leaves out of the world what somebody has deleted, or what was taken back.
    pub(super) async fn forget_what_is_gone(&mut self) {
        let admin = &self.run.admin;
        let gone = self.places.iter().map(|place| async move {
            let (namespace, kind, name) = place;
            let path = format!("{}/{name}", collection(namespace, kind));
            let found = admin.ask(Method::GET, &path, &Value::Null, None).await;
            found.is_none().then(|| place.clone())
        });
        let gone: BTreeSet<Place> = join_all(gone).await.into_iter().flatten().collect();
        self.places.retain(|place| !gone.contains(place));
        self.gone.extend(gone);
    }

    pub(super) async fn operation(&mut self, turn: &Turn, route: &Route) {
        let path = |id: &str| route.path.replace("{id}", id);
        let of_team = |own: bool| {
            let mut operations = self.operations.iter();
            let found = operations.find(|(team, _)| turn.person.teams.contains(team) == own);
            found.map(|(_, id)| id.clone())
        };
        let (own, foreign) = (of_team(true), of_team(false));
        if let Some(own) = own {
            let answer = self.ask(turn, route, &path(&own)).await;
            self.team_may_know(turn, route.path, &answer);
        }
        if let Some(foreign) = foreign {
            let answer = masked(&self.ask(turn, route, &path(&foreign)).await, &[&foreign]);
            let absent = masked(&self.ask(turn, route, &path(NOTHING)).await, &[NOTHING]);
            let words = format!("foreign {answer:?}, absent {absent:?}");
            self.demand(turn, route.path, answer == absent && answer.0 == 404, || words);
        }
    }
}
