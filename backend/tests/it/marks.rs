//! Marks that somebody has written on objects: copied, forged, restored elsewhere. Whose an app is follows from the uids that
//! the database has, and from nothing that stands on an object.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use slipway_api::{ChangesView, DraftView, DriftView, OperationView, RevisionLine, paths};

use crate::second_cluster::second;
use crate::stage::{Stage, allow, draft_of, succeeded};
use crate::support::{Client, Namespace, TestApp, eventually};

/// A value that only the team of the app may see.
const SECRET_VALUE: &str = "only-for-the-shop";

/// The example with something in it that nobody else may read.
async fn a_shop_app(stage: &Stage) {
    let draft = stage
        .draft(|draft| draft["containers"][0]["env"][0]["value"] = json!(SECRET_VALUE))
        .await;
    succeeded(&stage.created(&draft).await);
}

/// An object as a manifest of it has it: without what a server adds, in another namespace.
pub(crate) fn copied(object: &Value, namespace: &str) -> Value {
    let mut copy = object.clone();
    copy.as_object_mut().unwrap().remove("status");
    let metadata = copy["metadata"].as_object_mut().unwrap();
    metadata.retain(|key, _| ["name", "labels", "annotations"].contains(&key.as_str()));
    metadata.insert("namespace".to_owned(), json!(namespace));
    copy
}

/// The Deployment of the app, copied with its marks.
async fn copy_to(kube: &kube::Client, namespace: &str, manifest: &Value) {
    let copy = serde_json::from_value(copied(manifest, namespace)).unwrap();
    let api: Api<Deployment> = Api::namespaced(kube.clone(), namespace);
    api.create(&PostParams::default(), &copy).await.unwrap();
}

/// A namespace in which the team `bank` may do everything.
async fn a_namespace_of_bank(stage: &Stage) -> String {
    let namespace = stage.cluster.namespace("bank").await.unwrap();
    allow(&stage.kube, &namespace, "bank-dev", "edit").await;
    namespace
}

fn of_nginx(stage: &Stage, namespace: &str, path: fn(&str, &str, &str, &str) -> String) -> String {
    path(&stage.slug(), namespace, "deployment", "nginx")
}

async fn history(client: &Client, path: &str) -> Vec<u64> {
    let lines: Vec<RevisionLine> = client.get(path).await.json(200);
    lines.iter().map(|line| line.number).collect()
}

/// The app of the shop is what it was, and its team can go on with it.
async fn is_not_blocked(stage: &Stage, image: &str, number: u64) {
    let draft = stage.opened("nginx").await;
    assert_eq!(draft.content.origin.as_ref().unwrap().revision, number - 1);
    let id = draft.content.containers[0].id;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), image)])
        .await;
    succeeded(&stage.changed(&draft).await);
    let numbers = history(&stage.dev(), &stage.of_app("nginx", paths::app_revisions)).await;
    assert_eq!(numbers, (1..=number).rev().collect::<Vec<_>>());
}

/// Everything that is told of a copy to whoever may read it, as one text.
async fn all_told(client: &Client, at: impl Fn(fn(&str, &str, &str, &str) -> String) -> String) -> String {
    let mut told = String::new();
    let opened: DraftView = client.post_empty(&at(paths::app_drafts)).await.json(201);
    told.push_str(&json!(opened.content).to_string());
    for path in [
        paths::app_revisions,
        paths::app_drift,
        paths::app_deletion,
        paths::app_operations,
    ] {
        told.push_str(&client.get(&at(path)).await.demand(200).text());
    }
    for further in [paths::draft_changes, paths::draft_merge, paths::draft_plan] {
        told.push_str(&client.get(&further(&opened.id)).await.demand(200).text());
    }
    told
}

