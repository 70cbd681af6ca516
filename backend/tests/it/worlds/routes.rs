//! Every route of the API, and what it is held to. A route that is not here fails the test.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What a route is held to, beside that no answer holds a trace which its reader may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oracle {
    /// It tells nothing of a cluster, or its own tests hold it to more.
    Elsewhere,
    /// Nodes are told to those who may list them.
    Clusters,
    /// Namespaces as the API server lists them, else those of whose apps the person may see any.
    Namespaces,
    /// Just the apps that the person may list, in all its numbers.
    Apps,
    /// One app. What may not be seen answers like what is not there. What may be listed is shown.
    App,
    /// The same for whoever may read the Deployment by its name, whether they may list or not.
    AppByName,
    /// What the team has done to an app, which it may know for good. To others the app is like one that is not there.
    AppRecord,
    /// A draft of the team; that of another one answers like one that is not there.
    Draft,
    /// A list of what the team has made.
    OfTheTeam,
    /// An operation of the team; that of another one answers like one that is not there.
    Operation,
    /// Events.
    Stream,
}

/// One route.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) oracle: Oracle,
    /// Whether it needs `If-Match`, and what it is sent.
    pub(super) revision: bool,
    pub(super) body: fn() -> Value,
}

const fn read(path: &'static str, oracle: Oracle) -> Route {
    Route {
        method: "GET",
        path,
        oracle,
        revision: false,
        body: || Value::Null,
    }
}

const fn act(method: &'static str, path: &'static str, oracle: Oracle) -> Route {
    Route {
        method,
        path,
        oracle,
        revision: true,
        body: || Value::Null,
    }
}

const fn sent(route: &Route, body: fn() -> Value) -> Route {
    Route {
        method: route.method,
        path: route.path,
        oracle: route.oracle,
        revision: route.revision,
        body,
    }
}

macro_rules! app {
    ($rest:literal) => {
        concat!("/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}", $rest)
    };
}

/// All of them, in the order in which they are asked.
pub(super) const ROUTES: &[Route] = &[
    read("/api/v1/session", Oracle::Elsewhere),
    act("POST", "/api/v1/session", Oracle::Elsewhere),
    act("DELETE", "/api/v1/session", Oracle::Elsewhere),
    act("POST", "/api/v1/session/link", Oracle::Elsewhere),
    read("/api/v1/clusters", Oracle::Clusters),
    read("/api/v1/clusters/{cluster}", Oracle::Clusters),
    read("/api/v1/clusters/{cluster}/namespaces", Oracle::Namespaces),
    read("/api/v1/clusters/{cluster}/apps", Oracle::Apps),
    read(app!(""), Oracle::App),
    read("/api/v1/stream", Oracle::Stream),
    act("POST", app!("/drafts"), Oracle::AppByName),
    read(app!("/operations"), Oracle::AppRecord),
    read(app!("/revisions"), Oracle::AppByName),
    read(app!("/revisions/{number}"), Oracle::AppByName),
    read(app!("/revisions/{number}/compare/{to}"), Oracle::AppByName),
    read(app!("/drift"), Oracle::AppByName),
    read(app!("/deletion"), Oracle::AppByName),
    sent(
        &act("POST", app!("/takeover"), Oracle::AppByName),
        || json!({ "uid": "none" }),
    ),
    act("POST", app!("/release"), Oracle::AppByName),
    read("/api/v1/drafts", Oracle::OfTheTeam),
    act("POST", "/api/v1/drafts", Oracle::Elsewhere),
    read("/api/v1/drafts/{id}", Oracle::Draft),
    read("/api/v1/drafts/{id}/plan", Oracle::Draft),
    act("POST", "/api/v1/drafts/{id}/checks", Oracle::Draft),
    read("/api/v1/drafts/{id}/changes", Oracle::Draft),
    read("/api/v1/drafts/{id}/merge", Oracle::Draft),
    sent(
        &act("POST", "/api/v1/drafts/{id}/merge", Oracle::Draft),
        || json!({ "theirs": 1 }),
    ),
    act("POST", "/api/v1/drafts/{id}/drift", Oracle::Draft),
    act("POST", "/api/v1/drafts/{id}/operations", Oracle::Draft),
    sent(
        &act("PUT", "/api/v1/drafts/{id}", Oracle::Draft),
        || json!({ "content": {} }),
    ),
    act("DELETE", "/api/v1/drafts/{id}", Oracle::Draft),
    read("/api/v1/operations", Oracle::OfTheTeam),
    read("/api/v1/operations/{id}", Oracle::Operation),
    read("/api/v1/operations/{id}/receipt", Oracle::Operation),
    sent(
        &act("POST", app!("/operations"), Oracle::AppByName),
        || json!({ "kind": "delete" }),
    ),
];

/// Method and path of every route of the description.
fn described() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(slipway_backend::http::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let methods = [
        "get", "put", "post", "delete", "patch", "head", "options", "trace",
    ];
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("an item");
        let known = item.keys().filter(move |key| methods.contains(&key.as_str()));
        known.map(move |method| (method.to_uppercase(), path.clone()))
    });
    all.collect()
}

#[test]
fn every_route_is_held_to_something() {
    let listed: Vec<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    let set: BTreeSet<_> = listed.iter().cloned().collect();

    assert_eq!(listed.len(), set.len(), "twice in the list");
    assert_eq!(
        set,
        described(),
        "a new route belongs into the list, with what it is held to"
    );
}
