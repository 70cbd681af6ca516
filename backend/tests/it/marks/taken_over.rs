//! What was made anew in the place of an app, and taking it over.

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::{Value, json};
use slipway_api::{ChangesView, DriftView, OperationView, RevisionLine, paths};

use super::{a_shop_app, copy_to, history, is_not_blocked};
use crate::stage::{Stage, allow, draft_of, ended_in_the_end, submit, succeeded};
use crate::support::{Client, Namespace, eventually};

/// Another image, agreeing to set what somebody else has set.
async fn changed_with_consent(stage: &Stage, image: &str) {
    let draft = stage.opened("nginx").await;
    let id = draft.content.containers[0].id;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), image)])
        .await;
    let seen: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    let agreed: Vec<Value> = seen
        .conflicts
        .iter()
        .map(|seen| json!({ "object": seen.object, "version": seen.version, "paths": [seen.path] }))
        .collect();
    assert_eq!(agreed.len(), 1, "only what changes is asked for: {agreed:?}");
    let consent = json!({ "take_over": agreed });
    let started: OperationView = stage.submit_with(&draft, "agreed", &consent).await.json(202);
    succeeded(&stage.ended(&started.id).await);
}

/// The Deployment goes and comes back as somebody else's, with every label and mark it had.
pub(super) async fn replaced(stage: &Stage) -> Value {
    let manifest = stage.deployment("nginx").await;
    let api = stage.api::<Deployment>();
    api.delete("nginx", &DeleteParams::background()).await.unwrap();
    eventually("the Deployment is gone", async || {
        api.get_opt("nginx").await.unwrap().is_none().then_some(())
    })
    .await;
    copy_to(&stage.kube, &stage.namespace, &manifest).await;
    stage.deployment("nginx").await["metadata"]["uid"].clone()
}

#[tokio::test]
async fn an_object_with_another_uid_is_the_apps_only_once_somebody_takes_it_over() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    let (dev, bank) = (stage.dev(), stage.app.member_of("bank"));
    let uid = replaced(&stage).await;
    let at = |path| stage.of_app("nginx", path);

    // It is somebody else's, so each team has what it has seen of it, and nothing of the app that was.
    for client in [&dev, &bank] {
        assert_eq!(history(client, &at(paths::app_revisions)).await, [0_u64; 0]);
    }
    let drift = async |client: &Client| -> DriftView { client.get(&at(paths::app_drift)).await.json(200) };
    assert_eq!(
        drift(&bank).await.take_over,
        None,
        "the address is the other team's"
    );
    assert_eq!(drift(&dev).await.take_over.as_deref(), uid.as_str());
    let take = |uid: &Value| json!({ "uid": uid });
    let refused = bank
        .post(&at(paths::app_takeover), &take(&uid))
        .await
        .problem(403);
    assert_eq!(refused.code, "app_of_another_team");
    let replaced_since = dev
        .post(&at(paths::app_takeover), &take(&json!("another")))
        .await
        .problem(412);
    assert_eq!(replaced_since.code, "app_replaced");

    for _ in 0..2 {
        dev.post(&at(paths::app_takeover), &take(&uid)).await.demand(204);
    }

    assert_eq!(
        history(&dev, &at(paths::app_revisions)).await,
        [2, 1],
        "the history goes on"
    );
    bank.get(&at(paths::app_revisions)).await.problem(403);
    changed_with_consent(&stage, "nginx:1.28").await;
    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [3, 2, 1]);
    let refused = stage.ask("nginx", 1, "stale", &json!({ "kind": "delete" })).await;
    assert_eq!(refused.problem(412).code, "app_moved", "of before the takeover");
    let gone = stage.asked("nginx", 3, json!({ "kind": "delete" })).await;
    succeeded(&gone);
    assert!(stage.objects().await.is_empty(), "all of it is the app's again");
}