#[tokio::test]
async fn a_copied_manifest_is_an_app_without_history_and_the_original_goes_on() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let bank = stage.app.member_of("bank");
    let elsewhere = a_namespace_of_bank(&stage).await;
    let mut manifest = stage.deployment("nginx").await;
    // Who copies it has seen it; what was removed from it since, or is in other objects, they have not.
    manifest["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!("copied");
    copy_to(&stage.kube, &elsewhere, &manifest).await;
    let at = |path| of_nginx(&stage, &elsewhere, path);

    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [0_u64; 0]);
    let number = |number: &str| paths::app_revision(&stage.slug(), &elsewhere, "deployment", "nginx", number);
    bank.get(&number("1")).await.problem(404);
    let told = all_told(&bank, at).await;

    for others in [SECRET_VALUE, "foo.bar.com", &stage.namespace] {
        assert!(!told.contains(others), "{others} is told: {told}");
    }
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [1]);
    is_not_blocked(&stage, "nginx:1.28", 2).await;
    let copy: Api<Deployment> = Api::namespaced(stage.kube.clone(), &elsewhere);
    let image = copy
        .get("nginx")
        .await
        .unwrap()
        .spec
        .unwrap()
        .template
        .spec
        .unwrap()
        .containers[0]
        .image
        .clone();
    assert_eq!(image.as_deref(), Some("nginx:1.27"), "the copy stays as it is");
}

#[tokio::test]
async fn a_forged_mark_plants_no_revision_and_skips_no_number() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let bank = stage.app.member_of("bank");
    let elsewhere = a_namespace_of_bank(&stage).await;
    let app_id = stage.deployment("nginx").await["metadata"]["annotations"]["slipway.dev/app-id"].clone();
    let decoy = Namespace::of(&stage.cluster, &elsewhere).await;
    for (name, revision) in [("one", "99"), ("two", "9223372036854775807"), ("three", "-1")] {
        decoy.deployment(name, "decoy:1", 0).await;
        let marks = json!({ "slipway.dev/app-id": app_id, "slipway.dev/revision": revision,
            "slipway.dev/installation": stage.deployment("nginx").await["metadata"]["annotations"]["slipway.dev/installation"] });
        let api: Api<Deployment> = Api::namespaced(stage.kube.clone(), &elsewhere);
        let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
        api.patch(name, &PatchParams::default(), &patch).await.unwrap();

        let at =
            |path: fn(&str, &str, &str, &str) -> String| path(&stage.slug(), &elsewhere, "deployment", name);
        let opened: DraftView = bank.post_empty(&at(paths::app_drafts)).await.json(201);
        assert_eq!(opened.content.origin.unwrap().revision, 1, "{revision}");
        assert_eq!(history(&bank, &at(paths::app_revisions)).await, [1]);
    }

    is_not_blocked(&stage, "nginx:1.28", 2).await;
}

#[tokio::test]
async fn marks_that_another_team_writes_on_the_app_itself_change_nothing() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    let bank = stage.app.member_of("bank");
    let forged = [
        json!({ "slipway.dev/app-id": "0190b5a8-0000-7000-8000-000000000000", "slipway.dev/revision": "99" }),
        json!({ "slipway.dev/installation": "0190b5a8-0000-7000-8000-000000000001" }),
        json!({ "slipway.dev/app-id": null, "slipway.dev/installation": null, "slipway.dev/revision": null }),
        json!({ "slipway.dev/app-id": "no id at all", "slipway.dev/installation": "" }),
    ];

    for (number, marks) in forged.into_iter().enumerate() {
        let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
        stage
            .api::<Deployment>()
            .patch("nginx", &PatchParams::default(), &patch)
            .await
            .unwrap();

        for path in [paths::app_revisions, paths::app_drift, paths::app_deletion] {
            let problem = bank.get(&stage.of_app("nginx", path)).await.problem(403);
            assert_eq!(problem.code, "app_of_another_team");
        }
        bank.post_empty(&stage.of_app("nginx", paths::app_drafts))
            .await
            .problem(403);
        let numbers = history(&stage.dev(), &stage.of_app("nginx", paths::app_revisions)).await;
        assert_eq!(numbers, [1], "{number}");
    }
    is_not_blocked(&stage, "nginx:1.28", 2).await;
}

