//! What the API server (Kubernetes 1.37.2) does where a good guess is wrong, on apps that run.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Service, ServiceAccount};
use kube::api::PostParams;
use serde_json::{Value, json};
use slipway_api::{ChangesView, DraftView, ObjectVerb, paths};

use crate::changes::somebody_writes;
use crate::stage::{Stage, succeeded};
use crate::support::Namespace;

pub(super) async fn seen(stage: &Stage, draft: &DraftView) -> ChangesView {
    stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200)
}

/// The lines of a preview that come and go, of one kind, without what they stand in.
fn lines(changes: &ChangesView, kind: &str) -> Vec<String> {
    let change = changes.objects.iter().find(|change| change.object.kind == kind);
    let change = change.unwrap_or_else(|| panic!("{changes:#?}"));
    assert_eq!(change.verb, ObjectVerb::Change);
    let lines = change.diff.lines().filter(|line| line.starts_with(['+', '-']));
    let plain = |line: &str| format!("{}{}", &line[..1], line[1..].trim_start_matches([' ', '-']));
    let mut lines: Vec<String> = lines.map(plain).collect();
    lines.sort();
    lines
}

async fn service(stage: &Stage, name: &str) -> Value {
    serde_json::to_value(stage.api::<Service>().get(name).await.unwrap()).unwrap()
}

/// F49. What the form would have planned of an object of others is nothing that goes from it.
#[tokio::test]
async fn the_preview_of_somebody_elses_object_is_that_of_the_object() {
    let stage = Stage::new().await;
    let namespace = Namespace::shared(&stage.namespace).await;
    namespace.deployment("web", "registry.example.com/web:1", 1).await;
    namespace.service("web", "web", "LoadBalancer").await;
    let draft = stage.opened("web").await;
    let kind = format!("services.{}.kind", draft.content.services[0].id);

    let draft = stage.edited(&draft, &[(&kind, "NodePort")]).await;
    let seen = seen(&stage, &draft).await;
    let before = service(&stage, "web").await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(
        lines(&seen, "Service"),
        [
            "+type: NodePort",
            // Dropped by the server with the kind (`dropTypeDependentFields`).
            "-allocateLoadBalancerNodePorts: true",
            "-type: LoadBalancer",
        ]
    );
    let mut wanted = before["spec"].clone();
    wanted
        .as_object_mut()
        .unwrap()
        .remove("allocateLoadBalancerNodePorts");
    wanted["type"] = "NodePort".into();
    assert_eq!(service(&stage, "web").await["spec"], wanted);
}

/// An app that was changed once: from then on what was posted counts as applied, and what the server has filled in is
/// nobody's.
async fn changed_once(stage: &Stage, change: impl FnOnce(&mut Value)) -> DraftView {
    let draft = stage
        .draft(|draft| {
            draft["scaling"] = json!({});
            change(draft);
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("basics.replicas", "1")]).await;
    succeeded(&stage.changed(&draft).await);
    stage.opened("nginx").await
}

/// `Convert_v1_PodSpec_To_core_PodSpec`: an empty `serviceAccountName` is filled in from `serviceAccount`, which no apply
/// owns.
#[tokio::test]
async fn a_service_account_that_is_emptied_is_gone_after_any_number_of_changes() {
    let stage = Stage::new().await;
    let account = json!({ "metadata": { "name": "robot" } });
    stage
        .api::<ServiceAccount>()
        .create(&PostParams::default(), &serde_json::from_value(account).unwrap())
        .await
        .unwrap();
    let draft = changed_once(&stage, |draft| {
        draft["pod"] = json!({ "service_account": "robot" });
    })
    .await;

    let draft = stage.edited(&draft, &[("pod.service_account", "")]).await;
    let seen = seen(&stage, &draft).await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(
        lines(&seen, "Deployment"),
        ["-serviceAccount: robot", "-serviceAccountName: robot"]
    );
    let pods = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(
        (&pods["serviceAccountName"], &pods["serviceAccount"]),
        (&Value::Null, &Value::Null)
    );
}

