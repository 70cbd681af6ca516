//! The same before an app that is there is changed, and while what was made is taken back. Trials are not asked about, so
//! that the tests wait only for what they are about.

use super::*;
use crate::change_refusals::{INVALID, refuse};
use crate::stage::creates;

/// Longer than a first write is waited for, and not as long as a webhook may take.
const SLOW: Duration = Duration::from_secs(11);

/// The condition under which the webhook is asked: something is really done, or it is the probe.
fn really(operation: &str) -> String {
    format!("request.name == 'probe' || (request.operation == '{operation}' && !request.dryRun)")
}

/// Has a webhook asked before a Deployment in the namespace is changed, or deleted, which allows it after a delay. The API
/// server waits so many seconds for it.
async fn slow_before(stage: &Stage, operation: &str, delay: Duration, seconds: u64) -> Webhook {
    let webhook = Webhook::start(shared().await, delay).await.unwrap();
    let deployments = ("apps", "deployments");
    asked_if(stage, &webhook, deployments, (&really(operation), seconds)).await;
    in_effect::<Deployment>(stage, &webhook, deployment()).await;
    webhook
}

/// What became of each step.
fn outcomes(operation: &OperationView) -> Vec<String> {
    let of_each = steps(operation).into_iter();
    of_each.map(|(_, outcome)| outcome).collect()
}

#[tokio::test]
async fn a_webhook_that_allows_a_change_late_is_waited_for() {
    let stage = Stage::new().await;
    stage.running().await;
    let webhook = slow_before(&stage, "UPDATE", SLOW, MOST).await;
    let asked = webhook.asked();
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;

    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    let operation = when(&stage, &started.id, ended).await;

    succeeded(&operation);
    assert!(webhook.asked() > asked, "it had its say");
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.28");
}

/// Waits until the Deployment's step says that a webhook does not answer, and answers the words.
async fn named(stage: &Stage, id: &str) -> String {
    when(stage, id, |view| {
        let step = view.steps.iter().find(|step| step.kind == "Deployment")?;
        let words = step.message.clone()?;
        words.contains("failed calling webhook").then_some(words)
    })
    .await
}

/// Starts to create an app whose Ingress is refused, with a webhook before Deployments are deleted.
async fn refused_at_the_ingress(delay: Duration, seconds: u64) -> (Stage, (Proxy, Webhook), String) {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let stage = Stage::behind(&proxy).await;
    let webhook = slow_before(&stage, "DELETE", delay, seconds).await;
    proxy.on(creates("ingresses"), INVALID);
    let draft = stage.draft(|_| {}).await;
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    (stage, (proxy, webhook), started.id)
}

#[tokio::test]
async fn a_webhook_that_lets_go_of_an_object_late_is_waited_for_and_nothing_is_left() {
    let (stage, _between, id) = refused_at_the_ingress(SLOW, MOST).await;

    let operation = when(&stage, &id, ended).await;

    assert_eq!(operation.state, OperationState::Undone, "{operation:#?}");
    assert_eq!(outcomes(&operation), ["deleted", "deleted", "deleted", "refused"]);
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn a_webhook_that_never_lets_go_of_an_object_is_named_and_the_object_is_left() {
    let (stage, _between, id) = refused_at_the_ingress(Duration::from_mins(1), 3).await;

    let words = named(&stage, &id).await;
    assert!(words.contains(&stage.namespace), "the webhook is named: {words}");
    assert_eq!(stage.objects().await, ALL[..2], "it is asked again first");
    // It is not asked for ever.
    stage.app.clock.pass(Duration::from_mins(1));
    let operation = when(&stage, &id, ended).await;

    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Stuck, Some("refused")),
        "{operation:#?}"
    );
    assert_eq!(
        outcomes(&operation),
        ["deleted", "kept_refused", "deleted", "refused"]
    );
    let words = operation.steps[1].message.as_deref().unwrap();
    assert!(words.contains(&stage.namespace), "{words}");
    assert_eq!(stage.objects().await, ALL[1..2]);
}

#[tokio::test]
async fn a_webhook_that_never_lets_an_object_be_what_it_was_is_named_and_the_object_stays_changed() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let webhook = Webhook::start(shared().await, Duration::from_mins(1))
        .await
        .unwrap();
    let image = |object: &str| format!("{object}.spec.template.spec.containers[0].image");
    let back = format!(
        "request.name == 'probe' || (request.operation == 'UPDATE' && {} == 'nginx:1.28' && {} == 'nginx:1.27')",
        image("oldObject"),
        image("object")
    );
    asked_if(&stage, &webhook, ("apps", "deployments"), (&back, 3)).await;
    in_effect::<Deployment>(&stage, &webhook, deployment()).await;
    refuse(&proxy, "apply ingresses/nginx-ingress", INVALID);
    let draft = stage.opened("nginx").await;
    let changes = [
        ("containers.1.image", "nginx:1.28"),
        ("ingresses.6.rules.7.host", "other.example"),
    ];
    let draft = stage.edited(&draft, &changes).await;

    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    let words = named(&stage, &started.id).await;
    assert!(words.contains(&stage.namespace), "the webhook is named: {words}");
    stage.app.clock.pass(Duration::from_mins(1));
    let operation = when(&stage, &started.id, ended).await;

    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Stuck, Some("refused")),
        "{operation:#?}"
    );
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.28");
}