#[tokio::test]
async fn an_app_of_the_same_name_in_another_cluster_is_another_one() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let other = second().await;
    other.ensure_namespace(&stage.namespace).await.unwrap();
    let kube = other.client().await.unwrap();
    allow(&kube, &stage.namespace, "shop-dev", "edit").await;
    allow(&kube, &stage.namespace, "bank-dev", "edit").await;
    let mut manifest = stage.deployment("nginx").await;
    manifest["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!("copied");
    let (namespace, mut stage) = (stage.namespace.clone(), stage);
    let kubeconfig = other.kubeconfig();
    let app = stage.app.restarted_with(|config, _| {
        let mut second = config.clusters[0].clone();
        second.kubeconfig = Some(kubeconfig);
        second.slug = Some("second".to_owned());
        config.clusters.push(second);
    });
    stage.app = app.await;
    let at = |path: fn(&str, &str, &str, &str) -> String| path("second", &namespace, "deployment", "nginx");
    let dev = stage.dev();

    // The same name, and nothing there.
    dev.get(&at(paths::app_revisions)).await.problem(404);
    // A copy with all its marks, as moving to another cluster makes one.
    copy_to(&kube, &namespace, &manifest).await;
    for (team, told) in [("shop", ""), ("bank", SECRET_VALUE)] {
        let client = stage.app.member_of(team);
        assert_eq!(
            history(&client, &at(paths::app_revisions)).await,
            [0_u64; 0],
            "{team}"
        );
        let all = all_told(&client, at).await;
        assert!(told.is_empty() || !all.contains(told), "{team}: {all}");
    }
    is_not_blocked(&stage, "nginx:1.28", 2).await;
    // Whoever wants it as an app of the team takes it over: with a history of its own.
    let drift: DriftView = dev.get(&at(paths::app_drift)).await.json(200);
    let uid = drift.take_over.unwrap();
    dev.post(&at(paths::app_takeover), &json!({ "uid": uid }))
        .await
        .demand(204);
    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [1]);
    stage
        .app
        .member_of("bank")
        .get(&at(paths::app_revisions))
        .await
        .problem(403);
    let first = history(&dev, &stage.of_app("nginx", paths::app_revisions)).await;
    assert_eq!(first, [2, 1], "the first cluster has its own");
}

#[tokio::test]
async fn a_backup_that_is_restored_into_another_namespace_takes_nothing_from_the_original() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let elsewhere = stage.cluster.namespace("restored").await.unwrap();
    allow(&stage.kube, &elsewhere, "shop-dev", "edit").await;
    copy_to(&stage.kube, &elsewhere, &stage.deployment("nginx").await).await;
    let service = stage.api::<Service>().get("nginx-svc").await.unwrap();
    let mut service = copied(&serde_json::to_value(service).unwrap(), &elsewhere);
    for given in ["clusterIP", "clusterIPs"] {
        service["spec"].as_object_mut().unwrap().remove(given);
    }
    let services: Api<Service> = Api::namespaced(stage.kube.clone(), &elsewhere);
    let service = serde_json::from_value(service).unwrap();
    services.create(&PostParams::default(), &service).await.unwrap();
    let at = |path| of_nginx(&stage, &elsewhere, path);
    let dev = stage.dev();

    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [0_u64; 0]);
    let drift: DriftView = dev.get(&at(paths::app_drift)).await.json(200);
    let opened: DraftView = dev.post_empty(&at(paths::app_drafts)).await.json(201);
    let id = opened.content.containers[0].id;
    let changed = stage
        .edited(&opened, &[(&format!("containers.{id}.image"), "nginx:restored")])
        .await;
    let operation = stage.changed(&changed).await;

    assert_eq!(
        drift.take_over, None,
        "its pods are found by the label of another address"
    );
    succeeded(&operation);
    assert_eq!(operation.steps[0].outcome.as_deref(), Some("patched"));
    is_not_blocked(&stage, "nginx:1.28", 2).await;
}

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
async fn replaced(stage: &Stage) -> Value {
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
        [1],
        "the history goes on"
    );
    bank.get(&at(paths::app_revisions)).await.problem(403);
    changed_with_consent(&stage, "nginx:1.28").await;
    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [2, 1]);
    let gone = stage.asked("nginx", 2, json!({ "kind": "delete" })).await;
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