/// `ValidateDeploymentStrategy`: `Recreate` is refused beside settings of a rolling update. The server has filled these in,
/// and an apply takes away only what it has set.
#[tokio::test]
async fn the_strategy_can_be_recreate_after_any_number_of_changes_and_the_other_one_again() {
    let stage = Stage::new().await;
    let draft = changed_once(&stage, |_| {}).await;

    let draft = stage
        .edited(&draft, &[("workload.update.kind", "Recreate")])
        .await;
    let before = seen(&stage, &draft).await;
    succeeded(&stage.changed(&draft).await);
    let recreate = stage.deployment("nginx").await["spec"]["strategy"].clone();
    succeeded(
        &stage
            .asked("nginx", 3, json!({ "kind": "roll_back", "revision": 2 }))
            .await,
    );
    let rolling = stage.deployment("nginx").await["spec"]["strategy"].clone();
    succeeded(
        &stage
            .asked("nginx", 4, json!({ "kind": "roll_back", "revision": 3 }))
            .await,
    );
    let again = stage.deployment("nginx").await["spec"]["strategy"].clone();

    let refused = before.issues.iter().any(slipway_model::Issue::is_error);
    assert!(!refused, "{before:#?}");
    assert_eq!(
        lines(&before, "Deployment"),
        [
            "+type: Recreate",
            "-maxSurge: 25%",
            "-maxUnavailable: 25%",
            "-rollingUpdate:",
            "-type: RollingUpdate",
        ]
    );
    assert_eq!(
        (&recreate, &again),
        (&json!({ "type": "Recreate" }), &json!({ "type": "Recreate" }))
    );
    assert_eq!(rolling["type"], "RollingUpdate");
}

/// `ValidateStatefulSetSpec`: the same for `OnDelete`.
#[tokio::test]
async fn a_stateful_set_can_wait_until_its_pods_are_deleted_after_a_change() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["scaling"] = json!({});
            draft["basics"]["kind"] = json!("StatefulSet");
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let opened = async || -> DraftView {
        let path = paths::app_drafts(&stage.slug(), &stage.namespace, "statefulset", "nginx");
        stage.dev().post_empty(&path).await.json(201)
    };
    let draft = stage.edited(&opened().await, &[("basics.replicas", "1")]).await;
    succeeded(&stage.changed(&draft).await);

    let draft = stage
        .edited(&opened().await, &[("workload.update.kind", "OnDelete")])
        .await;
    let seen = seen(&stage, &draft).await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(
        lines(&seen, "StatefulSet"),
        [
            "+type: OnDelete",
            "-maxUnavailable: 1",
            "-partition: 0",
            "-rollingUpdate:",
            "-type: RollingUpdate",
        ]
    );
    let set = json!(stage.api::<StatefulSet>().get("nginx").await.unwrap());
    assert_eq!(set["spec"]["updateStrategy"], json!({ "type": "OnDelete" }));
}

/// `SetDefaults_Container`: the pull policy of a tag is filled in where there is none, so it depends on whether an apply
/// takes the old one away.
#[tokio::test]
async fn a_pull_policy_that_nobody_chose_stays_whatever_was_changed_before() {
    for between in [&["latest"][..], &["1.28", "latest"]] {
        let stage = Stage::new().await;
        stage.running().await;
        for tag in between {
            let draft = stage.opened("nginx").await;
            let draft = stage
                .edited(&draft, &[("containers.1.image", &format!("nginx:{tag}"))])
                .await;
            let seen = seen(&stage, &draft).await;
            succeeded(&stage.changed(&draft).await);

            let container = &stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0];
            assert_eq!(container["imagePullPolicy"], "IfNotPresent", "{tag}");
            let told = seen
                .consequences
                .iter()
                .any(|one| one.code == "pull_policy_stays");
            assert_eq!(told, *tag == "latest", "{seen:#?}");
        }
    }
}

/// structured-merge-diff, `Updater.prune`: an element that goes takes along what others have set in it. An apply under
/// another name makes another element.
#[tokio::test]
async fn elements_of_our_own_keep_under_another_name_what_others_have_set() {
    let stage = Stage::new().await;
    let draft = changed_once(&stage, |draft| draft["services"][0]["kind"] = json!("NodePort")).await;
    let theirs = json!({ "spec": { "template": { "spec": { "containers": [
        { "name": "nginx", "terminationMessagePath": "/dev/theirs" }] } } } });
    somebody_writes(&stage, "kubectl-edit", "nginx", theirs).await;
    let node_port = service(&stage, "nginx-svc").await["spec"]["ports"][0]["nodePort"].clone();

    let draft = stage
        .edited(
            &draft,
            &[("containers.1.name", "site"), ("services.4.ports.5.port", "8080")],
        )
        .await;
    let seen = seen(&stage, &draft).await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    assert_eq!(lines(&seen, "Service"), ["+port: 8080", "-port: 80"]);
    assert_eq!(lines(&seen, "Deployment"), ["+name: site", "-name: nginx"]);
    let container = &stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        (&container["name"], &container["terminationMessagePath"]),
        (&json!("site"), &json!("/dev/theirs"))
    );
    assert_eq!(
        service(&stage, "nginx-svc").await["spec"]["ports"][0]["nodePort"],
        node_port
    );
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    assert!(
        self::seen(&stage, &draft).await.conflicts.is_empty(),
        "all of it is ours again"
    );
}
