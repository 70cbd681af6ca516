//! The fault proxy harms what it is told to, and nothing else.

use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams, WatchEvent, WatchParams};
use local_cluster::{Asked, Fault, Proxy, shared};
use serde_json::json;

use crate::support::eventually;

#[tokio::test]
async fn requests_pass_unharmed_unless_a_rule_picks_them() {
    let (proxy, maps) = maps_behind_a_proxy("passing").await;
    proxy.on(|asked| asked.path.ends_with("/secrets"), Fault::internal_error());

    maps.create(&PostParams::default(), &a_map("one")).await.unwrap();

    let created = proxy
        .passed()
        .into_iter()
        .find(|passed| passed.asked.writes())
        .unwrap();
    assert_eq!(created.status, Some(201));
    assert!(created.asked.path.ends_with("/configmaps"));
}

#[tokio::test]
async fn a_refusal_is_answered_as_often_as_asked_for() {
    let (proxy, maps) = maps_behind_a_proxy("refused").await;
    proxy.times(
        1,
        Asked::writes,
        Fault::Answer {
            code: 403,
            reason: "Forbidden",
            retry_after: None,
        },
    );

    let first = maps.create(&PostParams::default(), &a_map("one")).await;
    let second = maps.create(&PostParams::default(), &a_map("one")).await;

    let kube::Error::Api(status) = first.unwrap_err() else {
        panic!("not an answer")
    };
    assert_eq!((status.code, status.reason.as_str()), (403, "Forbidden"));
    second.unwrap();
}

#[tokio::test]
async fn a_cut_request_is_not_done_and_a_lost_answer_is() {
    let (proxy, maps) = maps_behind_a_proxy("cut").await;
    proxy.times(1, |asked| named(asked, "one"), Fault::Cut);
    proxy.times(1, |asked| named(asked, "two"), Fault::LoseAnswer);

    let cut = maps.create(&PostParams::default(), &a_map("one")).await;
    let lost = maps.create(&PostParams::default(), &a_map("two")).await;

    assert!(cut.is_err() && lost.is_err());
    assert!(maps.get_opt("one").await.unwrap().is_none());
    assert!(maps.get_opt("two").await.unwrap().is_some());
}

#[tokio::test]
async fn a_dry_run_can_be_told_from_a_write() {
    let (proxy, maps) = maps_behind_a_proxy("dry").await;
    proxy.on(
        |asked| asked.method == http::Method::POST && asked.dry_run(),
        Fault::unavailable(),
    );

    let dry = maps
        .create(
            &PostParams {
                dry_run: true,
                ..PostParams::default()
            },
            &a_map("one"),
        )
        .await;
    let real = maps.create(&PostParams::default(), &a_map("one")).await;

    assert!(dry.is_err());
    real.unwrap();
}

#[tokio::test]
async fn a_held_request_goes_on_when_it_is_released() {
    let (proxy, maps) = maps_behind_a_proxy("held").await;
    let mut request = proxy.hold(|asked| named(asked, "one"));
    let mut answer = proxy.hold_answer(|asked| named(asked, "two"));
    let (one, two) = (a_map("one"), a_map("two"));
    let params = PostParams::default();

    let watching = async {
        request.arrived().await.unwrap();
        answer.arrived().await.unwrap();
        let done = (
            maps.get_opt("one").await.unwrap().is_some(),
            maps.get_opt("two").await.unwrap().is_some(),
        );
        request.release();
        answer.release();
        done
    };
    let (first, second, done) =
        tokio::join!(maps.create(&params, &one), maps.create(&params, &two), watching);

    assert_eq!(done, (false, true));
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn watches_pass_and_can_be_cut() {
    let (proxy, maps) = maps_behind_a_proxy("watched").await;
    let mut events = maps.watch(&WatchParams::default(), "0").await.unwrap().boxed();

    maps.create(&PostParams::default(), &a_map("one")).await.unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let event = events.next().await.unwrap().unwrap();
            if matches!(&event, WatchEvent::Added(map) if map.metadata.name.as_deref() == Some("one")) {
                return;
            }
        }
    });
    seen.await.unwrap();
    proxy.cut();
    let end = tokio::time::timeout(Duration::from_secs(10), async {
        while let Some(Ok(_)) = events.next().await {}
    });

    end.await.unwrap();
    // The client may try a connection first that it does not know to be broken.
    eventually("a new connection", Duration::from_secs(10), async || {
        maps.get("one").await.ok()
    })
    .await;
}

async fn maps_behind_a_proxy(namespace: &str) -> (Proxy, Api<ConfigMap>) {
    let cluster = shared().await;
    let namespace = cluster.namespace(namespace).await.unwrap();
    let proxy = Proxy::start(cluster).await.unwrap();
    let client = proxy.client().await.unwrap();
    (proxy, Api::namespaced(client, &namespace))
}

fn named(asked: &Asked, name: &str) -> bool {
    let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    asked.writes() && body["metadata"]["name"] == name
}

fn a_map(name: &str) -> ConfigMap {
    serde_json::from_value(json!({ "metadata": { "name": name }, "data": { "a": "b" } })).unwrap()
}
