//! One person asks for everything, and each answer is held to what the API server shows them.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use http::Method;
use serde_json::Value;
use slipway_api::{ClusterView, DraftView, NamespaceList, paths};

use super::admin::collection;
use super::generate::Person;
use super::oracle::{Place, Seen};
use super::play::Play;
use super::routes::{Oracle, Route};
use super::silence::patiently;
use super::traces::traces;
use crate::support::{Answer, Client};

/// What a person asks about.
pub(super) struct Turn {
    pub(super) index: usize,
    pub(super) person: Person,
    pub(super) client: Client,
    /// A draft of their own, another team's, and one of an app that is there.
    pub(super) draft: DraftView,
    pub(super) foreign: Option<String>,
    pub(super) opened: Option<String>,
    /// Deployments: one that they may see, one that they may not, and where there is none.
    pub(super) visible: Option<(String, String)>,
    pub(super) hidden: Option<(String, String)>,
    pub(super) absent: (String, String),
}

impl Play<'_> {
    /// Everything that a person asks for.
    pub(super) async fn turn_of(&mut self, index: usize) {
        let mut turn = self.turn(index).await;
        let asked = self.run.asked(self.world.seed, index);
        for route in asked {
            match route.oracle {
                Oracle::Elsewhere => {}
                Oracle::Clusters => self.clusters(&turn, route).await,
                Oracle::Namespaces => self.namespaces_route(&turn).await,
                Oracle::Apps => self.apps(&turn).await,
                Oracle::App | Oracle::AppByName | Oracle::AppRecord => self.app(&mut turn, route).await,
                Oracle::Draft => self.draft(&turn, route).await,
                Oracle::OfTheTeam => {
                    let answer = self.ask(&turn, route, route.path).await;
                    self.team_may_know(&turn, route.path, &answer);
                }
                Oracle::Operation => self.operation(&turn, route).await,
                Oracle::Stream => self.stream(&turn).await,
            }
        }
    }

    async fn turn(&mut self, index: usize) -> Turn {
        let person = self.world.people[index].clone();
        let mut seen = Seen::by(&self.run.admin, &person, &self.namespaces, &self.places).await;
        seen.take_gone(&self.run.admin, &person, &self.gone).await;
        self.seen[index] = seen;
        let taken = self.somebodys_host().await;
        let space = index % self.namespaces.len();
        let draft = self.draft_by(&person, space, taken).await;
        let foreign = self.drafts.iter().find(|(team, _)| !person.teams.contains(team));
        let seen = &self.seen[index];
        let deployments = || self.places.iter().filter(|(_, kind, _)| *kind == "Deployment");
        let is_seen =
            |(namespace, _, name): &&(String, &'static str, String)| seen.sees(namespace, "Deployment", name);
        let bare = |(namespace, _, name): &(String, &'static str, String)| (namespace.clone(), name.clone());
        let visible: Vec<_> = deployments().filter(is_seen).map(bare).collect();
        let hidden = deployments().find(|place| !is_seen(place)).map(bare);
        let there = hidden.as_ref().or(visible.first());
        let namespace = there
            .map_or(&self.namespaces[0], |(namespace, _)| namespace)
            .clone();
        Turn {
            client: self.run.client(&person),
            foreign: foreign.map(|(_, id)| id.clone()),
            opened: None,
            absent: (namespace, format!("web-{}", self.world.traces.next())),
            visible: visible.get(index % visible.len().max(1)).cloned(),
            hidden,
            index,
            person,
            draft,
        }
    }

    /// A host and path of an Ingress of the world.
    async fn somebodys_host(&self) -> Option<(String, String)> {
        let (namespace, kind, name) = self.places.iter().find(|(_, kind, _)| *kind == "Ingress")?;
        let path = format!("{}/{name}", collection(namespace, kind));
        let ingress = self.run.admin.ask(Method::GET, &path, &Value::Null, None).await?;
        let rule = &ingress["spec"]["rules"][0];
        let path = rule["http"]["paths"][0]["path"].as_str()?;
        Some((rule["host"].as_str()?.to_owned(), path.to_owned()))
    }

    /// Sends what a route takes.
    pub(super) async fn ask(&self, turn: &Turn, route: &Route, path: &str) -> Answer {
        let key = format!("{path} {}", turn.index);
        let mut client = turn.client.clone();
        if route.method != "GET" {
            client = client.with_header("idempotency-key", &data_encoding::HEXLOWER.encode(&short(&key)));
        }
        if route.revision {
            client = client.with_header("if-match", "\"1\"");
        }
        let body = (route.body)();
        let body = if body.is_null() {
            Vec::new()
        } else {
            client = client.with_header("content-type", "application/json");
            serde_json::to_vec(&body).unwrap()
        };
        let (method, body): (Method, Bytes) = (route.method.parse().unwrap(), body.into());
        patiently(async || client.send(method.clone(), path, body.clone()).await).await
    }

    /// No answer about the cluster holds the trace of anything that the person may not see and has not typed.
    pub(super) fn may_know(&mut self, turn: &Turn, what: &str, text: &str) {
        let typed = self.typed.get(&turn.person.user);
        let is_typed = |trace: &String| typed.is_some_and(|typed| typed.contains(trace));
        let rest: Vec<String> = traces(text)
            .into_iter()
            .filter(|trace| !is_typed(trace))
            .collect();
        self.told(turn, what, &rest, text);
    }

    /// Of all that is told, the person may see everything in the cluster itself.
    fn told(&mut self, turn: &Turn, what: &str, told: &[String], text: &str) {
        let seen = &self.seen[turn.index].traces;
        let strange: Vec<&String> = told
            .iter()
            .filter(|trace| self.is_ours(trace) && !seen.contains(*trace))
            .collect();
        if let Some(first) = strange.first() {
            let fault = format!(
                "{} {what}: tells {strange:?}: {}",
                turn.person.user,
                around(text, first)
            );
            self.faults.push(fault);
        }
    }

    /// The same for the history of an app: what the team has submitted is known to all of it, and what one of them has kept
    /// of an object is known to those of them who may see that object.
    pub(super) fn history_may_know(&mut self, turn: &Turn, what: &str, text: &str) {
        let mut team = self.of_team(turn, &self.typed);
        team.extend(self.kept_of_team(turn, |place| self.seen[turn.index].objects.contains(place)));
        let rest: Vec<String> = traces(text).difference(&team).cloned().collect();
        self.told(turn, what, &rest, text);
    }

    /// The same for what the team has stored: what any of it typed, or has kept of what they saw.
    pub(super) fn team_may_know(&mut self, turn: &Turn, what: &str, answer: &Answer) {
        let mut team = self.of_team(turn, &self.typed);
        team.extend(self.kept_of_team(turn, |_| true));
        let text = answer.text();
        let rest: Vec<String> = traces(&text).difference(&team).cloned().collect();
        self.told(turn, what, &rest, &text);
    }

    /// What people who share a team with a person have of something.
    pub(super) fn of_team(&self, turn: &Turn, of: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
        let team = self.team(turn);
        team.filter_map(|user| of.get(user)).flatten().cloned().collect()
    }

    /// Traces that they have kept of some objects.
    fn kept_of_team(&self, turn: &Turn, of: impl Fn(&Place) -> bool) -> BTreeSet<String> {
        let kept = self.team(turn).filter_map(|user| self.kept.get(user)).flatten();
        let kept = kept.filter(|(place, _)| of(place));
        kept.flat_map(|(_, traces)| traces).cloned().collect()
    }

    fn team(&self, turn: &Turn) -> impl Iterator<Item = &String> {
        let people = self.world.people.iter();
        let team = people.filter(|other| shares_a_team(other, &turn.person));
        team.map(|other| &other.user)
    }

    /// Whether a trace is of this world: whoever sees the whole cluster also sees others.
    fn is_ours(&self, trace: &str) -> bool {
        trace.starts_with(&self.search())
    }

    async fn clusters(&mut self, turn: &Turn, route: &Route) {
        let answer = self
            .ask(turn, route, &route.path.replace("{cluster}", "test"))
            .await;
        let views: Vec<ClusterView> = if route.path.ends_with('}') {
            vec![answer.json(200)]
        } else {
            answer.json(200)
        };
        self.may_know(turn, route.path, &answer.text());
        let told = views[0].nodes.is_some();
        let may = self.seen[turn.index].lists_nodes;
        self.demand(turn, route.path, told == may, || {
            format!("nodes told: {told}, may list them: {may}")
        });
    }

    async fn namespaces_route(&mut self, turn: &Turn) {
        let path = paths::namespaces("test");
        let answer = patiently(async || turn.client.get(&path).await).await;
        let list: NamespaceList = answer.json(200);
        let seen = &self.seen[turn.index];
        let told: BTreeSet<&String> = self
            .namespaces
            .iter()
            .filter(|one| list.names.contains(one))
            .collect();
        let apps = |namespace: &&String| {
            self.places
                .iter()
                .any(|(there, kind, _)| there == *namespace && *kind == "Deployment")
        };
        let expected: BTreeSet<&String> = if seen.lists_namespaces {
            self.namespaces.iter().collect()
        } else {
            let shown = self.namespaces.iter().filter(|one| seen.lists(one, "Deployment"));
            shown.filter(apps).collect()
        };
        let complete = list.complete == seen.lists_namespaces;
        let others = seen.lists_namespaces
            || seen.lists_everywhere
            || list.names.iter().all(|name| self.namespaces.contains(name));
        let right = told == expected && complete && others;
        let words = format!("{list:?}, expected {expected:?}");
        self.demand(turn, &path, right, || words);
        self.may_know(turn, &path, &answer.text());
    }

    pub(super) fn demand(&mut self, turn: &Turn, what: &str, right: bool, words: impl FnOnce() -> String) {
        if !right {
            self.faults
                .push(format!("{} {what}: {}", turn.person.user, words()));
        }
    }
}

fn shares_a_team(one: &Person, other: &Person) -> bool {
    one.teams.iter().any(|team| other.teams.contains(team))
}

/// A key of few characters.
fn short(text: &str) -> [u8; 8] {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().to_be_bytes()
}

/// Where in a text a trace stands.
fn around(text: &str, trace: &str) -> String {
    let at = text.find(trace).unwrap_or_default();
    let part: Vec<char> = text.chars().collect();
    part[at.saturating_sub(150).min(part.len())..(at + 60).min(part.len())]
        .iter()
        .collect()
}
