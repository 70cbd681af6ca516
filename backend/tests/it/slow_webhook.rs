//! An admission webhook that takes as long as Kubernetes lets one take, 30 s, for one of the four objects of an app.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod changes;

use std::time::{Duration, Instant};

use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::networking::v1::Ingress;
use kube::Api;
use kube::api::{DeleteParams, PostParams};
use local_cluster::{Asked, Fault, Proxy, Webhook, shared};
use serde_json::json;
use slipway_api::{CheckCode, CheckState, ChecksView, OperationState, OperationView, paths};

use crate::stage::{ALL, Stage, steps, succeeded};
use crate::support::eventually;

/// What Kubernetes lets a webhook take at most, in seconds.
const MOST: u64 = 30;
/// By when checks are over although one of them is not answered.
const CHECKED: Duration = Duration::from_secs(15);
/// A real clock has to pass, several times.
const PATIENCE: Duration = Duration::from_secs(150);

/// Has the webhook asked before anything of a kind is created in the namespace, from now on.
async fn asked_about(stage: &Stage, webhook: &Webhook, group: &str, plural: &str) {
    asked_if(
        stage,
        webhook,
        (group, plural),
        ("request.operation == 'CREATE'", MOST),
    )
    .await;
}

/// Has the webhook asked before anything is done to a kind in the namespace, from now on, if a condition holds. The API
/// server waits so many seconds for it.
async fn asked_if(
    stage: &Stage,
    webhook: &Webhook,
    (group, plural): (&str, &str),
    (condition, seconds): (&str, u64),
) {
    let name = format!("slow.{}.example", stage.namespace);
    let configuration = json!({
        "metadata": { "name": name },
        "webhooks": [{
            "name": name,
            "clientConfig": webhook.client_config().unwrap(),
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "timeoutSeconds": seconds,
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": stage.namespace } },
            "matchConditions": [{ "name": "when", "expression": condition }],
            "rules": [{
                "apiGroups": [group], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE", "DELETE"],
                "resources": [plural],
            }],
        }],
    });
    let api: Api<ValidatingWebhookConfiguration> = Api::all(stage.kube.clone());
    api.create(
        &PostParams::default(),
        &serde_json::from_value(configuration).unwrap(),
    )
    .await
    .unwrap();
}

/// Nobody is asked any more.
async fn forget(stage: &Stage) {
    let api: Api<ValidatingWebhookConfiguration> = Api::all(stage.kube.clone());
    let name = format!("slow.{}.example", stage.namespace);
    api.delete(&name, &DeleteParams::default()).await.unwrap();
}

/// Waits until the API server asks the webhook: a dry run is no longer answered at once.
async fn in_effect<K>(stage: &Stage, webhook: &Webhook, probe: serde_json::Value)
where
    K: kube::Resource<Scope = kube::core::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + std::fmt::Debug
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    let probe: K = serde_json::from_value(probe).unwrap();
    let dry = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    eventually("the webhook is asked", async || {
        let asking = stage.api::<K>();
        drop(tokio::time::timeout(Duration::from_millis(300), asking.create(&dry, &probe)).await);
        (webhook.asked() > 0).then_some(())
    })
    .await;
}

