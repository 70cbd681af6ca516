//! While the cluster cannot be asked.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use local_cluster::{Fault, Proxy, shared};
use slipway_api::{AppDetail, AppRow, Change, Page, StreamState, paths};

use crate::support::{Client, Events, Namespace, TestApp, eventually};

/// The cluster of a test, as a team sees it through a proxy: with one app, `web`, of one pod.
struct Watched {
    proxy: Proxy,
    app: TestApp,
    namespace: String,
    objects: Namespace,
    client: Client,
}

impl Watched {
    async fn new() -> Self {
        let proxy = Proxy::start(shared().await).await.unwrap();
        let app = TestApp::on(proxy.kubeconfig().to_owned()).await;
        let namespace = app.namespace_of("shop").await;
        let objects = Namespace::shared(&namespace).await;
        objects.deployment("web", "nginx:1.29", 1).await;
        let client = app.member_of("shop");
        let watched = Self {
            proxy,
            app,
            namespace,
            objects,
            client,
        };
        eventually("the app runs", async || {
            let answer = watched.client.get(&watched.list()).await;
            let page: Page<AppRow> = (answer.status == 200).then(|| answer.json(200))?;
            page.rows.iter().any(|row| row.ready == 1).then_some(())
        })
        .await;
        watched
    }

    /// Its apps, asked for by namespace.
    fn list(&self) -> String {
        format!("{}?namespace={}", paths::apps("test"), self.namespace)
    }

    async fn page(&self) -> Page<AppRow> {
        self.client.get(&self.list()).await.json(200)
    }

    /// Cuts Slipway off from the cluster, and waits until the pages say so. They answer all the while.
    async fn cut_off(&self) -> Page<AppRow> {
        self.proxy.on(|_| true, Fault::Cut);
        self.proxy.cut();
        eventually("the page is stale", async || {
            let page = self.page().await;
            page.access.stale_since.is_some().then_some(page)
        })
        .await
    }

    async fn listen(&self) -> Events {
        let topic = format!("app:test/{}/deployment/web", self.namespace);
        let mut events = self.client.listen(&topic).await;
        told(&mut events, StreamState::Synced).await;
        events
    }
}

async fn told(events: &mut Events, wanted: StreamState) {
    events
        .until("the state is told", |change| {
            matches!(change, Change::State { state, .. } if *state == wanted).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_member_keeps_what_they_saw_marked_stale_for_as_long_as_it_is_remembered() {
    let watched = Watched::new().await;
    let bank = watched.app.member_of("bank");
    bank.get(&watched.list()).await.problem(404);
    let mut events = watched.listen().await;

    let stale = watched.cut_off().await;

    assert_eq!(stale.rows.len(), 1, "what was known is still shown");
    told(&mut events, StreamState::Stale).await;
    let detail = paths::app("test", &watched.namespace, "deployment", "web");
    let detail: AppDetail = watched.client.get(&detail).await.json(200);
    assert!(detail.access.stale_since.is_some());
    bank.get(&watched.list()).await.problem(404);
    let never_asked = format!("{}?namespace=kube-system", paths::apps("test"));
    let unknown = watched.client.get(&never_asked).await.problem(503);
    assert_eq!(
        unknown.code, "cluster_unreachable",
        "that it is hidden would be a guess"
    );

    watched.app.clock.pass(Duration::from_mins(10));
    let forgotten = watched.client.get(&watched.list()).await;
    assert_eq!(forgotten.problem(503).code, "cluster_unreachable");
    assert_ne!(forgotten.header("retry-after"), "");

    watched.proxy.clear();
    eventually("the page is back", async || {
        let answer = watched.client.get(&watched.list()).await;
        let page: Page<AppRow> = (answer.status == 200).then(|| answer.json(200))?;
        page.access.stale_since.is_none().then_some(())
    })
    .await;
    told(&mut events, StreamState::Synced).await;
}

#[tokio::test]
async fn a_right_taken_away_during_a_silence_shows_nothing_new_and_nothing_at_all_after_it() {
    let watched = Watched::new().await;
    let mut events = watched.listen().await;
    watched.cut_off().await;

    watched.objects.scale("web", 2).await;
    watched.objects.take_rights().await;
    until_forbidden(&watched.namespace).await;
    let during = watched.page().await;
    assert!(during.access.stale_since.is_some());
    assert_eq!(during.rows[0].wanted, 1, "only what was seen before");

    watched.proxy.clear();
    let refused = eventually("the cluster is asked again", async || {
        let answer = watched.client.get(&watched.list()).await;
        if answer.status != 200 {
            return Some(answer);
        }
        let page: Page<AppRow> = answer.json(200);
        assert!(page.access.stale_since.is_some(), "never shown as fresh");
        assert!(page.rows.iter().all(|row| row.wanted == 1), "never anything new");
        None
    })
    .await;
    refused.problem(404);
    events
        .until("the stream says that it is over", |change| match change {
            Change::State {
                state: StreamState::Forbidden,
                ..
            } => Some(()),
            Change::App { app: Some(app) } => {
                assert_eq!(app.row.wanted, 1);
                None
            }
            _ => None,
        })
        .await;
}

/// Waits until the API server has noticed that `shop-dev` may nothing any more.
async fn until_forbidden(namespace: &str) {
    let theirs = shared()
        .await
        .client_for("shop-dev", &["shop-team"])
        .await
        .unwrap();
    let api: Api<Deployment> = Api::namespaced(theirs, namespace);
    eventually("the right is gone", async || {
        api.get("web").await.is_err().then_some(())
    })
    .await;
}