#[tokio::test]
async fn an_app_that_a_restored_database_does_not_know_is_taken_over_with_a_history_of_its_own() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    stage.forget_all_apps().await;
    // The database is not empty: it knows another app.
    let other = draft_of(&stage.dev(), &stage.slug(), &stage.namespace, |draft| {
        draft["basics"]["name"] = json!("other");
        draft["services"][0]["name"] = json!("other-svc");
        draft["ingresses"] = json!([]);
        draft["scaling"] = json!({});
    })
    .await;
    succeeded(&stage.changed(&other).await);
    let at = |path| stage.of_app("nginx", path);
    let marks = json!({ "metadata": { "annotations": { "slipway.dev/revision": "99" } } });
    stage
        .api::<Deployment>()
        .patch("nginx", &PatchParams::default(), &Patch::Merge(marks))
        .await
        .unwrap();

    let drift: DriftView = stage.dev().get(&at(paths::app_drift)).await.json(200);
    let uid = drift.take_over.unwrap();
    let before = history(&stage.dev(), &at(paths::app_revisions)).await;
    let taken = stage
        .dev()
        .post(&at(paths::app_takeover), &json!({ "uid": uid }))
        .await;

    assert_eq!(before, [0_u64; 0]);
    taken.demand(204);
    is_not_blocked(&stage, "nginx:1.28", 2).await;
    succeeded(&stage.asked("nginx", 2, json!({ "kind": "delete" })).await);
    assert_eq!(stage.objects().await, ["Service other-svc", "Deployment other"]);
}

#[tokio::test]
async fn what_another_team_makes_and_deletes_at_the_address_ends_no_history() {
    let stage = Stage::new().await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    a_shop_app(&stage).await;
    let manifest = stage.deployment("nginx").await;
    let api = stage.api::<Deployment>();
    api.delete("nginx", &DeleteParams::background()).await.unwrap();
    eventually("the Deployment is gone", async || {
        api.get_opt("nginx").await.unwrap().is_none().then_some(())
    })
    .await;
    let bank = stage.app.member_of("bank");
    let theirs = draft_of(&bank, &stage.slug(), &stage.namespace, |draft| {
        draft["services"] = json!([]);
        draft["ingresses"] = json!([]);
        draft["scaling"] = json!({});
    })
    .await;
    let started: OperationView = submit(&bank, &theirs, "theirs").await.json(202);
    succeeded(&ended_in_the_end(&stage.app, &bank, &started.id).await);
    let asked = bank
        .clone()
        .with_header("if-match", "\"2\"")
        .with_header("idempotency-key", "gone");
    let started: OperationView = asked
        .post(
            &stage.of_app("nginx", paths::app_operations),
            &json!({ "kind": "delete" }),
        )
        .await
        .json(202);
    succeeded(&ended_in_the_end(&stage.app, &bank, &started.id).await);

    copy_to(&stage.kube, &stage.namespace, &manifest).await;
    let uid = stage.deployment("nginx").await["metadata"]["uid"].clone();
    let taken = stage
        .dev()
        .post(
            &stage.of_app("nginx", paths::app_takeover),
            &json!({ "uid": uid }),
        )
        .await;

    taken.demand(204);
    let revisions = stage.of_app("nginx", paths::app_revisions);
    assert_eq!(history(&stage.dev(), &revisions).await, [3, 1]);
    let lines: Vec<RevisionLine> = stage.dev().get(&revisions).await.json(200);
    assert!(lines[1].kind.is_some(), "it is the one that was made here");
}