/// Waits for the end of an operation, or for something on its way there, while the server's clock goes as fast as ours.
async fn when<T>(stage: &Stage, id: &str, mut is: impl FnMut(&OperationView) -> Option<T>) -> T {
    let begun = Instant::now();
    let mut told = begun;
    loop {
        let view: OperationView = stage.dev().get(&paths::operation(id)).await.json(200);
        if let Some(found) = is(&view) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{:?}: {:#?}", view.state, view.steps);
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage.app.clock.pass(told.elapsed());
        told = Instant::now();
    }
}

fn ended(view: &OperationView) -> Option<OperationView> {
    view.state.is_final().then(|| view.clone())
}

fn deployment() -> serde_json::Value {
    let labels = json!({ "app": "probe" });
    let containers = json!([{ "name": "main", "image": "probe" }]);
    json!({
        "metadata": { "name": "probe" },
        "spec": {
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": { "containers": containers } },
        },
    })
}

fn ingress() -> serde_json::Value {
    json!({
        "metadata": { "name": "probe" },
        "spec": { "defaultBackend": { "service": { "name": "none", "port": { "number": 1 } } } },
    })
}

#[tokio::test]
async fn a_webhook_that_allows_an_object_after_28_seconds_is_waited_for_and_the_app_is_whole() {
    let stage = Stage::new().await;
    let webhook = Webhook::start(shared().await, Duration::from_secs(28))
        .await
        .unwrap();
    asked_about(&stage, &webhook, "apps", "deployments").await;
    in_effect::<Deployment>(&stage, &webhook, deployment()).await;
    let draft = stage.draft(|_| {}).await;

    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    let operation = when(&stage, &started.id, ended).await;

    succeeded(&operation);
    assert!(
        steps(&operation).iter().all(|(_, outcome)| outcome == "created"),
        "{operation:#?}"
    );
    assert_eq!(stage.objects().await, ALL);
}

#[tokio::test]
async fn a_check_that_a_slow_webhook_keeps_waiting_could_not_be_made_and_says_so_in_time() {
    let stage = Stage::new().await;
    let webhook = Webhook::start(shared().await, Duration::from_mins(1))
        .await
        .unwrap();
    asked_about(&stage, &webhook, "networking.k8s.io", "ingresses").await;
    in_effect::<Ingress>(&stage, &webhook, ingress()).await;
    let draft = stage.draft(|_| {}).await;

    let begun = Instant::now();
    let dev = stage.dev();
    let view: ChecksView = dev.post_empty(&paths::draft_checks(&draft.id)).await.json(200);

    assert!(begun.elapsed() < CHECKED, "{:?}", begun.elapsed());
    let tried = |object: &str| {
        let mut of_object = view.checks.iter().filter(|check| {
            check.code == CheckCode::DryRun && check.object.as_deref().is_some_and(|at| at == object)
        });
        of_object.next().unwrap().clone()
    };
    let slow = tried("Ingress nginx-ingress");
    assert_eq!(slow.state, CheckState::CouldNotCheck);
    assert!(slow.evidence.unwrap().contains("no answer in"), "with the reason");
    for object in [
        "Service nginx-svc",
        "Deployment nginx",
        "HorizontalPodAutoscaler nginx",
    ] {
        assert_eq!(tried(object).state, CheckState::Passed, "{object}");
    }
    assert!(
        !view.issues.iter().any(slipway_model::Issue::is_error),
        "{view:#?}"
    );
}

#[tokio::test]
async fn a_webhook_that_never_answers_in_time_leaves_nothing_behind_and_is_named() {
    let stage = Stage::new().await;
    let webhook = Webhook::start(shared().await, Duration::from_mins(2))
        .await
        .unwrap();
    asked_about(&stage, &webhook, "networking.k8s.io", "ingresses").await;
    in_effect::<Ingress>(&stage, &webhook, ingress()).await;
    let draft = stage.draft(|_| {}).await;

    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    let words = when(&stage, &started.id, |view| {
        let words = view.steps[3].message.clone()?;
        words.contains("failed calling webhook").then_some(words)
    })
    .await;
    assert!(words.contains(&stage.namespace), "the webhook is named: {words}");
    assert_eq!(stage.objects().await, ALL[..3], "it is asked again first");
    // It is not asked for ever.
    stage.app.clock.pass(Duration::from_mins(1));
    let operation = when(&stage, &started.id, ended).await;

    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Undone, Some("refused")),
        "{operation:#?}"
    );
    let outcomes: Vec<_> = steps(&operation)
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect();
    assert_eq!(outcomes, ["deleted", "deleted", "deleted", "refused"]);
    let words = operation.steps[3].message.as_deref().unwrap();
    assert!(words.contains("failed calling webhook"), "{words}");
    assert!(
        operation
            .issues
            .iter()
            .any(|issue| issue.field.starts_with("ingresses.6")),
        "{operation:#?}"
    );
    assert!(stage.objects().await.is_empty());

    forget(&stage).await;
    let again = stage.submit(&draft, "another").await;
    let again: OperationView = again.json(202);
    succeeded(&when(&stage, &again.id, ended).await);
    assert_eq!(stage.objects().await, ALL);
}

#[tokio::test]
async fn a_trial_of_a_change_that_is_not_answered_does_not_stand_in_its_way() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    let slow = |asked: &Asked| asked.dry_run() && asked.path.ends_with("/deployments/nginx");
    proxy.on(slow, Fault::Delay(Duration::from_mins(1)));

    let begun = Instant::now();
    let started: OperationView = stage.submit(&draft, "k").await.json(202);

    assert!(begun.elapsed() < CHECKED, "{:?}", begun.elapsed());
    succeeded(&stage.ended(&started.id).await);
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.28");
}
