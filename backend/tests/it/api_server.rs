//! The API server dies in the middle of an operation and is started again on the same etcd: the operation goes on, and
//! everything is there once.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::ResourceExt;
use kube::api::ListParams;
use local_cluster::{Asked, Cluster, Options, Proxy};
use slipway_api::{OperationView, RevisionLine, paths};

use crate::change_faults::write_of;
use crate::stage::{ALL, Stage, Stands, creates, succeeded};
use crate::support::eventually;

/// Where the request is that is on its way when the API server dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// It has not arrived.
    Before,
    /// It is done, and the answer is not back.
    After,
}

async fn own_cluster() -> Arc<Cluster> {
    let options = Options {
        metrics: false,
        ..Options::default()
    };
    Arc::new(Cluster::start(options).await.unwrap())
}

/// Starts something, kills the API server while a request of it is under way, starts the API server again, and answers how
/// it ended.
async fn killed_and_started_again(
    stage: &Stage,
    proxy: &Proxy,
    (moment, of): (Moment, impl Fn(&Asked) -> bool + Send + Sync + 'static),
    start: impl Future<Output = OperationView>,
) -> OperationView {
    let mut held = match moment {
        Moment::Before => proxy.hold(of),
        Moment::After => proxy.hold_answer(of),
    };
    let started = start.await;
    held.arrived().await.unwrap();

    stage.cluster.kill_api_server().await.unwrap();
    let held = match moment {
        Moment::Before => {
            held.release();
            None
        }
        // The answer is lost with the connection, and held until that has been noticed.
        Moment::After => {
            proxy.cut();
            Some(held)
        }
    };
    unheard(stage, &started.id).await;
    drop(held);
    stage.cluster.start_api_server().await.unwrap();
    stage.ended(&started.id).await
}

/// Waits until it is seen that no answer came. The server's clock moves with the waiting.
async fn unheard(stage: &Stage, id: &str) {
    eventually("the answer is missed", async || {
        stage.app.clock.pass(Duration::from_millis(50));
        let view: OperationView = stage.dev().get(&paths::operation(id)).await.json(200);
        assert!(!view.state.is_final(), "{view:#?}");
        view.steps.iter().any(|step| step.message.is_some()).then_some(())
    })
    .await;
}

/// The uid of each object of the app, by its kind.
async fn uids(stage: &Stage) -> BTreeMap<String, Option<String>> {
    let mut uids = BTreeMap::new();
    macro_rules! list {
        ($($kind:ident),*) => {$(
            for object in stage.api::<$kind>().list(&ListParams::default()).await.unwrap() {
                uids.insert(stringify!($kind).to_owned(), object.uid());
            }
        )*};
    }
    list!(Service, Deployment, HorizontalPodAutoscaler, Ingress);
    uids
}

/// What the receipt says of the uids.
fn told(operation: &OperationView) -> BTreeMap<String, Option<String>> {
    let steps = operation.steps.iter();
    steps.map(|step| (step.kind.clone(), step.uid.clone())).collect()
}

/// The image of each version of the app that its controller has rolled out.
async fn rolled_out(stage: &Stage) -> Vec<String> {
    let sets = stage
        .api::<ReplicaSet>()
        .list(&ListParams::default())
        .await
        .unwrap();
    let image = |set: ReplicaSet| {
        let pod = set.spec?.template?.spec?;
        pod.containers.into_iter().next()?.image
    };
    sets.items.into_iter().filter_map(image).collect()
}

/// How often each object in the namespace was really created, as far as the API server came to note it.
fn creations(stage: &Stage) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in stage.cluster.audit().unwrap() {
        let ours = entry.request_uri.contains("fieldManager=slipway") && !entry.dry_run();
        let made = entry.verb == "create" && entry.response_status.code == 201;
        if ours && made && entry.object_ref.namespace == stage.namespace {
            *counts.entry(entry.object_ref.resource).or_default() += 1;
        }
    }
    counts
}

async fn revisions(stage: &Stage) -> Vec<u64> {
    let path = stage.of_app("nginx", paths::app_revisions);
    let lines: Vec<RevisionLine> = stage.dev().get(&path).await.json(200);
    lines.iter().map(|line| line.number).collect()
}

