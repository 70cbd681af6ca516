//! What lies around an app that is changed: the app itself is nobody else.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ResourceQuota;
use k8s_openapi::api::networking::v1::Ingress;
use serde_json::json;
use slipway_api::{CheckCode, CheckState};

use super::{put_in, run, said};
use crate::stage::{Stage, succeeded};
use crate::support::eventually;

/// The checks that look at what lies around.
const AROUND: [CheckCode; 4] = [
    CheckCode::Quota,
    CheckCode::Hosts,
    CheckCode::Nodes,
    CheckCode::Selectors,
];

/// The example with two pods and no autoscaler, at a host of its own, in a namespace whose quota it uses up.
async fn running(stage: &Stage) {
    let host = format!("{}.example", stage.namespace);
    let change = |draft: &mut serde_json::Value| {
        draft["scaling"] = json!({});
        draft["ingresses"][0]["rules"][0]["host"] = json!(host);
    };
    let draft = stage.draft(change).await;
    succeeded(&stage.created(&draft).await);
    eventually("its pods are there", async || {
        let deployment = stage.api::<Deployment>().get("nginx").await.ok()?;
        (deployment.status?.replicas == Some(2)).then_some(())
    })
    .await;
    let hard = json!({
        "pods": "2", "requests.cpu": "200m", "services": "1", "count/ingresses.networking.k8s.io": "1",
    });
    super::pods::quota(stage, hard).await;
    eventually("its pods are counted", async || {
        let quota = stage.api::<ResourceQuota>().get("team").await.ok()?;
        (quota.status?.used?.get("pods")?.0 == "2").then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_app_that_uses_up_its_quota_is_not_in_its_own_way() {
    let stage = Stage::new().await;
    running(&stage).await;
    let draft = stage.opened("nginx").await;
    let changes = [
        ("containers.1.env.3.value", "CET"),
        ("workload.update.max_unavailable", "1"),
    ];
    let draft = stage.edited(&draft, &changes).await;

    let view = run(&stage, &draft).await;

    for code in AROUND {
        let mut found = view.checks.iter().filter(|check| check.code == code).peekable();
        assert!(found.peek().is_some(), "{code:?} was looked at");
        for check in found {
            assert_eq!(check.state, CheckState::Passed, "{check:#?}");
        }
    }
    // A further pod beside the two would not be let in: that is worth knowing, and keeps nobody from anything.
    assert_eq!(
        said(&view, CheckCode::PodDryRun),
        ["Pod nginx Warning containers=refused"]
    );
    assert!(
        !view.issues.iter().any(slipway_model::Issue::is_error),
        "{:#?}",
        view.issues
    );
    succeeded(&stage.changed(&draft).await);
}

#[tokio::test]
async fn an_update_without_room_for_a_pod_more_is_told_and_stops_nobody() {
    let stage = Stage::new().await;
    running(&stage).await;
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("containers.1.env.3.value", "CET")]).await;

    let view = run(&stage, &draft).await;

    // A quarter of two pods is one more, and none less: Kubernetes would wait for ever.
    let surge = "workload.update.max_surge=over_quota";
    assert_eq!(
        said(&view, CheckCode::Quota),
        [format!("ResourceQuota team Warning {surge} {surge}")],
        "of pods, and of CPU"
    );
    succeeded(&stage.changed(&draft).await);
    let draft = stage.opened("nginx").await;
    let port = [("services.4.ports.5.port", "81")];
    let view = run(&stage, &stage.edited(&draft, &port).await).await;
    assert_eq!(
        said(&view, CheckCode::Quota),
        ["ResourceQuota team Passed"],
        "no pod is replaced"
    );
}

#[tokio::test]
async fn more_pods_than_the_quota_leaves_are_told_at_the_field_of_their_number() {
    let stage = Stage::new().await;
    running(&stage).await;
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("basics.replicas", "4")]).await;

    let view = run(&stage, &draft).await;

    assert_eq!(
        said(&view, CheckCode::Quota),
        ["ResourceQuota team Warning basics.replicas=over_quota basics.replicas=over_quota"]
    );
}

#[tokio::test]
async fn a_pod_that_is_larger_than_all_that_is_left_is_refused_at_its_field() {
    let stage = Stage::new().await;
    running(&stage).await;
    let draft = stage.opened("nginx").await;
    let cpu = "containers.1.resources.cpu_request";
    let draft = stage.edited(&draft, &[(cpu, "300m")]).await;

    let view = run(&stage, &draft).await;

    let refused = format!("ResourceQuota team Failed workload.update.max_surge=over_quota {cpu}=over_quota");
    assert_eq!(said(&view, CheckCode::Quota), [refused]);
    let refused = stage.submit(&draft, "k").await.problem(422);
    assert!(
        refused.issues.iter().any(|issue| issue.field == cpu),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_host_of_another_app_is_told_when_it_is_changed_to() {
    let stage = Stage::new().await;
    running(&stage).await;
    let elsewhere = stage.cluster.namespace("bank").await.expect("a namespace");
    let host = format!("{elsewhere}.example");
    let backend = json!({ "service": { "name": "theirs", "port": { "number": 80 } } });
    let paths = json!([{ "path": "/", "pathType": "Prefix", "backend": backend }]);
    let spec = json!({ "rules": [{ "host": host, "http": { "paths": paths } }] });
    let theirs = json!({ "metadata": { "name": "theirs" }, "spec": spec });
    put_in::<Ingress>(&stage, &elsewhere, theirs).await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("ingresses.6.rules.7.host", host.as_str())])
        .await;

    let told = "Ingress nginx-ingress Warning ingresses.6.rules.7.path=host_taken";
    // What was read a moment ago is not read again at once.
    eventually("it is told", async || {
        let view = run(&stage, &draft).await;
        (said(&view, CheckCode::Hosts) == [told]).then_some(())
    })
    .await;
}
