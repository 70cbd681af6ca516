//! What a database tells after many kills, and how far the cluster tells something else.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use kube::Api;
use kube::api::ListParams;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

use super::say;

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    pub(super) kills: usize,
    pub(super) acknowledged: usize,
    /// Operations that were acknowledged and are not stored, or have not ended.
    pub(super) lost: usize,
    /// Objects that two operations say they have made, or that were made and are in no record.
    pub(super) doubled: usize,
    /// Objects with our marks that belong to no app, and objects of apps that are not there.
    pub(super) orphaned: usize,
}

impl Figures {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            acknowledged: self.acknowledged + other.acknowledged,
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            orphaned: self.orphaned + other.orphaned,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills, {} operations acknowledged, {} lost, {} doubled, {} orphaned",
            self.kills, self.acknowledged, self.lost, self.doubled, self.orphaned
        )
    }
}

/// What the database tells after everything.
pub(super) struct Told {
    /// Ids of operations by their states.
    operations: BTreeMap<String, String>,
    /// Uids of what apps that live consist of.
    alive: BTreeSet<String>,
    /// Uids of all Deployments that operations say they have made, each as often as it is said.
    made: Vec<String>,
    /// Everything that was done, for people to read.
    story: String,
}

pub(super) async fn told(folder: &Path) -> Told {
    let options = SqliteConnectOptions::new().filename(folder.join("data/slipway.db"));
    let db = SqlitePool::connect_with(options).await.unwrap();
    let sound: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(sound, "ok");
    let operations: Vec<(String, String)> = sqlx::query_as("select operation_id, state from operation")
        .fetch_all(&db)
        .await
        .unwrap();
    let alive: Vec<String> =
        sqlx::query_scalar("select uid from app_object join app using (app_id) where ended_at is null")
            .fetch_all(&db)
            .await
            .unwrap();
    let made: Vec<String> = sqlx::query_scalar(
        "select uid from step where verb = 'create' and kind = 'Deployment' and uid is not null",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let lines: Vec<String> = sqlx::query_scalar(
        "select o.name || ' ' || o.app_id || ' ' || o.kind || ' ' || o.state || ' ' || o.operation_id || ' ' || s.verb || ' ' || s.kind || ' ' ||
                s.state || ' ' || coalesce(s.outcome, '') || ' ' || coalesce(s.uid, '') || ' ' || coalesce(s.message, '')
           from operation o join step s using (operation_id) order by o.name, o.created_at, s.position",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    db.close().await;
    let story = lines.join("\n");
    Told {
        operations: operations.into_iter().collect(),
        alive: alive.into_iter().collect(),
        made,
        story,
    }
}

/// Uids of what bears our marks in a namespace.
async fn marked(namespace: &str) -> BTreeMap<String, String> {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let ours = ListParams::default().labels("app.kubernetes.io/managed-by=slipway");
    let services = Api::<Service>::namespaced(kube.clone(), namespace)
        .list(&ours)
        .await
        .unwrap();
    let deployments = Api::<Deployment>::namespaced(kube, namespace)
        .list(&ours)
        .await
        .unwrap();
    let services = services.into_iter().map(|object| ("Service", object.metadata));
    services
        .chain(
            deployments
                .into_iter()
                .map(|object| ("Deployment", object.metadata)),
        )
        .map(|(kind, metadata)| {
            (
                metadata.uid.unwrap(),
                format!("{kind} {:?} {:?}", metadata.name, metadata.annotations),
            )
        })
        .collect()
}

/// How far what was acknowledged, what is stored and what is there disagree. Says what does.
pub(super) async fn judged(namespace: &str, told: &Told, acknowledged: &BTreeSet<String>) -> Figures {
    let lost = acknowledged
        .iter()
        .filter(|id| !told.operations.contains_key(*id));
    let has_ended = |state: &str| matches!(state, "succeeded" | "undone" | "stopped");
    let unfinished = told.operations.iter().filter(|(_, state)| !has_ended(state));
    let lost: Vec<&String> = lost.chain(unfinished.map(|(id, _)| id)).collect();
    let there = marked(namespace).await;
    let belongs_nowhere = there.iter().filter(|(uid, _)| !told.alive.contains(*uid));
    let missing = told.alive.iter().filter(|uid| !there.contains_key(*uid));
    let orphaned: Vec<String> = belongs_nowhere
        .map(|(uid, what)| format!("{uid} {what}"))
        .chain(missing.map(|uid| format!("{uid} is not there")))
        .collect();
    let distinct: BTreeSet<&String> = told.made.iter().collect();
    // The log leaves out some whose connection was cut by the kill, so there may be fewer.
    let unknown = created(namespace).await.saturating_sub(distinct.len());
    let figures = Figures {
        lost: lost.len(),
        doubled: told.made.len() - distinct.len() + unknown,
        orphaned: orphaned.len(),
        ..Figures::default()
    };
    if (figures.lost, figures.doubled, figures.orphaned) != (0, 0, 0) {
        say(format!(
            "{namespace}: lost {lost:?}, orphaned {orphaned:#?}\n{}",
            told.story
        ));
    }
    figures
}

/// How many Deployments were really created in a namespace, as far as the API server has logged it.
async fn created(namespace: &str) -> usize {
    let audit = local_cluster::shared().await.audit().unwrap();
    let created = audit.iter().filter(|entry| {
        entry.object_ref.namespace == namespace
            && entry.object_ref.resource == "deployments"
            && entry.verb == "create"
            && !entry.dry_run()
            && entry.response_status.code == 201
    });
    created.count()
}

/// Nothing of somebody else is gone.
pub(super) async fn demand_untouched(namespace: &str, theirs: &[String]) {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let maps = Api::<ConfigMap>::namespaced(kube, namespace);
    let left: BTreeSet<String> = maps
        .list(&ListParams::default())
        .await
        .unwrap()
        .into_iter()
        .filter_map(|map| map.metadata.uid)
        .collect();
    assert!(!theirs.is_empty());
    assert!(theirs.iter().all(|uid| left.contains(uid)));
}