#[tokio::test]
async fn the_api_server_is_killed_while_an_app_is_created_and_everything_is_there_once() {
    let cluster = own_cluster().await;
    for (moment, plural) in [
        (Moment::Before, "services"),
        (Moment::Before, "deployments"),
        (Moment::After, "deployments"),
        (Moment::After, "ingresses"),
    ] {
        let proxy = Proxy::start(&cluster).await.unwrap();
        let stage = Stage::on(Stands::Alone(cluster.clone()), proxy.kubeconfig().to_owned()).await;
        let draft = stage.draft(|_| {}).await;
        let submit = async { stage.submit(&draft, "k").await.json(202) };

        let operation = killed_and_started_again(&stage, &proxy, (moment, creates(plural)), submit).await;

        succeeded(&operation);
        assert_eq!(stage.objects().await, ALL, "{moment:?} {plural}");
        assert_eq!(told(&operation), uids(&stage).await, "{moment:?} {plural}");
        let lost = operation
            .steps
            .iter()
            .filter(|step| step.outcome.as_deref() == Some("already_ours"));
        let lost: Vec<_> = lost.map(|step| step.kind.as_str()).collect();
        match (moment, plural) {
            (Moment::Before, _) => assert_eq!(lost, [""; 0]),
            (Moment::After, "deployments") => assert_eq!(lost, ["Deployment"]),
            (Moment::After, _) => assert_eq!(lost, ["Ingress"]),
        }
        let creations = creations(&stage);
        assert!(
            creations.values().all(|count| *count == 1),
            "{moment:?} {plural}: {creations:?}"
        );
        assert!(
            operation.steps.iter().all(|step| step.message.is_none()),
            "{operation:#?}"
        );
        assert_eq!(revisions(&stage).await, [1]);
    }
    Arc::into_inner(cluster).unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn the_api_server_is_killed_while_an_app_is_changed_and_it_is_changed_once() {
    let cluster = own_cluster().await;
    for (moment, write) in [
        (Moment::Before, "convert deployments/nginx"),
        (Moment::Before, "apply deployments/nginx"),
        (Moment::After, "apply deployments/nginx"),
        (Moment::After, "apply services/nginx-svc"),
    ] {
        let proxy = Proxy::start(&cluster).await.unwrap();
        let stage = Stage::on(Stands::Alone(cluster.clone()), proxy.kubeconfig().to_owned()).await;
        stage.running().await;
        let before = uids(&stage).await;
        let draft = stage.opened("nginx").await;
        let changes = [
            ("services.4.ports.5.port", "8080"),
            ("containers.1.image", "nginx:1.28"),
        ];
        let draft = stage.edited(&draft, &changes).await;
        let submit = async { stage.submit(&draft, "k").await.json(202) };
        let of = move |asked: &Asked| write_of(asked).is_some_and(|found| found == write);

        let operation = killed_and_started_again(&stage, &proxy, (moment, of), submit).await;

        succeeded(&operation);
        assert!(
            operation
                .steps
                .iter()
                .all(|step| step.outcome.as_deref() == Some("applied")),
            "{operation:#?}"
        );
        assert!(
            operation.steps.iter().all(|step| step.message.is_none()),
            "{operation:#?}"
        );
        assert_eq!(uids(&stage).await, before, "the same objects: {moment:?} {write}");
        assert_eq!(revisions(&stage).await, [2, 1], "{moment:?} {write}");
        let deployment = stage.deployment("nginx").await;
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["image"], "nginx:1.28");
        assert_eq!(deployment["metadata"]["annotations"]["slipway.dev/revision"], "2");
        let service: Service = stage.api().get("nginx-svc").await.unwrap();
        assert_eq!(service.spec.unwrap().ports.unwrap()[0].port, 8080);
        let images = eventually("the controller has seen the change", async || {
            let images = rolled_out(&stage).await;
            images.iter().any(|image| image == "nginx:1.28").then_some(images)
        })
        .await;
        // The first may have been changed before the controller, cut off as well, had seen it.
        assert!(images.len() <= 2, "one roll-out, not two: {images:?}");
    }
    Arc::into_inner(cluster).unwrap().stop().await.unwrap();
}
