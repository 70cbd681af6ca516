//! Whoever has a cluster asked takes one of a few places for it, so that one member with many requests keeps nobody else
//! from being answered.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::FutureExt;
use serde_json::{Value, json};
use slipway_api::{DraftView, paths};

use super::routes::{ROUTES, Route};
use crate::support::{Answer, Client, TestApp, token_of};

/// Routes without a place: they ask no cluster, or for one thing that is asked for once for all.
const WITHOUT: [&str; 19] = [
    "GET /api/v1/session",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/session/link",
    "GET /api/v1/clusters",
    "GET /api/v1/clusters/{cluster}",
    // What is watched anyway, within rights that are asked for few at a time.
    "GET /api/v1/clusters/{cluster}/apps",
    "GET /api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}",
    "GET /api/v1/stream",
    // The database; of an app without records whether it is there.
    "GET /api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/operations",
    "GET /api/v1/drafts",
    "POST /api/v1/drafts",
    "GET /api/v1/drafts/{id}",
    "PUT /api/v1/drafts/{id}",
    "DELETE /api/v1/drafts/{id}",
    "GET /api/v1/drafts/{id}/plan",
    "GET /api/v1/operations",
    "GET /api/v1/operations/{id}",
    "GET /api/v1/operations/{id}/receipt",
];

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

async fn asked(client: &Client, route: &Route, draft: &DraftView) -> Answer {
    let path = route
        .path
        .replace("{cluster}", "test")
        .replace("{namespace}", "shop")
        .replace("{kind}", "deployment")
        .replace("{name}", "web")
        .replace("{number}", "1")
        .replace("{to}", "2")
        .replace("{id}", &draft.id);
    let body = match (route.body)() {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    };
    let client = client
        .clone()
        .with_header("content-type", "application/json")
        .with_header("if-match", &format!("\"{}\"", draft.revision))
        .with_header("idempotency-key", "once");
    client.send(route.method.parse().unwrap(), &path, body).await
}

#[tokio::test]
async fn every_route_that_has_a_cluster_asked_many_things_takes_a_place() {
    let app = TestApp::offline().await;
    let client = app.member_of("shop");
    let draft = json!({ "cluster": "test", "content": {} });
    let draft: DraftView = client.post(paths::DRAFTS, &draft).await.json(201);
    let member = app.state.members.by_token(&token_of("shop")).unwrap();
    // All places of the member, and all of those that may wait for one.
    let mut held = Vec::new();
    let mut waiting = Vec::new();
    loop {
        let mut place = Box::pin(app.state.looks.place(&member, 0));
        match place.as_mut().now_or_never() {
            Some(Ok(place)) => held.push(place),
            Some(Err(_)) => break,
            None => waiting.push(place),
        }
    }

    let mut refused = BTreeSet::new();
    let asking = ROUTES
        .iter()
        .filter(|route| !route.path.contains("/session") && !route.path.ends_with("/stream"));
    for route in asking {
        let answer = asked(&client, route, &draft).await;
        if answer.status == 503 && answer.problem(503).code == "cluster_busy" {
            refused.insert(name(route));
        }
    }

    let all = ROUTES.iter().map(name);
    let expected: BTreeSet<String> = all.filter(|route| !WITHOUT.contains(&route.as_str())).collect();
    assert_eq!(refused, expected);
    assert!(!held.is_empty() && !waiting.is_empty());
}