/// A team that has taken over an app can give it back: nobody is kept from it for good.
#[tokio::test]
async fn an_app_that_is_released_is_free_for_another_team_and_its_history_stays_where_it_was() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "view").await;
    let (dev, bank) = (stage.dev(), stage.app.member_of("bank"));
    let at = |path| stage.of_app("nginx", path);
    let before = stage.deployment("nginx").await;
    let released = async |client: &Client, revision: u64| {
        let seen = client.clone().with_header("if-match", &format!("\"{revision}\""));
        seen.post(&at(paths::app_release), &json!({})).await
    };

    let opened = stage.opened("nginx").await;
    assert_eq!(released(&bank, 1).await.problem(403).code, "app_of_another_team");
    assert_eq!(released(&dev, 2).await.problem(412).code, "app_moved");
    dev.post(&at(paths::app_release), &json!({})).await.problem(428);
    released(&dev, 1).await.demand(204);
    released(&dev, 1).await.problem(404);

    let after = stage.deployment("nginx").await;
    assert_eq!(after["spec"], before["spec"]);
    assert_eq!(
        after["metadata"]["annotations"],
        before["metadata"]["annotations"]
    );
    for client in [&dev, &bank] {
        assert_eq!(history(client, &at(paths::app_revisions)).await, [0_u64; 0]);
    }
    let uid = &before["metadata"]["uid"];
    let take = json!({ "uid": uid });
    // What is there is told to whoever may see it; only who may change it can take it over.
    let drift: DriftView = bank.get(&at(paths::app_drift)).await.json(200);
    assert_eq!(drift.take_over.as_deref(), uid.as_str());
    bank.post(&at(paths::app_takeover), &take).await.problem(403);
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    bank.post(&at(paths::app_takeover), &take).await.demand(204);
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [2]);
    dev.get(&at(paths::app_revisions)).await.problem(403);

    released(&bank, 2).await.demand(204);
    let changed = stage.edited(&opened, &[("basics.replicas", "3")]).await;
    let refused = stage
        .submit_with(&changed, "stale", &json!({}))
        .await
        .problem(412);
    assert_eq!(
        refused.code, "app_moved",
        "it was opened on the app that was released"
    );

    // And back: the team goes on with what it had.
    dev.post(&at(paths::app_takeover), &take).await.demand(204);
    let lines: Vec<RevisionLine> = dev.get(&at(paths::app_revisions)).await.json(200);
    let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
    // The second one was the other team's, the third what this one saw of it while it was nobody's.
    assert_eq!(numbers, [4, 1]);
    assert!(
        lines[0].changed.is_empty() && lines[1].kind.is_some(),
        "it is the one that was made here: {lines:?}"
    );
    // What another team did meanwhile is nothing that the draft of before has seen.
    let refused = stage.submit_with(&changed, "of before", &json!({})).await;
    assert_eq!(refused.problem(412).code, "app_moved");
    released(&dev, 1).await.problem(412);
    goes_on(&stage, [5, 4, 1]).await;
}

/// The team changes the app, which has these revisions then.
async fn goes_on(stage: &Stage, numbers: [u64; 3]) {
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("basics.replicas", "4")]).await;
    succeeded(&stage.changed(&draft).await);
    let path = stage.of_app("nginx", paths::app_revisions);
    assert_eq!(history(&stage.dev(), &path).await, numbers);
}

#[tokio::test]
async fn a_database_that_begins_anew_knows_the_apps_of_the_one_before() {
    let mut stage = Stage::new().await;
    a_shop_app(&stage).await;
    let begin_anew = |_: &mut _, folder: &std::path::Path| {
        for file in ["slipway.db", "slipway.db-wal", "slipway.db-shm", "has-database"] {
            // What SQLite has written into the database is gone already when it was closed.
            let _ = std::fs::remove_file(folder.join(file));
        }
    };
    stage.app = stage.app.restarted_with(begin_anew).await;
    eventually("the cluster is known", async || {
        let apps = stage.dev().get(&paths::apps(&stage.slug())).await;
        (apps.status == 200).then_some(())
    })
    .await;

    is_not_blocked(&stage, "nginx:1.28", 2).await;

    succeeded(&stage.asked("nginx", 2, json!({ "kind": "delete" })).await);
    assert!(stage.objects().await.is_empty(), "all of it is the app's again");
}

#[tokio::test]
async fn somebody_elses_workload_cannot_be_taken_over() {
    let stage = Stage::new().await;
    Namespace::of(&stage.cluster, &stage.namespace)
        .await
        .deployment("theirs", "web:1", 1)
        .await;
    let uid = stage.deployment("theirs").await["metadata"]["uid"].clone();

    let drift: DriftView = stage
        .dev()
        .get(&stage.of_app("theirs", paths::app_drift))
        .await
        .json(200);
    let refused = stage
        .dev()
        .post(
            &stage.of_app("theirs", paths::app_takeover),
            &json!({ "uid": uid }),
        )
        .await
        .problem(409);

    assert_eq!(drift.take_over, None);
    assert_eq!(refused.code, "not_to_be_taken_over");
}