/// Somebody who may read Deployments and nothing else.
async fn let_read_deployments(stage: &Stage, user: &str) {
    let role = json!({ "metadata": { "name": user },
        "rules": [{ "apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"] }] });
    let role = serde_json::from_value(role).unwrap();
    stage
        .api::<Role>()
        .create(&PostParams::default(), &role)
        .await
        .unwrap();
    let binding = json!({ "metadata": { "name": user },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": user },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }] });
    let binding = serde_json::from_value(binding).unwrap();
    stage
        .api::<RoleBinding>()
        .create(&PostParams::default(), &binding)
        .await
        .unwrap();
    let client = stage.cluster.client_for(user, &[]).await.unwrap();
    let api: Api<Deployment> = Api::namespaced(client, &stage.namespace);
    eventually("the right is known", async || {
        api.get("theirs").await.ok().map(drop)
    })
    .await;
}

/// A server on the shared cluster whose team `shop` has a second member, who is to see less.
async fn with_two_of_one_team() -> Stage {
    let mut stage = Stage::new().await;
    let cluster = local_cluster::shared().await.kubeconfig();
    stage.app = TestApp::with(|config, folder| {
        for (name, token) in [
            ("shop-dev", "shop"),
            ("shop-intern", "intern"),
            ("bank-dev", "bank"),
        ] {
            let mut member = crate::support::a_member(name, token, folder);
            member.teams = vec![if token == "bank" { "bank" } else { "shop" }.to_owned()];
            config.members.push(member);
        }
        config.teams = vec![crate::support::a_team("shop"), crate::support::a_team("bank")];
        config.clusters[0].kubeconfig = Some(cluster);
    })
    .await;
    stage
}

/// Everything that is told of somebody else's app, as one text.
async fn told_of_theirs(client: &Client, stage: &Stage, revisions: [String; 3]) -> String {
    let at = |path| stage.of_app("theirs", path);
    let whole = [
        at(paths::app_revisions),
        at(paths::app_drift),
        at(paths::app_deletion),
    ];
    let mut told = String::new();
    for path in revisions.iter().chain(&whole) {
        told.push_str(&client.get(path).await.demand(200).text());
    }
    let opened: DraftView = client.post_empty(&at(paths::app_drafts)).await.json(201);
    told.push_str(&json!(opened.content).to_string());
    for path in [paths::draft_changes, paths::draft_merge, paths::draft_plan] {
        told.push_str(&client.get(&path(&opened.id)).await.demand(200).text());
    }
    told
}

#[tokio::test]
async fn the_history_of_somebody_elses_app_is_the_teams_that_saw_it_and_told_as_far_as_its_reader_may_see() {
    let stage = with_two_of_one_team().await;
    let theirs = Namespace::of(&stage.cluster, &stage.namespace).await;
    theirs.deployment("theirs", "web:1", 1).await;
    theirs.service("hidden-service", "theirs", "ClusterIP").await;
    theirs
        .ingress("hidden-ingress", "hidden.example.com", "hidden-service")
        .await;
    for user in ["shop-intern", "bank-dev"] {
        let_read_deployments(&stage, user).await;
    }
    let (dev, intern, bank) = (
        stage.dev(),
        stage.app.member_of("intern"),
        stage.app.member_of("bank"),
    );
    let at = |path| stage.of_app("theirs", path);
    // The team has two revisions of it, and both hold what not everybody may see.
    let draft = stage.opened("theirs").await;
    let id = draft.content.containers[0].id;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), "web:2")])
        .await;
    succeeded(&stage.changed(&draft).await);
    let slug = stage.slug();
    let number = |number: &str| paths::app_revision(&slug, &stage.namespace, "deployment", "theirs", number);
    let compare = paths::app_compare(&slug, &stage.namespace, "deployment", "theirs", "1", "2");
    assert!(
        dev.get(&number("1"))
            .await
            .demand(200)
            .text()
            .contains("hidden.example.com")
    );

    let told = told_of_theirs(&intern, &stage, [number("1"), number("2"), compare]).await;

    assert!(told.contains("web:2"), "what may be seen is told");
    assert!(!told.contains("hidden"), "{told}");
    assert_eq!(
        history(&dev, &at(paths::app_revisions)).await,
        [2, 1],
        "looking with less rights adds nothing"
    );
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [0_u64; 0]);
    bank.get(&number("1")).await.problem(404);
    let opened: DraftView = bank.post_empty(&at(paths::app_drafts)).await.json(201);
    assert_eq!(opened.content.origin.unwrap().revision, 1, "its own first one");
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [1]);
    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [2, 1]);
    let operations: Vec<slipway_api::OperationLine> = bank.get(&at(paths::app_operations)).await.json(200);
    assert!(operations.is_empty(), "{operations:?}");
}
